"""Who did what, when and where: read from the trail. Each search is itself a line in it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import Any, Final
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from access_requests import keyset
from access_requests.audit_search import criteria as criterias
from access_requests.audit_search import finding, heading, showing, words
from access_requests.audit_search.criteria import Criteria
from access_requests.audit_search.forms import SearchForm, initial_of
from access_requests.looks import lines_of_people
from access_requests.models import DeskEvent, EventType
from access_requests.service_center.search import people_for
from accounts import audit, kept_forms
from accounts.cms_only import reviewers_only
from accounts.csv_export import AsText, Cell, csv_response
from accounts.http import person_of
from accounts.models import AuditEvent, User
from providers.reference import EASTERN

# Of the lines of an export, whose people stand in one line of the trail.
_NAMED_AT_ONCE: Final = 1000


@reviewers_only
@require_http_methods(["GET", "HEAD", "POST"])
@kept_forms.keeps(lambda reader: _("Search the audit trail"))
def search(request: HttpRequest) -> HttpResponse:
    """What was typed comes by POST, and stands encrypted in the address after that."""
    viewer = person_of(request)
    if request.method == "POST":
        form = SearchForm(request.POST)
        if not form.is_valid():
            return _page(request, form, status=422)
        return redirect(_address(form.criteria(), viewer))
    asked = _asked(request)
    if asked is None or request.method == "HEAD":
        return _page(request, SearchForm(), seal=showing.newest_seal())
    form = SearchForm(initial=initial_of(asked))
    if asked.needs_person:
        found = people_for(asked.who)
        if len(found) != 1:
            return _choose(request, form, asked, found)
        asked = asked.of_person(found[0])
    return _results(request, form, asked)


def _asked(request: HttpRequest) -> Criteria | None:
    token = request.GET.get("search", "")
    asked = criterias.read(token, person_of(request)) if token else None
    if token and asked is None:
        messages.info(request, _("This search is over. Search again."))
    return asked


def _address(
    asked: Criteria, viewer: User, *, to: str = "audit_search:search", **more: object
) -> str:
    said = {"search": criterias.write(asked, viewer), **more}
    return f"{reverse(to)}?{urlencode(said)}"


def _choose(
    request: HttpRequest, form: SearchForm, asked: Criteria, found: list[User]
) -> HttpResponse:
    """Several people, or nobody: whom is meant? Each of them has been looked at."""
    viewer = person_of(request)
    audit.record_many(
        [
            audit.Line(type=DeskEvent.AUDIT_SEARCHED, actor=viewer, details={"filters": ["who"]}),
            *(
                audit.Line(type=EventType.PERSON_VIEWED, actor=viewer, person=each)
                for each in found
            ),
        ]
    )
    people = [(each, _address(asked.of_person(each), viewer)) for each in found]
    return _page(request, form, people=people, typed=asked.who, has_asked=True)


def _results(request: HttpRequest, form: SearchForm, asked: Criteria) -> HttpResponse:
    viewer = person_of(request)
    person = User.objects.filter(pk=asked.person).first() if asked.person else None
    before = keyset.read_id(request.GET.get("before", ""))
    found = finding.page(asked, before=before)
    events = found[: finding.PAGE_SIZE]
    searched = audit.Line(
        type=DeskEvent.AUDIT_SEARCHED,
        actor=viewer,
        person=person,
        ccn=asked.ccns[0] if asked.ccns else "",
        request_id=asked.request,
        details=_details(asked),
    )
    named = [who for each in events for who in (each.actor, each.person)]
    audit.record_many([searched, *lines_of_people(viewer, [*named, person])])
    has_more = len(found) > finding.PAGE_SIZE
    return _page(
        request,
        form,
        has_asked=True,
        heading=heading.of(asked, person),
        number=0 if before else len(found),
        most_counted=finding.MOST_COUNTED,
        with_looks_url=_with_looks(asked, viewer),
        events=showing.shown(events),
        export_url=_address(asked, viewer, to="audit_search:export"),
        next_url=_address(asked, viewer, before=events[-1].pk) if has_more else "",
        first_url=_address(asked, viewer) if before else "",
    )


def _with_looks(asked: Criteria, viewer: User) -> str:
    """The same search with who looked at what, where that is left out."""
    if not asked.leaves_looks_out:
        return ""
    return _address(replace(asked, action=criterias.WITH_LOOKS), viewer)


def _details(asked: Criteria) -> dict[str, Any]:
    """What was searched by. Words that were typed for a person are not kept."""
    details: dict[str, Any] = {"filters": asked.used}
    if asked.types:
        details["action"] = asked.action
    if asked.since or asked.until:
        details["days"] = [asked.since, asked.until]
    return details


def _page(
    request: HttpRequest, form: SearchForm, *, status: int = 200, **context: Any
) -> HttpResponse:
    context |= {"form": form, "most_exported": f"{finding.MOST_EXPORTED:,}"}
    return render(request, "audit_search/search.html", context, status=status)


@reviewers_only
@require_safe
def export(request: HttpRequest) -> HttpResponseBase:
    asked = _asked(request)
    if asked is None or asked.needs_person:
        return redirect("audit_search:search")
    if request.method == "HEAD":
        return HttpResponse(content_type="text/csv; charset=utf-8")
    person = User.objects.filter(pk=asked.person).first() if asked.person else None
    audit.record(
        DeskEvent.EXPORTED,
        actor=person_of(request),
        person=person,
        ccn=asked.ccns[0] if asked.ccns else "",
        request_id=asked.request,
        details={"list": "audit", **_details(asked)},
    )
    header = ["Number", "Time (Eastern)", "What was done", "Type", "Done by", "Done by: User ID"]
    header += ["About", "About: User ID", "CCN", "Request", "File", "Details"]
    return csv_response("audit-trail.csv", header, _lines(asked, person_of(request)))


def _lines(asked: Criteria, viewer: User) -> Iterator[list[Cell]]:
    exported = finding.exported(asked)
    left, named = finding.MOST_EXPORTED, {viewer.pk}
    while some := list(islice(exported, min(left, _NAMED_AT_ONCE))):
        _record_named(some, viewer, named)
        yield from map(_line, some)
        left -= len(some)
    if left == 0 and next(exported, None) is not None:
        yield ["", "", _("There are more lines. Search by shorter times to export the rest.")]


def _record_named(events: list[AuditEvent], viewer: User, named: set[int]) -> None:
    """Before they leave: whom these lines name and none before, in one line of the trail. A line
    for each would make of every export another one as long."""
    both = {pk for each in events for pk in (each.actor_id, each.person_id) if pk is not None}
    new = sorted(both - named)
    if new:
        details = {"list": "audit", "number": len(new), "people": new}
        audit.record(EventType.PERSON_VIEWED, actor=viewer, details=details)
        named.update(new)


def _line(event: AuditEvent) -> list[Cell]:
    at = timezone.localtime(event.at, EASTERN)
    return [
        event.pk,
        at.strftime("%Y-%m-%d %H:%M:%S %Z"),
        words.of(event.type),
        event.type,
        str(event.actor) if event.actor else _("The system"),
        AsText(event.actor.username) if event.actor else "",
        str(event.person or ""),
        AsText(event.person.username) if event.person else "",
        AsText(event.ccn),
        event.request_id,
        event.file_name,
        json.dumps(event.details, ensure_ascii=False) if event.details else "",
    ]
