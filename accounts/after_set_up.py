"""Where somebody was going when they were sent to set up a second factor first.

It is kept in their session, never in an address: the way, and what they had posted.
"""

from __future__ import annotations

import time
from typing import Any

from allauth.core.internal.httpkit import serialize_request
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect

from accounts import kept_forms
from accounts.models import User

_KEY = "after_factor_set_up"
_SETTING_UP_TAKES_AT_MOST = 30 * 60


def lead_there(request: HttpRequest) -> HttpResponse:
    """To the page for setting a factor up; resumed.go_on comes back to what this request is for."""
    page = reverse("mfa_index")
    if is_fragment(request):
        return HttpResponseClientRedirect(page)
    kept: dict[str, Any] = {"at": time.time(), "path": request.get_full_path()}
    if may_be_kept(request):
        kept["request"] = serialize_request(request)
    request.session[_KEY] = kept
    return redirect(page)


def is_awaited(request: HttpRequest) -> bool:
    return _KEY in request.session


def forget(request: HttpRequest) -> None:
    request.session.pop(_KEY, None)


def may_be_kept(request: HttpRequest) -> bool:
    """What was posted by an ordinary form to a page that this person may open; never a password."""
    match = request.resolver_match
    may_open = getattr(match.func, "may_open", None) if match else None
    return (
        request.method == "POST"
        and isinstance(request.user, User)
        and (may_open is None or may_open(request.user))
        and kept_forms.may_be_kept(request.path)
        and not any("password" in name for name in request.POST)
    )


def is_fragment(request: HttpRequest) -> bool:
    """A part of a page, asked for while somebody types: no place to come back to."""
    return bool(getattr(request, "htmx", False))


def take(request: HttpRequest) -> dict[str, Any] | None:
    """What is kept, once and in time."""
    kept: dict[str, Any] | None = request.session.pop(_KEY, None)
    is_in_time = kept is not None and time.time() - kept["at"] <= _SETTING_UP_TAKES_AT_MOST
    return kept if is_in_time else None
