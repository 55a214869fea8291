"""The lines of a history, read from the audit trail a page at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Final

from django.db.models import Q, QuerySet

from access_requests import timeline
from access_requests.audit_search import finding
from access_requests.audit_search.criteria import Criteria
from access_requests.history import counting, invited
from access_requests.history.emails import Emails
from access_requests.history.reading import Reading
from access_requests.models import AccessRequest, Question, Role
from access_requests.timeline import Entry
from accounts.models import AuditEvent, User

PAGE_SIZE: Final = 200
_FILED_AT_ONCE: Final = 1000


@dataclass(frozen=True)
class Period:
    """Days of Eastern Time, both included; None: without end."""

    since: date | None = None
    until: date | None = None

    @cached_property
    def condition(self) -> Q:
        """A query, where there are days: which numbers their lines can have."""
        days = Criteria(
            since=self.since.isoformat() if self.since else "",
            until=self.until.isoformat() if self.until else "",
        )
        holds = finding.window(days)
        if days.starts_at:
            holds &= Q(at__gte=days.starts_at)
        if days.ends_at:
            holds &= Q(at__lt=days.ends_at)
        return holds


@dataclass(frozen=True)
class Step:
    """One line of the trail, and what it is about as far as its line says so."""

    line: int
    entry: Entry
    request: AccessRequest | None
    role: str
    person: User | None
    emails: Emails


@dataclass(frozen=True)
class Page:
    """`after` is the number of the last line when more follow."""

    steps: list[Step]
    after: int | None


def page(reading: Reading, period: Period, after: int | None = None) -> Page:
    """Oldest first. Four queries, however many lines there are, and four more at most."""
    found = _lines(reading, period, after, PAGE_SIZE + 1)
    shown = found[:PAGE_SIZE]
    is_all = after is None and period == Period() and len(found) <= PAGE_SIZE
    steps = _steps(reading, shown, is_all=is_all)
    return Page(steps, shown[-1].pk if len(found) > PAGE_SIZE else None)


def every(reading: Reading, period: Period) -> Iterator[list[Step]]:
    """All of them, a thousand in hand."""
    after = None
    while found := _lines(reading, period, after, _FILED_AT_ONCE):
        yield _steps(reading, found, is_all=False)
        after = found[-1].pk


def of_request(reading: Reading, access_request: AccessRequest) -> Page:
    """The same of one request: a handful of lines, never more than a page unless it was asked
    and answered a hundred times."""
    about = Q(request_id=access_request.pk, type__in=sorted(reading.types))
    found = list(_events().filter(about)[: PAGE_SIZE + 1])
    shown = found[:PAGE_SIZE]
    steps = _steps(reading, shown, is_all=len(found) <= PAGE_SIZE)
    return Page(steps, shown[-1].pk if len(found) > PAGE_SIZE else None)


def _lines(reading: Reading, period: Period, after: int | None, limit: int) -> Sequence[AuditEvent]:
    lines = AuditEvent.objects.filter(period.condition, type__in=sorted(reading.types))
    if after is not None:
        lines = lines.filter(pk__gt=after)
    chosen = [each.values_list("pk", flat=True)[:limit] for each in reading.branches(lines)]
    ids = chosen[0]
    if chosen[1:]:
        # All lines of a branch that can be on the page are in it.
        ids = ids.union(*chosen[1:]).order_by("pk").values_list("pk", flat=True)[:limit]
    return list(_events().filter(pk__in=ids)[:limit])


def _events() -> QuerySet[AuditEvent]:
    return AuditEvent.objects.select_related("actor", "person").order_by("pk")


def _steps(reading: Reading, events: Sequence[AuditEvent], *, is_all: bool) -> list[Step]:
    ids = sorted({each.request_id for each in events if each.request_id is not None})
    related = AccessRequest.objects.select_related("requester", "role")
    requests = related.filter(provider=reading.provider).in_bulk(ids)
    asked = {each.details["question_id"] for each in events if "question_id" in each.details}
    questions = Question.objects.in_bulk(sorted(asked)) if asked else {}
    told = counting.of_steps(reading, events, requests, is_all=is_all)
    roles, invitations = _roles(events, requests), invited.said(reading, events)
    steps = []
    for event in events:
        entry, said = _entry(reading, event, requests, questions), invitations.get(event.pk)
        emails = told.get(event.pk, Emails())
        if said is not None:
            # A letter that follows an invitation belongs to no request, and to no other line.
            entry, emails = said.beside(entry), emails if event.request_id else said.emails
        steps.append(
            Step(
                line=event.pk,
                entry=entry,
                request=requests.get(event.request_id or 0),
                role=roles.get(event.details.get("role", ""), ""),
                person=event.person,
                emails=emails,
            )
        )
    return steps


def _entry(
    reading: Reading,
    event: AuditEvent,
    requests: Mapping[int, AccessRequest],
    questions: Mapping[int, Question],
) -> Entry:
    return timeline.entry(
        event,
        requests.get(event.request_id or 0),
        reading.viewer,
        questions,
        reading.names_shown,
        you=str(reading.viewer),
    )


def _roles(events: Sequence[AuditEvent], requests: Mapping[int, AccessRequest]) -> dict[str, str]:
    """The names of the roles that these lines name; a query where a line is about no request."""
    names = {each.role_id: str(each.role) for each in requests.values()}
    if any(each.details.get("role", "") not in {"", *names} for each in events):
        names |= dict(Role.objects.values_list("code", "name"))
    return names
