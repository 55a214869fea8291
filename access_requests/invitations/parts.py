"""What this package adds to pages of others: read once, shown by its template there."""

from __future__ import annotations

from typing import Any

from access_requests import policy
from access_requests.invitations import letters, listing, second
from access_requests.models import AccessRequest, Invitation, RoleAssignment, Status
from access_requests.policy import Waiting
from accounts.models import User
from providers.models import Provider

_MOST_SHOWN = 5
_WAITS = {Waiting.FIRST_PSO, Waiting.SECOND_PSO}


def on_request(access_request: AccessRequest, viewer: User) -> dict[str, Any]:
    """For templates/invitations/_on_request.html, on the page of a request. No query for most."""
    context: dict[str, Any] = {}
    is_mine = access_request.requester_id == viewer.pk
    if access_request.invitation_id is not None:
        context["invitations_came_by"] = _came_by(access_request, viewer)
    elif is_mine and access_request.is_open and policy.waiting_on(access_request) in _WAITS:
        mine = listing.open_at(access_request.provider_id, _MOST_SHOWN, by=viewer)
        context["invitations_to_become_pso"] = {
            "provider": access_request.provider,
            "open": mine,
            "declined": listing.declined_by_others(access_request, _MOST_SHOWN),
        }
    if is_mine and access_request.is_for_pso_role and access_request.status == Status.APPROVED:
        context |= second.context(viewer, at=access_request.provider)
    return context


def on_provider(provider: Provider, viewer: User) -> dict[str, Any]:
    """For templates/invitations/_on_provider.html, on the page of a provider. Two queries at
    most: whether the viewer may invite here, and what is open."""
    if viewer.is_cms:
        shown = listing.open_at(provider.pk, _MOST_SHOWN + 1)
        return {"invitations_here": _here(provider, shown, may_invite=False)} if shown else {}
    if policy.is_pso_at(viewer, provider.pk):
        shown = listing.open_at(provider.pk, _MOST_SHOWN + 1)
        return {"invitations_here": _here(provider, shown, may_invite=provider.is_open)}
    return {}


def _here(provider: Provider, shown: list[Invitation], *, may_invite: bool) -> dict[str, Any]:
    return {
        "provider": provider,
        "open": shown[:_MOST_SHOWN],
        "has_more": len(shown) > _MOST_SHOWN,
        "may_invite": may_invite,
    }


def _came_by(access_request: AccessRequest, viewer: User) -> dict[str, Any]:
    """Who invited, and whether the account that accepted has the address that was invited: said,
    and left to whoever decides."""
    found = Invitation.objects.select_related("invited_by").get(access_request=access_request)
    # Who is PSO now, whoever was invited may not go on reading for good.
    names_shown = policy.may_see_pso_names(viewer, access_request.provider)
    still_pso = False
    if names_shown and found.invited_as == Invitation.InvitedAs.PSO:
        psos = RoleAssignment.objects.active().psos()
        still_pso = psos.filter(user=found.invited_by_id, provider=found.provider_id).exists()
    return {
        "invitation": found,
        "is_same_address": not found.accepted_elsewhere,
        "names_shown": names_shown,
        "is_still_pso": still_pso,
        "deliveries": letters.told_of(found, access_request, viewer),
    }
