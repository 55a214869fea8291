"""How many emails each line of a history owed, and where they are."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from access_requests.history import emails, joint, telling
from access_requests.history.emails import Emails
from access_requests.history.reading import Reading
from access_requests.models import AccessRequest, GroupLine, SharedNotice
from accounts.models import AuditEvent, Notice, OutgoingEmail

_STATES: Final = OutgoingEmail.State


class _Told(NamedTuple):
    """So many letters about this request, written at one moment and now in this state."""

    request_id: int
    kind: str
    at: datetime
    state: str
    number: int


def of_steps(
    reading: Reading,
    events: Sequence[AuditEvent],
    requests: Mapping[int, AccessRequest],
    *,
    is_all: bool,
) -> dict[int, Emails]:
    """By the number of the line. None of the queries where no line is about a request; else one,
    and one more where these are not all lines of their requests (`is_all`).

    Each email that emails.letters() lists for this reader is counted once; one about several
    requests, once at each of them.
    """
    lines = _by_request(events, requests)
    if not is_all and lines:
        lines = _by_request(_of_these(reading, list(lines)), requests)
    if not lines:
        return {}
    counts: dict[int, Counter[str]] = defaultdict(Counter)
    for told in _told(reading, [requests[pk] for pk in lines]):
        line = telling.line_of(lines[told.request_id], told.kind, told.at)
        counts[line][emails.where(told.state)] += told.number
    return {line: Emails(**where) for line, where in counts.items()}


def _by_request(
    events: Iterable[AuditEvent], requests: Mapping[int, AccessRequest]
) -> dict[int, list[AuditEvent]]:
    lines: dict[int, list[AuditEvent]] = defaultdict(list)
    for each in events:
        if each.request_id is not None and each.request_id in requests:
            lines[each.request_id].append(each)
    return lines


def _of_these(reading: Reading, ids: Iterable[int]) -> QuerySet[AuditEvent]:
    """Those on other pages too: the line of a letter may be one of them."""
    about = AuditEvent.objects.filter(request_id__in=ids, type__in=sorted(reading.types))
    return about.only("at", "type", "request_id").order_by("pk")


def _told(reading: Reading, asked: Sequence[AccessRequest]) -> Iterable[_Told]:
    ids = [each.pk for each in asked]
    requester = AccessRequest.objects.filter(pk=OuterRef("request_id")).values("requester")
    alone = Notice.objects.filter(
        emails.known(reading.viewer, requester=Subquery(requester)), request_id__in=ids
    )
    shared = SharedNotice.objects.filter(
        emails.known(reading.viewer, "notice__", requester=F("access_request__requester")),
        access_request__in=ids,
    )
    parts = [_counted(alone, "request_id"), _counted(shared, "access_request_id", "notice__")]
    return map(_Told._make, parts[0].union(*parts[1:], *_filed(reading, asked), all=True))


def _filed(reading: Reading, asked: Iterable[AccessRequest]) -> Iterator[QuerySet[Any, Any]]:
    """About all that was filed at once: by a form, or by whoever was invited, as joint.told() has
    it."""
    invited = [each.pk for each in asked if each.invitation_id is not None]
    others = [each.pk for each in asked if each.invitation_id is None]
    if others:
        lines, letter = GroupLine.objects.filter(access_request__in=others), "group__letters__"
        may = joint.known(reading, letter, asked="access_request__")
        yield _counted(lines, "access_request_id", letter, only=may)
    if invited:
        rows, letter = AccessRequest.objects.filter(pk__in=invited), "invitation__letter__told__"
        yield _counted(rows, "pk", letter, only=joint.known(reading, letter))


def _counted(
    rows: QuerySet[Any], request: str, notice: str = "", *, only: Q | None = None
) -> QuerySet[Any, Any]:
    """Without those that never were an email. `notice`: the way to it from a row. `only`: which
    of the letters that this way leads to."""
    # In one filter: each call for itself would ask about some letter of the form, not this one.
    emailed = Q(**{f"{notice}email__isnull": False}) | Q(
        **{f"{notice}is_for_digest": True, f"{notice}left_out_at": None}
    )
    state = Coalesce(
        F(f"{notice}email__state"), F(f"{notice}digest__state"), Value(_STATES.WAITING.value)
    )
    found: QuerySet[Any, Any] = (
        rows.filter(emailed, only or Q())
        .order_by()
        .annotate(
            about=F(request), said=F(f"{notice}kind"), told_at=F(f"{notice}created_at"), left=state
        )
        .exclude(left=_STATES.DROPPED)
        .values_list("about", "said", "told_at", "left")
        .annotate(number=Count("*"))
    )
    return found
