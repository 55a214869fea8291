"""The figures that stand above the lines."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min, Q
from django.utils.translation import gettext as _

from access_requests import now as standing
from access_requests.history.psos import Drawing, Stretch, Term, drawn, stretches, terms_of
from access_requests.history.reading import Reading
from access_requests.models import OPEN_STATUSES, AccessRequest, RejectionReason, Status


@dataclass(frozen=True)
class Asked:
    """How many requests there were, and what became of them."""

    total: int
    first_at: datetime | None
    outcomes: list[tuple[str, int]]


@dataclass(frozen=True)
class Psos:
    """`terms` name people: empty for whoever may not know them."""

    stretches: list[Stretch]
    rows: list[tuple[Stretch, int]]
    drawing: Drawing | None
    terms: list[Term]


def who_has_it(access_request: AccessRequest) -> list[str]:
    """Whole sentences in the third person: the sheet is handed on, and nobody answers it there.
    The request comes from with_standing(). At most one query."""
    now = standing.for_others(access_request)
    if access_request.status == Status.REJECTED:
        reason = RejectionReason(access_request.rejection_reason).label
        return [_("Reason: %(reason)s.") % {"reason": reason}]
    # The heading of one that has ended is its status, which stands beside it already.
    heading = [f"{now.heading}."] if access_request.is_open else []
    return [*heading, *filter(None, [now.next_step])]


def asked(reading: Reading) -> Asked:
    """One query: all requests at the CCN, or one's own."""
    here = AccessRequest.objects.filter(provider=reading.provider)
    if not reading.sees_all:
        here = here.filter(requester=reading.viewer)
    counted = here.aggregate(
        total=Count("pk"),
        first_at=Min("submitted_at"),
        waiting=Count("pk", filter=Q(status__in=OPEN_STATUSES)),
        **{status.value: Count("pk", filter=Q(status=status)) for status in _ENDED},
    )
    outcomes = [(_("Open"), counted["waiting"])]
    outcomes += [(str(status.label), counted[status.value]) for status in _ENDED]
    return Asked(counted["total"], counted["first_at"], [each for each in outcomes if each[1]])


_ENDED = (Status.APPROVED, Status.REJECTED, Status.WITHDRAWN, Status.CLOSED)


def psos(reading: Reading, since: datetime | None, now: datetime) -> Psos:
    """One query. How many PSOs there were is for everybody who asked there; who, is not."""
    terms = terms_of(reading.provider)
    found = stretches(terms, since or now)
    return Psos(
        stretches=found,
        rows=[(each, each.days(now)) for each in found],
        drawing=drawn(found, now),
        terms=terms if reading.sees_all else [],
    )
