"""Where a person is signed in, and what the page asks about its session (portal/idle.js)."""

from __future__ import annotations

import json
from typing import Any

from allauth.account.internal.flows.reauthentication import raise_if_reauthentication_required
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts import audit, kept_forms, security_notices, sessions
from accounts.http import person_of
from accounts.idle_words import in_words
from accounts.models import Session, User
from accounts.sessions import SessionStore, store_of


@require_http_methods(["GET", "HEAD", "POST"])
def signed_in_places(request: HttpRequest) -> HttpResponse:
    """The list, and signing out from here at one other place or at all of them."""
    user = person_of(request)
    own_key = request.session.session_key or ""
    if request.method == "POST":
        # Whoever found the browser open does not sign its owner out elsewhere.
        raise_if_reauthentication_required(request, app="allauth.mfa")
        if "everywhere" in request.POST:
            _end_all_others(request, user, own_key)
        else:
            _end_one(request, user, request.POST.get("session", ""))
        return redirect("accounts:sessions")
    here = sessions.digest(own_key)
    places = [(each, each.pk == here) for each in sessions.sessions_of(user)]
    context = {
        "places": sorted(places, key=lambda place: not place[1]),
        "idle": in_words(settings.SESSION_IDLE),
        "longest": in_words(settings.SESSION_LONGEST),
    }
    return render(request, "accounts/sessions.html", context)


def _end_one(request: HttpRequest, user: User, key: str) -> None:
    """One's own; anybody else's does not exist. One that has just ended needs no more doing."""
    with transaction.atomic():
        ended = Session.objects.filter(user=user, pk=key).first()
        if ended is None:
            raise Http404
        ended.delete()
        device = {"device": ended.device}
        audit.record("session_ended", actor=user, person=user, details=device)
    messages.success(request, _("Signed out there."))


def _end_all_others(request: HttpRequest, user: User, own_key: str) -> None:
    with transaction.atomic():
        number = sessions.end_sessions(user, keep=own_key)
        if number:
            audit.record("sessions_ended", actor=user, person=user, details={"number": number})
            security_notices.tell(user, "signed_out_everywhere")
    if number:
        said = ngettext(
            "Signed out in %(n)s other browser.", "Signed out in %(n)s other browsers.", number
        )
        messages.success(request, said % {"n": number})
    else:
        messages.info(request, _("You are signed in nowhere else."))


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def session(request: HttpRequest) -> HttpResponse:
    """How long the session still has. To ask is no sign of life; to post is one."""
    store = store_of(request)
    user = request.user
    if not isinstance(user, User):
        # Whoever was signed out is known by this cookie for what is still to be kept.
        store.is_used = False
        return JsonResponse({"seconds_left": 0, "person": ""})
    if request.method == "POST":
        kept_forms.throw_away_typed(user, since=store.since)
    else:
        store.is_used = False
    return JsonResponse(_facts(request, store, user))


def _facts(request: HttpRequest, store: SessionStore, user: User) -> dict[str, Any]:
    return {
        "seconds_left": store.seconds_left,
        "can_stay": store.can_be_longer,
        "person": user.username,
        # Signing in made a new one; forms of pages that were open before need it.
        "token": get_token(request),
    }


@login_not_required
@never_cache
@require_POST
def keep_typed(request: HttpRequest) -> HttpResponse:
    """What stands in the forms of a page, for whoever is or was signed in there."""
    store = store_of(request)
    user = request.user if isinstance(request.user, User) else None
    store.is_used = False
    if user is None and store.ended is not None:
        user = store.ended.user
    try:
        forms = _typed_forms(request.POST.get("forms", ""))
    except (ValueError, TypeError, KeyError, RecursionError):
        return HttpResponseBadRequest()
    kept = 0
    # The page of somebody else, left open on the same computer.
    if user is not None and user.username == request.POST.get("person"):
        for path, pairs in forms:
            kept += kept_forms.keep(user.pk, path, pairs, was_sent=False)
    return JsonResponse({"kept": kept})


def _typed_forms(text: str) -> list[tuple[str, kept_forms.Pairs]]:
    """Raises ValueError, TypeError, KeyError or, of lists in lists in lists, RecursionError where
    it is not what portal/kept.js says."""
    return [
        (_text(form["path"]), [(_text(name), _text(value)) for name, value in form["fields"]])
        for form in json.loads(text)[: kept_forms.MOST_PER_PERSON]
    ]


def _text(said: object) -> str:
    """Raises ValueError for half a character, which JSON can hold and no page can show."""
    return str(said).encode().decode()
