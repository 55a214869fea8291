"""What a person reads when a page cannot be shown: what happened, and what to do now."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _


def problem(request: HttpRequest, *, status: int, heading: str, text: str) -> HttpResponse:
    return render(request, "errors/problem.html", {"heading": heading, "text": text}, status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return problem(
        request,
        status=400,
        heading=_("We could not read this request"),
        text=_("Go back, check what you typed, and try again."),
    )


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A refusal that explains itself (PermissionDenied with a sentence) is shown as it is."""
    return problem(
        request,
        status=403,
        heading=_("You cannot do this"),
        text=str(exception) or _("Your account does not allow it."),
    )


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return problem(
        request,
        status=404,
        heading=_("Page not found"),
        text=_("The page does not exist, or your account does not show it."),
    )


def conflict(request: HttpRequest, text: str) -> HttpResponse:
    """Somebody else was faster: 409, with the sentence that says what is true now."""
    return problem(request, status=409, heading=_("This has changed in the meantime"), text=text)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return problem(
        request,
        status=403,
        heading=_("This form has expired"),
        text=_(
            "For your safety a form is only accepted from the browser it was made for. "
            "Go back, reload the page and send the form again. Cookies must be allowed."
        ),
    )


def server_error(request: HttpRequest) -> HttpResponse:
    """Needs no database and no signed-in person: one of them may be what failed."""
    return HttpResponse(render_to_string("errors/server_error.html"), status=500)
