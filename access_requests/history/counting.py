"""How many emails each line of a history owed, and where they are."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from django.db.models import BooleanField, Count, F, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from access_requests.history import joint
from access_requests.history.emails import Emails
from access_requests.history.reading import Reading
from access_requests.models import AccessRequest, EventType, GroupLine, SharedNotice
from accounts.models import AuditEvent, Notice, OutgoingEmail

# A step writes its line and its letters in one transaction: moments apart, in either order.
_ONE_STEP: Final = timedelta(seconds=30)
_STATES = OutgoingEmail.State


class _Told(NamedTuple):
    """So many letters about this request, written at one moment and now in this state. `as_filed`:
    they were about all that was filed at once with it."""

    request_id: int
    at: datetime
    state: str
    as_filed: bool
    number: int


def of_steps(
    reading: Reading, events: Iterable[AuditEvent], requests: Mapping[int, AccessRequest]
) -> dict[int, Emails]:
    """By the number of the line. One query; none where no line is about a request.

    A letter about several requests stands at the line of each. Those about all that was filed at
    once stand at the line of submitting, since a long form's leave some time after it.
    """
    lines: dict[int, list[tuple[datetime, int]]] = defaultdict(list)
    submitted: dict[int, int] = {}
    for event in events:
        if event.request_id is None or event.request_id not in requests:
            continue
        lines[event.request_id].append((event.at, event.pk))
        if event.type == EventType.SUBMITTED:
            submitted[event.request_id] = event.pk
    if not lines:
        return {}
    counts: dict[int, Counter[str]] = defaultdict(Counter)
    was_invited = {pk: requests[pk].invitation_id is not None for pk in submitted}
    for told in _told(reading, lines, was_invited):
        if told.as_filed:
            line: int | None = submitted[told.request_id]
        else:
            line = _nearest(sorted(lines[told.request_id]), told.at)
        if line is not None:
            counts[line][_where(told.state)] += told.number
    return {line: Emails(**where) for line, where in counts.items()}


def _told(
    reading: Reading,
    lines: Mapping[int, Sequence[tuple[datetime, int]]],
    was_invited: Mapping[int, bool],
) -> Iterable[_Told]:
    moments = [at for each in lines.values() for at, _line in each]
    between = (min(moments) - _ONE_STEP, max(moments) + _ONE_STEP)
    alone = Notice.objects.filter(request_id__in=list(lines), created_at__range=between)
    shared = SharedNotice.objects.filter(
        access_request__in=list(lines), notice__created_at__range=between
    )
    if not reading.viewer.is_cms:
        alone = alone.filter(recipient__cms_role="")
        shared = shared.filter(notice__recipient__cms_role="")
    parts = [_counted(alone, "request_id"), _counted(shared, "access_request_id", "notice__")]
    return map(_Told._make, parts[0].union(*parts[1:], *_filed(reading, was_invited), all=True))


def _filed(reading: Reading, was_invited: Mapping[int, bool]) -> Iterator[QuerySet[Any, Any]]:
    """Of what was filed at once: by a form, or by whoever was invited, as joint.told() has it."""
    invited = [pk for pk, came_so in was_invited.items() if came_so]
    others = [pk for pk, came_so in was_invited.items() if not came_so]
    if others:
        lines, letter = GroupLine.objects.filter(access_request__in=others), "group__letters__"
        may = joint.known(reading, letter, asked="access_request__")
        yield _counted(lines, "access_request_id", letter, filed=may)
    if invited:
        asked, letter = AccessRequest.objects.filter(pk__in=invited), "invitation__letter__told__"
        yield _counted(asked, "pk", letter, filed=joint.known(reading, letter))


def _counted(
    rows: QuerySet[Any], request: str, notice: str = "", *, filed: Q | None = None
) -> QuerySet[Any, Any]:
    """Without those that never were an email. `notice`: the way to it from a row. `filed`: which
    of those about all that was filed at once."""
    # In one filter: each call for itself would ask about some letter of the form, not this one.
    emailed = Q(**{f"{notice}email__isnull": False}) | Q(
        **{f"{notice}is_for_digest": True, f"{notice}left_out_at": None}
    )
    state = Coalesce(
        F(f"{notice}email__state"), F(f"{notice}digest__state"), Value(_STATES.WAITING.value)
    )
    found: QuerySet[Any, Any] = (
        rows.filter(emailed, filed or Q())
        .order_by()
        .annotate(
            about=F(request),
            told_at=F(f"{notice}created_at"),
            left=state,
            as_filed=Value(filed is not None, output_field=BooleanField()),
        )
        .exclude(left=_STATES.DROPPED)
        .values_list("about", "told_at", "left", "as_filed")
        .annotate(number=Count("*"))
    )
    return found


def _nearest(lines: Sequence[tuple[datetime, int]], at: datetime) -> int | None:
    """The line of the step that told it: the last before it, or the first after it."""
    place = bisect_right(lines, (at, 0))
    beside = lines[max(place - 1, 0) : place + 1]
    nearest = min(beside, key=lambda each: (abs(each[0] - at), each[1]))
    return nearest[1] if abs(nearest[0] - at) <= _ONE_STEP else None


def _where(state: str) -> str:
    match state:
        case _STATES.SENT:
            return "sent"
        case _STATES.WAITING:
            return "waiting"
        case _:
            return "lost"
