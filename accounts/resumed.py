"""Taking up a request that was kept while its person showed or set up a second factor.

It stands where it would stand had it come now: what stops other requests stops it too. Its view
alone would not do, for the middleware is not asked again.
"""

from __future__ import annotations

import json

from allauth.account.internal.flows.reauthentication import STATE_SESSION_KEY
from allauth.account.utils import get_next_redirect_url
from allauth.core.internal.httpkit import deserialize_request
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import resolve
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from accounts import (
    after_set_up,
    factor_middleware,
    kept_forms,
    second_factor,
    terms_middleware,
)
from accounts.http import person_of


def go_on(request: HttpRequest) -> HttpResponse:
    """What they came for before they set a factor up. Without one there is no going on."""
    if second_factor.age_in_session(request) is None:
        return redirect("mfa_index")
    kept = after_set_up.take(request)
    if kept is None:
        return redirect("mfa_index")
    if "request" in kept:
        return _take_up(request, kept["request"])
    if url_has_allowed_host_and_scheme(kept["path"], {request.get_host()}, request.is_secure()):
        return redirect(kept["path"])
    return redirect("home")


def after_showing(request: HttpRequest) -> HttpResponse | None:
    """The step that django-allauth kept while somebody showed who they are; None: there is none.

    To be called in the place of its own resume_request, which asks nobody.
    """
    state = request.session.get(STATE_SESSION_KEY) or {}
    if "request" not in state or json.loads(state["request"])["path"] != get_next_redirect_url(
        request
    ):
        return None
    del request.session[STATE_SESSION_KEY]
    return _take_up(request, state["request"])


def _take_up(request: HttpRequest, serialized: str) -> HttpResponse:
    kept = deserialize_request(serialized, request)
    match = kept.resolver_match = resolve(kept.path_info)
    stopped = factor_middleware.stopped(kept)
    if stopped is None:
        stopped = terms_middleware.stopped(kept, match.func)
        if stopped is not None:
            _keep_for_later(kept)
    if stopped is not None:
        return stopped
    response: HttpResponse = match.func(kept, *match.args, **match.kwargs)
    return response


def _keep_for_later(request: HttpRequest) -> None:
    """There is no coming back to it from the terms: the person sends it again."""
    person = person_of(request)
    pairs = [(name, str(value)) for name, values in request.POST.lists() for value in values]
    if kept_forms.keep(person.pk, request.path, pairs, was_sent=True):
        kept_forms.tell_session(request, person.pk)
        messages.info(request, _("What you sent was not done, but it is kept."))
