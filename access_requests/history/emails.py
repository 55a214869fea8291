"""Whether the emails that a step owed have left, as a history says it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Q, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from access_requests.models import AccessRequest
from accounts.models import OutgoingEmail, User
from accounts.notices import Delivery

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


def where(state: str) -> str:
    """Which of its fields a state of an email belongs to."""
    match state:
        case OutgoingEmail.State.SENT:
            return "sent"
        case OutgoingEmail.State.WAITING:
            return "waiting"
        case _:
            return "lost"


@dataclass(frozen=True)
class Letter:
    """One email, as a line of the history of a request."""

    told_at: datetime
    subject: str
    to: str
    state: str
    state_label: str
    sent_at: datetime | None


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


def known(viewer: User, notice: str = "", *, requester: F | Subquery) -> Q:
    """Which letters about a request alone, or reminders of it, letters() lists for this person.
    `notice`: the way to the letter, `requester`: to whoever asked, from a row of the query."""
    if viewer.is_cms:
        return Q()
    to, kind = f"{notice}recipient", f"{notice}kind__in"
    return Q(**{to: viewer}) | Q(**{to: requester}) | Q(**{kind: sorted(_TO_APPROVERS)})


def _to(recipient: User, access_request: AccessRequest, viewer: User, *, sees_all: bool) -> str:
    if recipient.pk in {viewer.pk, access_request.requester_id} or viewer.is_cms:
        return str(recipient)
    if recipient.is_cms:
        return _("CMS")
    return str(recipient) if sees_all else _("A PSO of this CCN")
