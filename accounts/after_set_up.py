"""Where somebody was going when they were sent to set up a second factor first.

It is kept in their session, never in an address: the way, and what they had posted.
"""

from __future__ import annotations

import time
from typing import Any

from allauth.core.internal.httpkit import deserialize_request, serialize_request
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import resolve, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.http import HttpResponseClientRedirect

_KEY = "after_factor_set_up"
_SETTING_UP_TAKES_AT_MOST = 30 * 60


def lead_there(request: HttpRequest) -> HttpResponse:
    """To the page for setting a factor up; `go_on` comes back to what this request asks for."""
    page = reverse("mfa_index")
    if is_fragment(request):
        return HttpResponseClientRedirect(page)
    kept: dict[str, Any] = {"at": time.time(), "path": request.get_full_path()}
    if may_be_kept(request):
        kept["request"] = serialize_request(request)
    request.session[_KEY] = kept
    return redirect(page)


def go_on(request: HttpRequest) -> HttpResponse:
    """What they came for. A post that was kept is now done as if nothing had been in between."""
    kept = _pop(request)
    if kept is None:
        return redirect("mfa_index")
    if "request" in kept:
        match = resolve(kept["path"].partition("?")[0])
        kept_request = deserialize_request(kept["request"], request)
        response: HttpResponse = match.func(kept_request, *match.args, **match.kwargs)
        return response
    if url_has_allowed_host_and_scheme(kept["path"], {request.get_host()}, request.is_secure()):
        return redirect(kept["path"])
    return redirect("home")


def is_awaited(request: HttpRequest) -> bool:
    return _KEY in request.session


def forget(request: HttpRequest) -> None:
    request.session.pop(_KEY, None)


def may_be_kept(request: HttpRequest) -> bool:
    """What was posted by an ordinary form; never a password."""
    return request.method == "POST" and not any("password" in name for name in request.POST)


def is_fragment(request: HttpRequest) -> bool:
    """A part of a page, asked for while somebody types: no place to come back to."""
    return bool(getattr(request, "htmx", False))


def _pop(request: HttpRequest) -> dict[str, Any] | None:
    kept: dict[str, Any] | None = request.session.pop(_KEY, None)
    is_in_time = kept is not None and time.time() - kept["at"] <= _SETTING_UP_TAKES_AT_MOST
    return kept if is_in_time else None
