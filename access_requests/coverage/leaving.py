"""What happens if a PSO leaves: told before they give the role up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.db.models import Case, Count, Exists, Q, QuerySet, Value, When, Window
from django.utils import timezone

from access_requests.invitations import rules
from access_requests.models import PSO, AccessRequest, Invitation, RoleAssignment, Status

MOST_NAMED: Final = 8
# Those to become PSO first.
_NOT_PSO: Final = Case(When(role=PSO, then=Value(0)), default=Value(1))


@dataclass(frozen=True)
class Leaving:
    """`others` are the PSOs who stay; `ending` are open invitations of whoever leaves, which end
    with the role, the first of `all_ending`. The rest is counted where nobody stays.

    Of the open requests of other people, `waiting` can then be decided by nobody and `to_cms` by
    CMS alone; `named` are those that have waited longest. `candidates` ask to be PSO and can still
    be approved by whoever is leaving.
    """

    others: int
    ending: tuple[Invitation, ...] = ()
    all_ending: int = 0
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
    def more_ending(self) -> int:
        return self.all_ending - len(self.ending)

    @property
    def more(self) -> int:
        return self.concerned - len(self.named)


def of(assignment: RoleAssignment) -> Leaving | None:
    """None for a working role. Three queries, and five more for the last PSO."""
    if not assignment.role.is_pso:
        return None
    psos = RoleAssignment.objects.active().psos().filter(provider=assignment.provider)
    others = psos.exclude(pk=assignment.pk).count()
    sent = _ending_with(assignment)
    ending = tuple(sent.annotate(of_all=Window(Count("pk"))).order_by(_NOT_PSO, "-pk")[:MOST_NAMED])
    all_ending = ending[0].of_all if ending else 0
    if others:
        return Leaving(others, ending, all_ending)
    there = AccessRequest.objects.open().filter(provider=assignment.provider)
    asked = there.exclude(requester=assignment.user_id)
    counted = asked.aggregate(
        to_cms=Count("pk", filter=Q(role=PSO)), waiting=Count("pk", filter=~Q(role=PSO))
    )
    oldest = asked.select_related("requester", "role").order_by("submitted_at", "pk")
    held = RoleAssignment.objects.not_ended().filter(provider=assignment.provider)
    return Leaving(
        others=0,
        ending=ending,
        all_ending=all_ending,
        waiting=counted["waiting"],
        to_cms=counted["to_cms"],
        holders=held.exclude(user=assignment.user_id).values("user").distinct().count(),
        invited=sent.filter(role=PSO).count(),
        named=tuple(oldest[:MOST_NAMED]),
        candidates=tuple(oldest.filter(role=PSO, status=Status.PENDING)[:MOST_NAMED]),
    )


def _ending_with(assignment: RoleAssignment) -> QuerySet[Invitation]:
    """What its holder sent as PSO; and as somebody who waited for one, if they ask for nothing
    and hold nothing else there (invitations.rules)."""
    stays = AccessRequest.objects.open_or_held().filter(
        requester=assignment.user_id, provider=assignment.provider_id
    )
    else_there = stays.exclude(role_assignment=assignment.pk)
    sent = rules.with_standing(
        Invitation.objects.filter(
            provider=assignment.provider_id,
            invited_by=assignment.user_id,
            ended_at=None,
            expires_at__gt=timezone.now(),
        )
    ).filter(Q(inviter_belongs=True))
    ends = Q(invited_as=Invitation.InvitedAs.PSO) | ~Q(Exists(else_there))
    return sent.filter(ends).select_related("letter", "role")
