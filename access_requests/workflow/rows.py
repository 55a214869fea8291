"""The rows of decisions and of roles that end: one statement however many there are.

Whoever calls holds the locks and has asked the policy about each.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from django.utils import timezone

from access_requests.models import (
    AccessRequest,
    AssignmentStatus,
    Authority,
    EndedHow,
    RoleAssignment,
    Status,
)
from accounts.models import User


def decide(
    requests: Sequence[AccessRequest],
    outcome: Status,
    *,
    by: User,
    authority: Authority,
    reason: str = "",
    explanation: str = "",
) -> None:
    decided = {
        "status": outcome,
        "ended_at": timezone.now(),
        "decided_by": by,
        "decided_as": authority,
        "rejection_reason": reason,
        "rejection_explanation": explanation,
    }
    AccessRequest.objects.filter(pk__in=[each.pk for each in requests]).update(**decided)
    for each in requests:
        for name, value in decided.items():
            setattr(each, name, value)


def withdraw(requests: Sequence[AccessRequest]) -> None:
    ended = {"status": Status.WITHDRAWN, "ended_at": timezone.now()}
    AccessRequest.objects.filter(pk__in=[each.pk for each in requests]).update(**ended)
    for each in requests:
        for name, value in ended.items():
            setattr(each, name, value)


def give_roles(
    approved: Sequence[AccessRequest], *, last_days: Mapping[int, date | None]
) -> list[RoleAssignment]:
    """`last_days`: by the ids of requests, where the role is to end by itself."""
    now = timezone.now()
    return RoleAssignment.objects.bulk_create(
        RoleAssignment(
            access_request=each,
            user=each.requester,
            provider=each.provider,
            role=each.role,
            affiliation=each.affiliation,
            granted_at=now,
            ends_on=last_days.get(each.pk),
        )
        for each in approved
    )


def end_roles(
    assignments: Sequence[RoleAssignment], how: EndedHow, *, by: User | None, reason: str = ""
) -> None:
    ended = {
        "status": AssignmentStatus.ENDED,
        "ended_at": timezone.now(),
        "ended_how": how,
        "ended_by": by,
        "end_reason": reason,
    }
    RoleAssignment.objects.filter(pk__in=[each.pk for each in assignments]).update(**ended)
    for each in assignments:
        for name, value in ended.items():
            setattr(each, name, value)
