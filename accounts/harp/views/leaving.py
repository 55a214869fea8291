"""Off to HARP: to sign in, to connect an account, to be asked once more."""

from __future__ import annotations

from typing import Any

from allauth.account.internal.flows.reauthentication import raise_if_reauthentication_required
from allauth.account.utils import get_next_redirect_url
from allauth.core.internal import ratelimit
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.harp import client, problems
from accounts.harp.id_token import Untrusted
from accounts.http import person_of
from accounts.models import HarpIdentity, User


@login_not_required
@require_POST
@never_cache
def sign_in(request: HttpRequest) -> HttpResponse:
    if isinstance(request.user, User):
        return redirect("home")
    return _lead(request, process="sign_in", next_url=get_next_redirect_url(request) or "")


@require_POST
@never_cache
def connect(request: HttpRequest) -> HttpResponse:
    """Whoever sits at somebody else's computer must not open a second way into the account."""
    user = person_of(request)
    raise_if_reauthentication_required(request, app="allauth.account")
    if HarpIdentity.objects.filter(user=user).exists():
        return redirect("accounts:account")
    return _lead(request, process="connect", person=user.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def reauthenticate(request: HttpRequest) -> HttpResponse:
    """For people whose factor, or whose only way in, is HARP's."""
    user = person_of(request)
    if not HarpIdentity.objects.filter(user=user).exists():
        return redirect("account_reauthenticate")
    next_url = get_next_redirect_url(request) or ""
    if request.method != "POST":
        return render(request, "accounts/harp_reauthenticate.html", {"next_url": next_url})
    return _lead(request, process="anew", next_url=next_url, asks_anew=True, person=user.pk)


def _lead(request: HttpRequest, **asked: Any) -> HttpResponse:
    refusal: HttpResponse | None = ratelimit.consume_or_429(
        request, app="allauth.account", action="harp_sign_in"
    )
    if refusal:
        return refusal
    try:
        return client.lead_to_harp(request, **asked)
    except client.Unavailable as error:
        return problems.unavailable(request, error)
    except Untrusted as error:
        return problems.untrusted(request, error)
