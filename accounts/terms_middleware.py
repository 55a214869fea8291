"""A new version of the terms of use is shown to everybody once, before they go on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django_htmx.http import HttpResponseClientRefresh

from accounts import terms
from accounts.models import User

# Showing who one is comes first, and needs no terms: sign-in's own pages and the second factor's.
LET_THROUGH = {"account_reauthenticate", "harp:reauthenticate"}
LET_THROUGH_PREFIXES = ("mfa_", "demo:")


class TermsMiddleware:
    """Costs no query once the session knows that the person has accepted.

    Whoever is in the middle of something when a new version comes may finish that step: what was
    typed is not lost, and the next page asks.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        return stopped(request, view)


def stopped(request: HttpRequest, view: Any) -> HttpResponse | None:
    """What is answered instead of the page that was asked for; None: they may go on."""
    if _needs_no_terms(request, view) or not isinstance(request.user, User):
        return None
    remembered = request.session.get(terms.SESSION_KEY)
    if remembered == settings.TERMS_VERSION:
        return None
    if terms.has_accepted(request.user):
        terms.remember(request, settings.TERMS_VERSION)
        return None
    if remembered and request.method == "POST":
        return None
    return _ask(request)


def _needs_no_terms(request: HttpRequest, view: Any) -> bool:
    """Pages that need no sign-in, except the home page: signed in, it is another one."""
    match = request.resolver_match
    name = match.view_name if match else ""
    is_public = not getattr(view, "login_required", True)
    return (
        (is_public and name != "home")
        or name in LET_THROUGH
        or name.startswith(LET_THROUGH_PREFIXES)
    )


def _ask(request: HttpRequest) -> HttpResponse:
    if getattr(request, "htmx", False):
        # Only a part of the page was asked for; the page itself will be stopped here.
        return HttpResponseClientRefresh()
    page = reverse("accounts:terms")
    if request.method != "GET":
        return redirect(page)
    return redirect(f"{page}?{urlencode({'next': request.get_full_path()})}")
