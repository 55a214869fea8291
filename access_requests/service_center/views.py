"""What an agent, or a CMS reviewer, reads during a call. Every look at a person is on record."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from operator import attrgetter
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from access_requests import keyset
from access_requests.looks import record_look
from access_requests.models import EventType
from access_requests.now import now
from access_requests.service_center import case, event_words, search
from access_requests.service_center.forms import NoteForm, SearchForm
from access_requests.service_center.search import Found
from accounts import agent_steps, audit, kept_forms
from accounts.http import person_of
from accounts.models import User

View = Callable[..., HttpResponse]


def for_cms(view: View) -> View:
    """For everybody else there is no such page, whatever they send."""

    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not person_of(request).is_cms:
            raise Http404
        return view(request, *args, **kwargs)

    # For what asks who may open a page before the page itself can say so.
    inner.may_open = attrgetter("is_cms")  # type: ignore[attr-defined]
    return inner


@for_cms
@require_http_methods(["GET", "HEAD", "POST"])
@kept_forms.keeps(lambda reader: _("Search for a person"))
def home(request: HttpRequest) -> HttpResponse:
    """The search. What was typed comes by POST, and stands encrypted in the address after that."""
    viewer = person_of(request)
    if request.method == "POST":
        form = SearchForm(request.POST)
        if form.is_valid():
            token = search.write_token(form.cleaned_data["q"], viewer)
            return redirect(f"{request.path}?{urlencode({'search': token})}")
        return _page(request, form, status=422)
    token = request.GET.get("search", "")
    typed = search.read_token(token, viewer) if token else ""
    if not typed or request.method == "HEAD":
        if token and not typed:
            messages.info(request, _("This search is over. Search again."))
        return _page(request, SearchForm())
    page = max(1, keyset.read_id(request.GET.get("page", "")) or 1)
    found = search.find(typed, viewer, page=page)
    _record(request, found)
    if found.only_person is not None:
        return redirect("access_requests:service_center_person", found.only_person.pk)
    context = {"found": found, "typed": typed, **_around(request, found, viewer)}
    context |= _pages(request, token, page, found)
    return _page(request, SearchForm({"q": typed}), **context)


def _record(request: HttpRequest, found: Found) -> None:
    """The search without its words, and each person who is shown, in one statement."""
    viewer = person_of(request)
    lines = [
        audit.Line(type="people_searched", actor=viewer, details={"found": found.number_of_people})
    ]
    lines += [
        audit.Line(type=EventType.PERSON_VIEWED, actor=viewer, person=person)
        for person in [*found.people, *found.alike]
    ]
    asked = [found.request] if found.request else []
    lines += [
        audit.Line(
            type=EventType.PERSON_VIEWED,
            actor=viewer,
            person=each.requester,
            ccn=each.provider.ccn,
            request_id=each.pk,
        )
        for each in [*asked, *found.open_requests[: search.MOST_REQUESTS]]
    ]
    if found.psos and found.provider and found.provider.provider:
        ccn = found.provider.provider.ccn
        lines.append(audit.Line(type=EventType.PERSON_VIEWED, actor=viewer, ccn=ccn))
    audit.record_many(lines)


def _around(request: HttpRequest, found: Found, viewer: User) -> dict[str, Any]:
    shown = found.open_requests[: search.MOST_REQUESTS]
    return {
        "request_now": now(found.request, viewer) if found.request else None,
        "open_requests": [(each, now(each, viewer)) for each in shown],
        "has_more_requests": len(found.open_requests) > len(shown),
        "most_requests": search.MOST_REQUESTS,
        "most_found": search.MOST_FOUND,
    }


def _pages(request: HttpRequest, token: str, page: int, found: Found) -> dict[str, str]:
    def url(number: int) -> str:
        return f"{request.path}?{urlencode({'search': token, 'page': number})}"

    has_next = page * search.PAGE_SIZE < found.number_of_people
    return {"next_url": url(page + 1) if has_next else "", "first_url": url(1) if page > 1 else ""}


def _page(
    request: HttpRequest, form: SearchForm, *, status: int = 200, **context: Any
) -> HttpResponse:
    template = "access_requests/service_center/search.html"
    return render(request, template, {"form": form, **context}, status=status)


@for_cms
@require_safe
def person(request: HttpRequest, pk: int) -> HttpResponse:
    return show(request, pk)


def show(
    request: HttpRequest, pk: int, *, note_form: NoteForm | None = None, status: int = 200
) -> HttpResponse:
    """The person's page; a faulty note comes back to it with what was typed."""
    viewer = person_of(request)
    whom = get_object_or_404(case.person_for_case(pk))
    record_look(request, whom, None)
    asked = case.open_requests(whom, viewer)
    ended, roles = case.ended_requests(whom), case.roles(whom)
    factors = case.factors(whom)
    emails, notes = case.emails(whom, factors.reset), case.notes(whom)
    shown_form = note_form or NoteForm()
    shown_form.offer([*(each.request for each in asked), *ended])
    context = {
        "person": whom,
        "may_act": agent_steps.may_act(viewer, whom),
        "may_reset": viewer.pk != whom.pk,
        "asked": asked[: case.MOST_REQUESTS],
        "ended": ended[: case.MOST_REQUESTS],
        "roles": roles[: case.MOST_ROLES],
        "emails": emails[: case.MOST_EMAILS],
        "notes": notes[: case.MOST_NOTES],
        "cut": {
            "asked": len(asked) > case.MOST_REQUESTS,
            "ended": len(ended) > case.MOST_REQUESTS,
            "roles": len(roles) > case.MOST_ROLES,
            "emails": len(emails) > case.MOST_EMAILS,
            "notes": len(notes) > case.MOST_NOTES,
        },
        "bounce": case.bounce_of(whom),
        "factors": factors,
        "is_held_up": case.is_held_up(whom),
        "terms": case.accepted_terms(whom),
        "sign_ins": case.sign_ins(whom),
        "events": [(event_words.heading(each), each) for each in case.events(whom)],
        "note_form": shown_form,
        # base.html and the error summary look for the form that has errors.
        "form": note_form,
    }
    template = "access_requests/service_center/person.html"
    return render(request, template, context, status=status)
