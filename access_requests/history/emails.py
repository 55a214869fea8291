"""Whether the emails that a step owed have left."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Count, F, Q, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from access_requests.models import AccessRequest
from accounts.models import AuditEvent, Held, Notice, OutgoingEmail, User
from accounts.notices import Delivery

# A step writes its line and its letters in one transaction: moments apart, in either order.
_ONE_STEP: Final = timedelta(seconds=30)
_STATES = OutgoingEmail.State
# What an approver is told of a request; all else that others are told is not the requester's.
_TO_APPROVERS = frozenset(
    {"request_to_decide", "question_answered", "requests_wait", "request_nudged"}
)


@dataclass(frozen=True)
class Emails:
    """How many of them are where they are."""

    sent: int = 0
    waiting: int = 0
    lost: int = 0

    def __add__(self, other: Emails) -> Emails:
        return Emails(
            sent=self.sent + other.sent,
            waiting=self.waiting + other.waiting,
            lost=self.lost + other.lost,
        )

    @property
    def words(self) -> str:
        """As "2 sent, 1 waiting"."""
        said = []
        if self.sent:
            said.append(ngettext("%(n)d sent", "%(n)d sent", self.sent) % {"n": self.sent})
        if self.waiting:
            waits = ngettext("%(n)d waiting", "%(n)d waiting", self.waiting)
            said.append(waits % {"n": self.waiting})
        if self.lost:
            lost = ngettext("%(n)d not delivered", "%(n)d not delivered", self.lost)
            said.append(lost % {"n": self.lost})
        return ", ".join(said)


@dataclass(frozen=True)
class Letter:
    """One email, as a line of the history of a request."""

    told_at: datetime
    subject: str
    to: str
    state: str
    state_label: str
    sent_at: datetime | None


def of_steps(
    events: Iterable[AuditEvent], requests: Mapping[int, AccessRequest], *, with_cms: bool
) -> dict[int, Emails]:
    """By the number of the line. One query; none where no line is about a request."""
    lines: dict[int, list[tuple[datetime, int]]] = defaultdict(list)
    for event in events:
        if event.request_id in requests:
            lines[event.request_id or 0].append((event.at, event.pk))
    if not lines:
        return {}
    counts: dict[int, Counter[str]] = defaultdict(Counter)
    for request_id, told_at, state, number in _told_about(lines, with_cms=with_cms):
        line = _nearest(sorted(lines[request_id]), told_at)
        if line is not None:
            counts[line][_where(state)] += number
    return {line: Emails(**where) for line, where in counts.items()}


def _told_about(
    lines: Mapping[int, Sequence[tuple[datetime, int]]], *, with_cms: bool
) -> Iterable[tuple[int, datetime, str, int]]:
    moments = [at for each in lines.values() for at, _line in each]
    told = Notice.objects.filter(
        Q(email__isnull=False) | Q(is_for_digest=True, left_out_at=None),
        request_id__in=list(lines),
        created_at__range=(min(moments) - _ONE_STEP, max(moments) + _ONE_STEP),
    ).exclude(email__state=_STATES.DROPPED)
    if not with_cms:
        told = told.filter(recipient__cms_role="")
    left = Coalesce(F("email__state"), F("digest__state"), Value(_STATES.WAITING.value))
    rows = told.order_by().annotate(left=left).values_list("request_id", "created_at", "left")
    return [(row[0] or 0, *row[1:]) for row in rows.annotate(number=Count("pk"))]


def counted(told: Iterable[Delivery]) -> Emails:
    """The same of these letters, without those that never were an email."""
    never = {"", Held.LEFT_OUT, _STATES.DROPPED}
    return Emails(**Counter(_where(each.state) for each in told if each.state not in never))


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
        case _STATES.WAITING | Held.FOR_DIGEST:
            return "waiting"
        case _:
            return "lost"


def letters(
    access_request: AccessRequest, told: Iterable[Delivery], viewer: User, *, sees_all: bool
) -> list[Letter]:
    """What was sent about a request, as this person may know it: what went to them and to the
    requester, and what the approvers were told of it; CMS, everything."""
    return [
        Letter(
            told_at=each.told_at,
            subject=each.subject,
            to=_to(each.recipient, access_request, viewer, sees_all=sees_all),
            state=each.state,
            state_label=each.state_label,
            sent_at=each.sent_at,
        )
        for each in told
        if viewer.is_cms
        or each.recipient.pk in {viewer.pk, access_request.requester_id}
        or each.kind in _TO_APPROVERS
    ]


def _to(recipient: User, access_request: AccessRequest, viewer: User, *, sees_all: bool) -> str:
    if recipient.pk in {viewer.pk, access_request.requester_id} or viewer.is_cms:
        return str(recipient)
    if recipient.is_cms:
        return _("CMS")
    return str(recipient) if sees_all else _("A PSO of this CCN")
