"""Where somebody is the only PSO: the next step towards a second one."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef

from access_requests.invitations import next_pso
from access_requests.models import RoleAssignment
from accounts.models import User
from providers.models import Provider

MOST_NAMED = 3


def context(user: User, *, at: Provider | None = None) -> dict[str, Any]:
    """For templates/invitations/_invite_second.html: everywhere, or at one CCN. One query."""
    psos = RoleAssignment.objects.active().psos()
    others = psos.filter(provider=OuterRef("provider")).exclude(user=user)
    alone = psos.filter(~Exists(others), user=user, provider__closed_on=None)
    if at is not None:
        alone = alone.filter(provider=at)
    alone = alone.annotate(**next_pso.facts(user, "provider")).select_related("provider")
    found = list(alone.order_by("-granted_at", "-pk")[: MOST_NAMED + 1])
    steps = [(each.provider, next_pso.step_of(each)) for each in found[:MOST_NAMED]]
    return {
        "invitations_alone_at": steps,
        "invitations_alone_tried": any(step.path for _provider, step in steps),
        "invitations_alone_at_more": len(found) > MOST_NAMED,
    }
