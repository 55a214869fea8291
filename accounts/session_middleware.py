"""What comes of a request whose session has ended, or ends while it is answered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.contrib.sessions import middleware
from django.contrib.sessions.exceptions import SessionInterrupted
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.deprecation import MiddlewareMixin
from django.utils.translation import gettext as _

from accounts import kept_forms
from accounts.idle_words import why_it_ended
from accounts.models import Session, User
from accounts.sessions import store_of

# Which kept form this request sends again.
_SENT_AGAIN = "portal.kept_form"


class SessionMiddleware(middleware.SessionMiddleware):
    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        store_of(request).asked_by(request)

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        session = store_of(request)
        if not session.is_used or (session.ended is not None and session.is_empty()):
            # The cookie of a session that has ended stays: another tab may have something to keep.
            return response
        try:
            response = super().process_response(request, response)
        except SessionInterrupted:
            # Signed out meanwhile, from here or elsewhere: what ended stays ended.
            return _to_sign_in(request)
        if response.status_code < 500:
            session.write_sign_of_life()
        return response


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    if request.method == "GET":
        return redirect_to_login(request.get_full_path())
    return redirect("account_login")


class KeepWhatCameTooLate(MiddlewareMixin):
    """A form that arrives when its session has ended by itself is kept for the person it was of.

    Stands after the check of its origin (CSRF) and before the way to the sign-in page.
    """

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        is_form = request.method == "POST" and not getattr(view, "csrf_exempt", False)
        if isinstance(request.user, User):
            if is_form and kept_forms.SENT_AGAIN in request.POST:
                request.META[_SENT_AGAIN] = request.POST[kept_forms.SENT_AGAIN]
            return None
        ended = store_of(request).ended
        needs_sign_in = getattr(view, "login_required", True)
        is_page = "HX-Request" not in request.headers
        if ended is None or ended.user_id is None or not needs_sign_in or not is_page:
            return None
        if is_form and _keep(request, ended.user_id):
            messages.warning(
                request,
                _("%(why)s What you sent was not done, but it is kept: sign in to send it again.")
                % {"why": why_it_ended(ended)},
            )
            return redirect_to_login(reverse("accounts:kept_forms"))
        messages.warning(request, _said_at_sign_in(ended))
        return None

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        """A kept form that was sent after all has served its purpose."""
        number = request.META.get(_SENT_AGAIN, "")
        if number.isdecimal() and response.status_code < 500 and isinstance(request.user, User):
            kept_forms.throw_away(request.user, int(number))
            kept_forms.tell_session(request, request.user.pk)
        return response


def _keep(request: HttpRequest, person_id: int) -> bool:
    if request.FILES:
        return False
    pairs = [(name, str(value)) for name, values in request.POST.lists() for value in values]
    return kept_forms.keep(person_id, request.path, pairs, was_sent=True)


def _said_at_sign_in(ended: Session) -> str:
    why = why_it_ended(ended)
    if ended.user_id and kept_forms.kept_by(ended.user_id, since=ended.created_at):
        return _("%(why)s What you had typed is kept.") % {"why": why}
    return why
