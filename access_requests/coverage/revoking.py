"""What revoking PSOs leaves of a CCN's coverage: told before it is done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count

from access_requests.invitations import next_pso
from access_requests.invitations.next_pso import Step
from access_requests.models import RoleAssignment
from accounts.models import User
from providers.models import Provider


@dataclass(frozen=True)
class Alone:
    """A CCN that has the viewer alone then, and what they do next."""

    provider: Provider
    step: Step


def staying(roles: Sequence[RoleAssignment]) -> dict[int, int]:
    """How many PSOs stay at each provider that loses one of these. One query, none where no PSO
    is among them."""
    going = [each for each in roles if each.role.is_pso]
    if not going:
        return {}
    others = (
        RoleAssignment.objects.active()
        .psos()
        .filter(provider__in={each.provider_id for each in going})
        .exclude(pk__in=[each.pk for each in going])
    )
    counted = dict(others.values_list("provider_id").annotate(n=Count("pk")).order_by())
    return {each.provider_id: counted.get(each.provider_id, 0) for each in going}


def left_alone(viewer: User, roles: Sequence[RoleAssignment]) -> list[Alone]:
    """Where the viewer is the only PSO when these roles have ended: they are PSO at each of these
    CCNs, and nobody revokes their own role. In the order of the CCNs. Two queries at most."""
    numbers = staying(roles)
    providers = {
        each.provider_id: each.provider
        for each in roles
        if each.provider.is_open and numbers.get(each.provider_id) == 1
    }
    going = {each.user_id for each in roles if each.role.is_pso}
    steps = next_pso.steps(viewer, providers, without=going)
    found = sorted(providers.values(), key=lambda each: each.ccn)
    return [Alone(each, steps.get(each.pk, Step())) for each in found]
