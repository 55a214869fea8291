"""The page behind the link in the emails about a reset of a second factor.

It asks for no sign-in, since the person may have nothing left to sign in with; so it names
nobody, and all that can be done there is to stop the reset.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from allauth.account.signals import user_logged_in
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts import factor_reset
from accounts.factor_reset_notices import path_of
from accounts.models import FactorReset, User

BANNER = "factor_reset"


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def stop_factor_reset(request: HttpRequest, reference: UUID) -> HttpResponse:
    reset = FactorReset.objects.filter(reference=reference).first()
    if reset is None:
        return render(request, "accounts/factor_reset_unknown.html", status=404)
    if request.method == "POST":
        return _stop(request, reset)
    if not factor_reset.is_open(reset):
        return _over(request, reset)
    context = {"reset": reset, "is_about_factor_reset": True}
    return render(request, "accounts/factor_reset.html", context)


def _stop(request: HttpRequest, reset: FactorReset) -> HttpResponse:
    user = request.user
    by = user if isinstance(user, User) and factor_reset.may_stop(reset, user) else None
    try:
        factor_reset.stop(reset, by=by)
    except ValidationError:
        # Somebody, or the clock, was faster.
        reset.refresh_from_db()
        return _over(request, reset)
    _take_banner_down(request, reset)
    return render(request, "accounts/factor_reset_over.html", {"is_stopped": True})


def _over(request: HttpRequest, reset: FactorReset) -> HttpResponse:
    _take_banner_down(request, reset)
    is_stopped = reset.stopped_at is not None
    return render(
        request, "accounts/factor_reset_over.html", {"is_stopped": is_stopped}, status=410
    )


@receiver(user_logged_in)
def _put_banner_up(request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Whoever gets in has a factor after all, or a recovery code: every page asks them whether
    the reset is still wanted. Noted in the session, so that nobody else's pages look it up."""
    reset = factor_reset.open_reset_of(user)
    if reset is not None:
        request.session[BANNER] = {"path": path_of(reset)}


def banner_of(request: HttpRequest, user: User) -> dict[str, str] | None:
    """What the banner says; None: no reset, or it was stopped elsewhere since the sign-in."""
    if BANNER not in request.session:
        return None
    reset = factor_reset.open_reset_of(user)
    if reset is None:
        del request.session[BANNER]
        return None
    at = date_format(localtime(reset.takes_effect_at), "F j, Y, g:i A T")
    return {"path": path_of(reset), "at": at}


def _take_banner_down(request: HttpRequest, reset: FactorReset) -> None:
    if request.session.get(BANNER, {}).get("path") == path_of(reset):
        del request.session[BANNER]
