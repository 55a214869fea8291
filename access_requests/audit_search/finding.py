"""Lines of the trail, newest first, by index however many millions there are (decision 0018).

One search is split into branches which each read one index from its end and stop after a page:
one for each part a person can have, each spelling of a CCN, each type. A choice between several
values in one condition would have the planner sort them all, or read the whole table backwards.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import product

from django.db import connection
from django.db.models import Q, QuerySet

from access_requests.audit_search import words
from access_requests.audit_search.criteria import Criteria
from accounts.models import AuditEvent

PAGE_SIZE = 25
MOST_COUNTED = 200
MOST_EXPORTED = 100_000
_EXPORTED_AT_ONCE = 1000
# Numbers are given in the order of time, but for what is written at the same moment. The clocks
# of two servers differ by less than this.
SKEW = timedelta(hours=1)


def page(criteria: Criteria, *, before: int | None = None) -> list[AuditEvent]:
    """More than a page, so that it shows whether there is another; of the first page as many as
    are counted, and one more. Two queries."""
    most = MOST_COUNTED if before is None else PAGE_SIZE
    return _events(criteria, window(criteria), before, most + 1)


def exported(criteria: Criteria) -> Iterator[AuditEvent]:
    """One more than are ever exported, at most."""
    numbers, before, left = window(criteria), None, MOST_EXPORTED + 1
    while left > 0:
        some = _events(criteria, numbers, before, min(left, _EXPORTED_AT_ONCE))
        yield from some
        if len(some) < _EXPORTED_AT_ONCE:
            return
        before, left = some[-1].pk, left - len(some)


def _events(criteria: Criteria, numbers: Q, before: int | None, most: int) -> list[AuditEvent]:
    found = AuditEvent.objects.filter(pk__in=ids(criteria, numbers, before, most))
    return list(found.select_related("actor", "person").order_by("-pk")[:most])


def ids(criteria: Criteria, numbers: Q, before: int | None, most: int) -> QuerySet[AuditEvent, int]:
    lines = AuditEvent.objects.filter(numbers, _common(criteria))
    if before is not None:
        lines = lines.filter(pk__lt=before)
    branches = [
        lines.filter(branch).order_by("-pk").values_list("pk", flat=True)[:most]
        for branch in _branches(criteria)
    ]
    if len(branches) == 1:
        return branches[0]
    # All lines of a branch that can be on the page are in it: the newest of all of them are.
    return branches[0].union(*branches[1:]).order_by("-pk").values_list("pk", flat=True)[:most]


def _common(criteria: Criteria) -> Q:
    """What holds in every branch, and leads by itself to few lines or to nearly all."""
    holds = Q()
    if criteria.request is not None:
        holds &= Q(request_id=criteria.request)
    if criteria.starts_at:
        holds &= Q(at__gte=criteria.starts_at)
    if criteria.ends_at:
        holds &= Q(at__lt=criteria.ends_at)
    if criteria.leaves_looks_out:
        holds &= ~Q(type__in=words.LOOKS)
    if criteria.by:
        holds &= Q(actor__isnull=criteria.by == "system")
    return holds


def _branches(criteria: Criteria) -> list[Q]:
    choices: list[list[Q]] = []
    if criteria.person is not None:
        actor, subject = Q(actor=criteria.person), Q(person=criteria.person)
        choices.append(
            {"actor": [actor], "subject": [subject]}.get(criteria.part, [actor, subject])
        )
    if criteria.ccns:
        choices.append([Q(ccn=each) & ~Q(ccn="") for each in criteria.ccns])
    if criteria.types:
        choices.append([Q(type=each) for each in criteria.types])
    return [_all_of(each) for each in product(*choices)]


def _all_of(parts: tuple[Q, ...]) -> Q:
    holds = Q()
    for part in parts:
        holds &= part
    return holds


def window(criteria: Criteria) -> Q:
    """The numbers that lines of these days can have. One query, by the index on the time, or none.

    A line cannot have a lower number than one written more than SKEW before it.
    """
    starts_at, ends_at = criteria.starts_at, criteria.ends_at
    if starts_at is None and ends_at is None:
        return Q()
    earlier, later = _numbers(starts_at, ends_at)
    holds = Q()
    if earlier is not None:
        holds &= Q(pk__gt=earlier)
    if later is not None:
        holds &= Q(pk__lt=later)
    return holds


def _numbers(starts_at: datetime | None, ends_at: datetime | None) -> tuple[int | None, int | None]:
    """Of the last line that is surely earlier, and of the first that is surely later."""
    before = starts_at - SKEW if starts_at else None
    after = ends_at + SKEW if ends_at else None
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT (SELECT id FROM accounts_auditevent
                     WHERE at < %(before)s ORDER BY at DESC, id DESC LIMIT 1),
                   (SELECT id FROM accounts_auditevent
                     WHERE at >= %(after)s ORDER BY at, id LIMIT 1)
            """,
            {"before": before, "after": after},
        )
        earlier, later = cursor.fetchone()
    return earlier, later
