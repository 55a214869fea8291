"""The story of a request, and of all that happens at a CCN, told from the audit trail."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from access_requests import policy
from access_requests.audit_search import words
from access_requests.models import (
    AccessRequest,
    Authority,
    ClosedReason,
    DayEvent,
    EventType,
    Question,
    RejectionReason,
)
from accounts.models import AuditEvent, User

# What a request's own people may read of it: each step, and what was done so that it moves on.
STEPS = frozenset(
    {str(each) for each in EventType if each != EventType.PERSON_VIEWED}
    | {
        str(each)
        for each in (
            DayEvent.INVITATION_ACCEPTED,
            DayEvent.REMINDED,
            DayEvent.NUDGED,
            DayEvent.HELP_POINTED_OUT,
            DayEvent.END_DATE_SET,
            DayEvent.END_WARNED,
        )
    }
)
_KINDS = {
    EventType.APPROVED: "approved",
    EventType.REJECTED: "rejected",
    EventType.RETURNED: "returned",
}


@dataclass(frozen=True)
class Entry:
    """One step as the page shows it."""

    heading: str
    at: datetime | None = None
    by: str = ""
    body: str = ""
    kind: str = ""
    is_now: bool = False


def entries(
    access_request: AccessRequest, viewer: User, questions: Iterable[Question]
) -> list[Entry]:
    """Every step, oldest first. Two queries. Names are left out for who may not know them."""
    names_shown = policy.may_see_pso_names(viewer, access_request.provider)
    events = (
        AuditEvent.objects.filter(request_id=access_request.pk, type__in=STEPS)
        .select_related("actor")
        .order_by("id")
    )
    texts = {question.pk: question for question in questions}
    return [entry(event, access_request, viewer, texts, names_shown) for event in events]


def entry(
    event: AuditEvent,
    access_request: AccessRequest | None,
    viewer: User,
    questions: Mapping[int, Question],
    names_shown: bool,
    *,
    you: str = "",
) -> Entry:
    """One line, as this person may read it. No query: actor, requester and role come with it.

    `you`: what the reader themselves is called where others read it too.
    """
    return Entry(
        heading=_heading(event),
        at=event.at,
        by=_by(event, access_request, viewer, names_shown, you or _("You")),
        body=_body(event, access_request, questions),
        kind=_KINDS.get(event.type, ""),  # type: ignore[call-overload]
    )


def _heading(event: AuditEvent) -> str:
    if event.type != EventType.MOVED:
        return words.of(event.type)
    match event.details.get("to"):
        case Authority.CMS:
            return _("The CCN lost its last PSO: CMS decides")
        case Authority.PSO:
            return _("The CCN got a PSO: the PSO decides")
        case _:
            return _("The CCN lost its last PSO: the request waits")


def _by(
    event: AuditEvent,
    access_request: AccessRequest | None,
    viewer: User,
    names_shown: bool,
    you: str,
) -> str:
    if event.type == EventType.MOVED:
        return ""
    if event.actor is None:
        return _("The system")
    if event.actor_id == viewer.pk:
        return you
    if access_request is not None and event.actor_id == access_request.requester_id:
        return str(event.actor)
    if event.actor.is_cms:
        return str(event.actor) if viewer.is_cms else _("CMS")
    return str(event.actor) if names_shown else _("A PSO of this CCN")


def _body(
    event: AuditEvent, access_request: AccessRequest | None, questions: Mapping[int, Question]
) -> str:
    question = questions.get(event.details.get("question_id", 0))
    match event.type:
        case EventType.RETURNED if question:
            return question.text
        case EventType.ANSWERED if question:
            return question.answer
        case EventType.REJECTED if access_request:
            reason = RejectionReason(access_request.rejection_reason)
            return f"{reason.label}.\n{access_request.rejection_explanation}"
        case EventType.CLOSED if access_request:
            return str(ClosedReason(access_request.closed_reason).label)
        case EventType.ROLE_REVOKED:
            return str(event.details.get("reason", ""))
        case DayEvent.REMINDED | DayEvent.HELP_POINTED_OUT:
            return _after_business_days(event.details.get("business_days"))
        case DayEvent.END_DATE_SET:
            return _last_day(event.details.get("after"))
        case DayEvent.END_WARNED:
            return _last_day(event.details.get("last_day"))
        case DayEvent.INVITED if event.details.get("again"):
            return _("The email was sent once more.")
        case _:
            return ""


def _after_business_days(number: Any) -> str:
    if not isinstance(number, int):
        return ""
    said = ngettext("After %(n)d business day.", "After %(n)d business days.", number)
    return said % {"n": number}


def _last_day(said: Any) -> str:
    try:
        day = date.fromisoformat(said or "")
    except ValueError:
        return _("No last day.")
    return _("Last day: %(date)s.") % {"date": date_format(day, "F j, Y")}
