"""Back from HARP."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.harp import client, joining, pending, problems
from accounts.harp.id_token import Untrusted
from accounts.harp.identity import Identity, Unusable, identity_from
from accounts.harp.views import connections, welcome
from accounts.models import User


@login_not_required
@require_safe
@never_cache
def callback(request: HttpRequest) -> HttpResponse:
    """Where HARP sends the person back to, with a code or with an error."""
    state = client.state_of(request)
    if state is None:
        return redirect("home") if request.user.is_authenticated else problems.expired(request)
    error = request.GET.get("error", "")
    if error in ("access_denied", "login_required"):
        return problems.cancelled(request)
    if error or "code" not in request.GET:
        return problems.untrusted(request, Untrusted("HARP answered with an error"))
    try:
        identity = identity_from(client.claims_for_code(request, state))
    except client.Unavailable as unavailable:
        return problems.unavailable(request, unavailable)
    except Untrusted as untrusted:
        return problems.untrusted(request, untrusted)
    except Unusable as unusable:
        return problems.unusable(request, unusable)
    return _go_on(request, identity, state)


def _go_on(request: HttpRequest, identity: Identity, state: dict[str, Any]) -> HttpResponse:
    if state["process"] == "connect":
        return connections.connected(request, identity, state)
    if state["process"] == "anew":
        return connections.signed_in_anew(request, identity, state)
    if isinstance(request.user, User):
        return redirect("home")
    next_url = state.get("next", "")
    user = joining.account_of(identity)
    if user is not None:
        pending.forget(request)
        return joining.sign_in(request, user, identity, next_url)
    return welcome.go_on(request, pending.begin(request, identity, next_url))
