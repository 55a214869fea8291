"""Connecting an account that was made here with HARP, undoing it, and showing HARP once more."""

from __future__ import annotations

from typing import Any

from allauth.account.internal.flows.reauthentication import (
    raise_if_reauthentication_required,
    resume_request,
)
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts import resumed
from accounts.harp import joining, pending, problems, session
from accounts.harp.id_token import LEEWAY_SECONDS
from accounts.harp.identity import Identity
from accounts.http import person_of
from accounts.models import HarpIdentity, User


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def link(request: HttpRequest) -> HttpResponse:
    """They have signed in at HARP, then here: both are proven, and they say yes."""
    user = person_of(request)
    kept = pending.pending_of(request)
    if kept is None:
        return redirect("accounts:account")
    if not session.has_proven_account_since(request, user, kept.at):
        pending.forget(request)
        return problems.expired(request)
    if request.method != "POST":
        return render(request, "accounts/harp_link.html", {"identity": kept.identity})
    pending.forget(request)
    if request.POST.get("action") != "connect":
        messages.info(request, _("The accounts were not connected."))
    elif _connect(request, user, kept.identity):
        session.record(request, user, kept.identity)
    return redirect(kept.next_url or "home")


def connected(request: HttpRequest, identity: Identity, state: dict[str, Any]) -> HttpResponse:
    """Back from HARP, where a signed-in person went from their account page."""
    if not _is_still(request, state):
        return problems.expired(request)
    _connect(request, person_of(request), identity)
    return redirect("accounts:account")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def disconnect(request: HttpRequest) -> HttpResponse:
    user = person_of(request)
    identity = HarpIdentity.objects.filter(user=user).first()
    if identity is None:
        return redirect("accounts:account")
    if request.method == "POST":
        raise_if_reauthentication_required(request, app="allauth.account")
        try:
            joining.disconnect(user)
        except joining.OnlyWayIn:
            return redirect("harp:disconnect")
        messages.success(request, _("HARP no longer opens this account."))
        return redirect("accounts:account")
    context = {"identity": identity, "may_disconnect": joining.may_disconnect(user)}
    return render(request, "accounts/harp_disconnect.html", context)


def signed_in_anew(request: HttpRequest, identity: Identity, state: dict[str, Any]) -> HttpResponse:
    """Back from HARP, which was told to ask a signed-in person once more."""
    if not _is_still(request, state):
        return problems.expired(request)
    user = person_of(request)
    if joining.account_of(identity) != user:
        messages.error(request, _("At HARP somebody else is signed in. Nothing has been done."))
        return redirect("accounts:account")
    if identity.signed_in_at < state["asked_at"] - LEEWAY_SECONDS:
        return problems.not_anew(request)
    expects_factor = session.has_shown_harp_factor(request, user)
    session.record(request, user, identity, is_anew=True)
    if expects_factor and not identity.has_shown_factor:
        messages.error(
            request, _("HARP did not ask you for a second factor this time. Set one up here.")
        )
        return redirect("mfa_index")
    return _resume(request, state.get("next", ""))


def _connect(request: HttpRequest, user: User, identity: Identity) -> bool:
    try:
        joining.connect(user, identity)
    except joining.IsConnected:
        messages.error(
            request,
            _(
                "These two cannot be connected: one of them is connected with another account "
                "already. Disconnect it there first, or call the Service Center."
            ),
        )
        return False
    messages.success(request, _("From now on you can sign in with HARP as well."))
    return True


def _is_still(request: HttpRequest, state: dict[str, Any]) -> bool:
    """Whether the person who went to HARP is the one who is signed in now."""
    return isinstance(request.user, User) and request.user.pk == state.get("person")


def _resume(request: HttpRequest, next_url: str) -> HttpResponse:
    """On with the step that was interrupted, with all that was posted to it."""
    query = QueryDict(mutable=True)
    query["next"] = next_url
    request.GET = query  # type: ignore[assignment]
    response: HttpResponse | None = resumed.after_showing(request) or resume_request(request)
    return response or redirect("home")
