"""What this package adds to pages of others: read once, shown by its template there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from access_requests.coverage.standing import Standing
from access_requests.invitations import next_pso, rules
from access_requests.models import AccessRequest, Affiliation, RoleAssignment
from accounts.models import User
from providers.models import Provider


@dataclass(frozen=True)
class Asking:
    """What somebody can do about a missing PSO: ask to become it, unless they have asked
    (`request`), are a vendor there, or have the role and it is suspended."""

    request: AccessRequest | None
    is_vendor: bool
    may_invite: bool
    may_ask: bool


def on_provider(
    provider: Provider,
    viewer: User,
    there: Standing,
    *,
    roles: Sequence[RoleAssignment],
    requests: Sequence[AccessRequest],
) -> dict[str, Any]:
    """For templates/coverage/_on_provider.html, on the page of a provider. No query: who is PSO
    there has been read, and which roles the viewer holds there and asks for, the requests with
    policy.with_standing().

    Others may know readiness and no more; a list of CCNs whose only PSO is away is not for them.
    """
    if not provider.is_open:
        return {}
    is_sole = there.is_sole(viewer)
    tells_today = bool(roles or requests) or viewer.is_cms
    return {
        "coverage": replace(there, tells_today=tells_today),
        "coverage_is_pso": there.is_pso(viewer),
        "coverage_is_sole": is_sole,
        "coverage_step": next_pso.step_of(there.psos[0].assignment) if is_sole else None,
        "coverage_names": viewer.is_cms or there.is_pso(viewer),
        "coverage_asking": None if viewer.is_cms else _asking(roles, requests),
    }


def _asking(roles: Sequence[RoleAssignment], requests: Sequence[AccessRequest]) -> Asking:
    asked = next((each for each in requests if each.is_for_pso_role), None)
    as_what = {each.affiliation for each in roles} | {each.affiliation for each in requests}
    is_vendor = Affiliation.VENDOR in as_what
    has_it = any(each.role.is_pso for each in roles)
    return Asking(
        request=asked,
        is_vendor=is_vendor,
        may_invite=any(rules.lets_invite(each) for each in requests),
        may_ask=not (asked or is_vendor or has_it),
    )
