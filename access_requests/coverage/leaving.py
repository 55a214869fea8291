"""What happens if a PSO leaves: told before they give the role up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.db.models import Count, Q
from django.utils import timezone

from access_requests.models import PSO, AccessRequest, Invitation, RoleAssignment, Status

MOST_NAMED: Final = 8


@dataclass(frozen=True)
class Leaving:
    """`others` are the PSOs who stay; the rest is counted where none does.

    Of the open requests of other people, `waiting` can then be decided by nobody and `to_cms` by
    CMS alone; `named` are those that have waited longest. `candidates` ask to be PSO and can still
    be approved by whoever is leaving.
    """

    others: int
    waiting: int = 0
    to_cms: int = 0
    holders: int = 0
    invited: int = 0
    named: tuple[AccessRequest, ...] = ()
    candidates: tuple[AccessRequest, ...] = ()

    @property
    def is_last(self) -> bool:
        return self.others == 0

    @property
    def concerned(self) -> int:
        return self.waiting + self.to_cms

    @property
    def more(self) -> int:
        return self.concerned - len(self.named)


def of(assignment: RoleAssignment) -> Leaving | None:
    """None for a working role. Two queries, and four more for the last PSO."""
    if not assignment.role.is_pso:
        return None
    psos = RoleAssignment.objects.active().psos().filter(provider=assignment.provider)
    others = psos.exclude(pk=assignment.pk).count()
    if others:
        return Leaving(others)
    there = AccessRequest.objects.open().filter(provider=assignment.provider)
    asked = there.exclude(requester=assignment.user_id)
    counted = asked.aggregate(
        to_cms=Count("pk", filter=Q(role=PSO)), waiting=Count("pk", filter=~Q(role=PSO))
    )
    oldest = asked.select_related("requester", "role").order_by("submitted_at", "pk")
    held = RoleAssignment.objects.not_ended().filter(provider=assignment.provider)
    # Their own: these end with the role.
    invited = Invitation.objects.filter(
        provider=assignment.provider,
        role=PSO,
        invited_by=assignment.user_id,
        invited_as=Invitation.InvitedAs.PSO,
        ended_at=None,
        expires_at__gt=timezone.now(),
    )
    return Leaving(
        others=0,
        waiting=counted["waiting"],
        to_cms=counted["to_cms"],
        holders=held.exclude(user=assignment.user_id).values("user").distinct().count(),
        invited=invited.count(),
        named=tuple(oldest[:MOST_NAMED]),
        candidates=tuple(oldest.filter(role=PSO, status=Status.PENDING)[:MOST_NAMED]),
    )
