"""The story of a request, told from the audit trail."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from access_requests import policy
from access_requests.models import (
    AccessRequest,
    Authority,
    ClosedReason,
    EventType,
    Question,
    RejectionReason,
)
from accounts.models import AuditEvent, User

_STEPS = set(EventType) - {EventType.PERSON_VIEWED}
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
        AuditEvent.objects.filter(request_id=access_request.pk, type__in=_STEPS)
        .select_related("actor")
        .order_by("id")
    )
    texts = {question.pk: question for question in questions}
    return [_entry(event, access_request, viewer, texts, names_shown) for event in events]


def _entry(
    event: AuditEvent,
    access_request: AccessRequest,
    viewer: User,
    questions: dict[int, Question],
    names_shown: bool,
) -> Entry:
    event_type = EventType(event.type)
    return Entry(
        heading=_heading(event_type, event),
        at=event.at,
        by=_by(event, access_request, viewer, names_shown),
        body=_body(event_type, event, access_request, questions),
        kind=_KINDS.get(event_type, ""),
    )


def _heading(event_type: EventType, event: AuditEvent) -> str:
    if event_type != EventType.MOVED:
        return str(event_type.label)
    match event.details.get("to"):
        case Authority.CMS:
            return _("The CCN lost its last PSO: CMS decides")
        case Authority.PSO:
            return _("The CCN got a PSO: the PSO decides")
        case _:
            return _("The CCN lost its last PSO: the request waits")


def _by(event: AuditEvent, access_request: AccessRequest, viewer: User, names_shown: bool) -> str:
    if event.type == EventType.MOVED:
        return ""
    if event.actor is None:
        return _("The system")
    if event.actor_id == viewer.pk:
        return _("You")
    if event.actor_id == access_request.requester_id:
        return str(event.actor)
    if event.actor.is_cms:
        return str(event.actor) if viewer.is_cms else _("CMS")
    return str(event.actor) if names_shown else _("A PSO of this CCN")


def _body(
    event_type: EventType,
    event: AuditEvent,
    access_request: AccessRequest,
    questions: dict[int, Question],
) -> str:
    question = questions.get(event.details.get("question_id", 0))
    match event_type:
        case EventType.RETURNED if question:
            return question.text
        case EventType.ANSWERED if question:
            return question.answer
        case EventType.REJECTED:
            reason = RejectionReason(access_request.rejection_reason)
            return f"{reason.label}.\n{access_request.rejection_explanation}"
        case EventType.CLOSED:
            return str(ClosedReason(access_request.closed_reason).label)
        case EventType.ROLE_REVOKED:
            return str(event.details.get("reason", ""))
        case _:
            return ""
