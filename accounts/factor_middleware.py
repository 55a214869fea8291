"""Nobody goes on without the second factor they must have, or have (rule 6)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.account.internal.flows.reauthentication import suspend_request
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode
from django_htmx.http import HttpResponseClientRedirect

from accounts import after_set_up, second_factor
from accounts.models import User

# About the machine, or the way out, or for everybody.
OPEN_TO_ALL = {
    "healthz",
    "readyz",
    "help",
    "account_logout",
    "mfa_lost_device",
    "accounts:stop_factor_reset",
    # Signs of life while somebody types, and what they had typed.
    "accounts:session",
    "accounts:keep_typed",
}
SHOWING_A_FACTOR = {"mfa_reauthenticate", "mfa_reauthenticate_webauthn"}
SETTING_ONE_UP = {
    "mfa_index",
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "mfa_view_recovery_codes",
    "mfa_download_recovery_codes",
    "mfa_recovery_codes_saved",
    "account_reauthenticate",
    "harp:reauthenticate",
    "harp:callback",
}


class SecondFactorMiddleware:
    """Costs no query once the session has shown a factor.

    Whoever has a factor that this session has not shown (it was set up elsewhere meanwhile) shows
    it; whoever must have one and has none sets it up. What they came for is kept in both cases.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        return stopped(request)


def stopped(request: HttpRequest) -> HttpResponse | None:
    """What is answered instead of the page that was asked for; None: they may go on."""
    match = request.resolver_match
    name = match.view_name if match else ""
    if name in OPEN_TO_ALL or name.startswith("demo:"):
        return None
    user = request.user
    if not isinstance(user, User) or second_factor.age_in_session(request) is not None:
        return None
    if second_factor.has_factor(user):
        return None if name in SHOWING_A_FACTOR else _have_it_shown(request)
    if name not in SETTING_ONE_UP and second_factor.is_required_of(user):
        return after_set_up.lead_there(request)
    return None


def _have_it_shown(request: HttpRequest) -> HttpResponse:
    page = reverse("mfa_reauthenticate")
    if after_set_up.is_fragment(request):
        return HttpResponseClientRedirect(page)
    if after_set_up.may_be_kept(request):
        return suspend_request(request, page)
    return HttpResponseRedirect(f"{page}?{urlencode({'next': request.get_full_path()})}")
