"""People at the CCNs of a PSO, some with a last day."""

from __future__ import annotations

from collections import Counter
from datetime import date

from access_requests import workflow
from access_requests.models import RoleAssignment
from accounts.models import Notice, User
from providers.models import Provider
from tests import builders as make


def role_at(
    home: Provider,
    user: User | None = None,
    *,
    ends_on: date | None = None,
    code: str = "assessment_viewer",
    vendor: bool = False,
) -> RoleAssignment:
    """A working role at a CCN that has a PSO, who says its last day at the approval."""
    decider = RoleAssignment.objects.active().psos().filter(provider=home)[0].user
    statement = make.VENDOR if vendor else make.EMPLOYED
    asked = make.submit(user or make.person(), home, code, statement)
    approved = workflow.approve(asked.pk, by=decider, ends_on=ends_on)
    return approved.role_assignment


def home_with_pso(user: User | None = None) -> tuple[Provider, User]:
    home = make.provider()
    return home, make.pso(home, user)


def told(kind: str) -> Counter[str]:
    """How many notices of this kind each person has, by User ID."""
    return Counter(
        Notice.objects.filter(kind=kind).values_list("recipient__username", flat=True).iterator()
    )
