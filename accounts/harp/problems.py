"""What a person reads when signing in with HARP fails, and what they can do instead."""

from __future__ import annotations

import logging

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

logger = logging.getLogger(__name__)


def unavailable(request: HttpRequest, error: Exception) -> HttpResponse:
    logger.warning("harp_unavailable: %s", error)
    return _problem(
        request,
        status=503,
        heading=_("HARP does not answer"),
        text=_(
            "CMS’s sign-in service, HARP, cannot be reached at the moment. Nothing is wrong with "
            "your account. Try again in a few minutes."
        ),
    )


def untrusted(request: HttpRequest, error: Exception) -> HttpResponse:
    logger.warning("harp_untrusted: %s", error)
    return _problem(
        request,
        status=502,
        heading=_("Signing in with HARP did not work"),
        text=_(
            "HARP’s answer could not be used, so nobody was signed in. Try again. If it happens "
            "again, call the Service Center."
        ),
    )


def unusable(request: HttpRequest, error: Exception) -> HttpResponse:
    logger.warning("harp_unusable: %s", error)
    return _problem(
        request,
        status=502,
        heading=_("HARP did not tell us who you are"),
        text=_(
            "Your sign-in at HARP worked, but HARP did not send your User ID, and the portal has "
            "no account without one. Nothing was created. Call the Service Center and tell them "
            "so."
        ),
    )


def expired(request: HttpRequest) -> HttpResponse:
    return _problem(
        request,
        status=400,
        heading=_("This sign-in has expired"),
        text=_(
            "It was begun too long ago, in another browser, or was finished already. Nothing has "
            "happened. Start again."
        ),
    )


def not_anew(request: HttpRequest) -> HttpResponse:
    return _problem(
        request,
        status=403,
        heading=_("HARP did not ask you to sign in again"),
        text=_(
            "This step needs you to sign in at HARP once more, in case somebody else sits at your "
            "computer. Nothing has been done. Sign out at HARP, then try again."
        ),
    )


def cancelled(request: HttpRequest) -> HttpResponse:
    messages.info(request, _("You did not sign in at HARP. Nothing has happened."))
    is_signed_in = request.user.is_authenticated
    return redirect("accounts:account" if is_signed_in else "account_login")


def _problem(request: HttpRequest, *, status: int, heading: str, text: str) -> HttpResponse:
    words = {"heading": heading, "text": text}
    return render(request, "accounts/harp_problem.html", words, status=status)
