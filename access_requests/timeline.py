"""The story of a request, told from the audit trail and ending with who has it now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from access_requests import policy
from access_requests.models import (
    AccessRequest,
    AssignmentStatus,
    Authority,
    ClosedReason,
    EventType,
    Question,
    RejectionReason,
    RoleAssignment,
    Status,
)
from access_requests.policy import Waiting
from access_requests.workflow.ending import DAYS_TO_ANSWER
from accounts.models import AuditEvent, User

_LOOKS = {EventType.PERSON_VIEWED}
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


@dataclass(frozen=True)
class Now:
    """Who has the request and what happens next, in two sentences."""

    waiting: Waiting
    heading: str
    next_step: str


def entries(
    access_request: AccessRequest, viewer: User, questions: Iterable[Question]
) -> list[Entry]:
    """Every step, oldest first. Two queries. Names are left out for who may not know them."""
    names_shown = policy.may_see_pso_names(viewer, access_request.provider)
    events = (
        AuditEvent.objects.filter(request_id=access_request.pk)
        .exclude(type__in=_LOOKS)
        .select_related("actor")
        .order_by("id")
    )
    texts = {question.pk: question for question in questions}
    return [_entry(event, access_request, viewer, texts, names_shown) for event in events]


def now(access_request: AccessRequest, viewer: User) -> Now:
    """Who has it now, said to this person. At most one query."""
    waiting = policy.waiting_on(access_request)
    if policy.may_decide(viewer, access_request):
        return Now(waiting, _("You have it"), _("Approve it, reject it or ask a question below."))
    mine = access_request.requester_id == viewer.pk
    match waiting:
        case Waiting.CMS:
            return Now(
                waiting,
                _("CMS has it"),
                _("A CMS reviewer decides, because this CCN has no PSO. There is nothing to do."),
            )
        case Waiting.PSOS:
            return Now(waiting, _psos_have_it(access_request), _("There is nothing to do."))
        case Waiting.FIRST_PSO:
            return Now(
                waiting,
                _("It waits: this CCN has no PSO yet"),
                _(
                    "The request is complete and kept. The day the CCN gets a PSO, that PSO "
                    "decides it. A colleague who works for the provider can ask for the PSO role."
                ),
            )
        case Waiting.SECOND_PSO:
            return Now(
                waiting,
                _("It waits: this CCN needs a second PSO"),
                _(
                    "Nobody decides their own request. A colleague who works for the provider "
                    "can ask for the PSO role."
                ),
            )
        case Waiting.REQUESTER:
            return Now(
                waiting,
                _("You have it") if mine else _("The requester has it"),
                _("A question waits for an answer. After %(days)d days without one it closes.")
                % {"days": DAYS_TO_ANSWER},
            )
        case _:
            return Now(waiting, _ended(access_request), _what_next(access_request, mine))


def steps(waiting: Waiting) -> tuple[list[str], int]:
    """The way of a request in three steps, and the number of the one it has reached."""
    with_whom = {
        Waiting.CMS: _("CMS decides"),
        Waiting.PSOS: _("The PSOs decide"),
        Waiting.FIRST_PSO: _("It waits for a PSO"),
        Waiting.SECOND_PSO: _("It waits for a second PSO"),
        Waiting.REQUESTER: _("It waits for an answer"),
    }.get(waiting, _("Decision"))
    return [_("Submitted"), with_whom, _("Ended")], 3 if waiting == Waiting.NOBODY else 2


def _psos_have_it(access_request: AccessRequest) -> str:
    number = (
        RoleAssignment.objects.active()
        .psos()
        .filter(provider=access_request.provider_id)
        .exclude(user=access_request.requester_id)
        .count()
    )
    return ngettext("The PSO of this CCN has it", "The %(n)d PSOs of this CCN have it", number) % {
        "n": number
    }


def _ended(access_request: AccessRequest) -> str:
    return _("It has ended: %(status)s") % {"status": access_request.get_status_display()}


def _what_next(access_request: AccessRequest, mine: bool) -> str:
    match access_request.status:
        case Status.REJECTED:
            return RejectionReason(access_request.rejection_reason).next_step
        case Status.CLOSED:
            return str(ClosedReason(access_request.closed_reason).label)
        case Status.APPROVED if access_request.role_assignment.status == AssignmentStatus.ENDED:
            return _("The role that it gave has ended as well.")
        case Status.APPROVED if mine:
            return _("You can work with this role. You give it up on the provider's page.")
        case Status.WITHDRAWN if mine:
            return _("You can ask again at any time.")
        case _:
            return _("There is nothing to do.")


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
