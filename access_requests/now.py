"""Who has a request now and what happens next: the answer each of its pages gives."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.timezone import localdate, localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from access_requests import policy
from access_requests.desk import due
from access_requests.models import (
    AccessRequest,
    AssignmentStatus,
    ClosedReason,
    RejectionReason,
    Status,
)
from access_requests.policy import Waiting
from access_requests.waiting.absences import in_short, in_words
from access_requests.waiting.deciding import (
    Deciders,
    deciders_of,
    is_counted,
    with_deciders_counted,
)
from access_requests.workflow.ending import DAYS_TO_ANSWER
from accounts.models import User


@dataclass(frozen=True)
class Now:
    """Who has the request and what happens next, in two sentences."""

    waiting: Waiting
    heading: str
    next_step: str

    @property
    def title(self) -> str:
        return _("What happened") if self.waiting == Waiting.NOBODY else _("Who has it now")


def now(access_request: AccessRequest, viewer: User) -> Now:
    """Said to this person. The request comes from with_standing(). At most one query, and none
    after with_psos_counted()."""
    if policy.may_decide(viewer, access_request):
        waiting = policy.waiting_on(access_request)
        return Now(waiting, _("You have it"), _("Approve it, reject it or ask a question below."))
    return _now(access_request, viewer)


def for_others(access_request: AccessRequest) -> Now:
    """Said to whoever neither asked nor decides, whoever reads it."""
    return _now(access_request, None)


def _now(access_request: AccessRequest, viewer: User | None) -> Now:
    waiting = policy.waiting_on(access_request)
    mine = viewer is not None and access_request.requester_id == viewer.pk
    rest = _we_write() if mine else ""
    match waiting:
        case Waiting.CMS:
            why = _("A CMS reviewer decides, because this CCN has no PSO.")
            when = _target_of_cms(access_request)
            return Now(waiting, _("CMS has it"), f"{why} {when} {rest}".strip())
        case Waiting.PSOS:
            return _psos_have_it(access_request, viewer, rest)
        case Waiting.FIRST_PSO:
            return Now(
                waiting,
                _("It waits: this CCN has no PSO yet"),
                _(
                    "The request is complete and kept. The day the CCN gets a PSO, that PSO "
                    "decides it; nobody decides their own request. Somebody who works for the "
                    "provider can ask for the PSO role."
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
                _question_waits(access_request),
            )
        case _:
            status = str(access_request.get_status_display())
            return Now(waiting, status, _after_the_end(access_request, mine))


def _question_waits(access_request: AccessRequest) -> str:
    said = _("A question waits for an answer. After %(days)d days without one it closes.") % {
        "days": DAYS_TO_ANSWER
    }
    if access_request.is_for_pso_role and access_request.ccn_has_pso:
        return f"{said} {_('This CCN has a PSO now: the answer goes there.')}"
    return said


def in_a_few_words(access_request: AccessRequest, viewer: User, psos: Collection[int] = ()) -> str:
    """The same for a row of a list. No query: of rows from with_psos_counted(), or where `psos`
    are known, who is PSO there."""
    waiting = policy.waiting_on(access_request)
    if waiting == Waiting.NOBODY:
        return "–"
    if policy.may_decide(viewer, access_request):
        return _("You")
    if waiting == Waiting.REQUESTER and access_request.requester_id == viewer.pk:
        return _("You: answer the question")
    if waiting == Waiting.PSOS and is_counted(access_request):
        return _psos_in_a_row(access_request, deciders_of(access_request), viewer)
    if waiting == Waiting.PSOS and psos:
        others = {*psos} - {access_request.requester_id}
        return _psos_in_a_row(access_request, Deciders(len(others), 0), viewer)
    return str(waiting.label)


def _psos_in_a_row(access_request: AccessRequest, deciders: Deciders, viewer: User) -> str:
    if not deciders.number:
        return _("Nobody: no PSO of this CCN can act now")
    who = _which_psos(access_request, deciders.number, viewer)
    if deciders.until is None:
        return who
    until = {"who": who, "day": in_short(deciders.until)}
    if deciders.number == 1:
        return _("%(who)s, away until %(day)s") % until
    return _("%(who)s, all away until %(day)s") % until


def _which_psos(access_request: AccessRequest, number: int, viewer: User | None) -> str:
    """To somebody who is PSO there themselves and asks for more: the others."""
    is_mine = viewer is not None and access_request.requester_id == viewer.pk
    if is_mine and access_request.viewer_is_pso:
        one, more = _("The other PSO of this CCN"), _("The %(n)d other PSOs of this CCN")
    else:
        one, more = _("The PSO of this CCN"), _("The %(n)d PSOs of this CCN")
    return one if number == 1 else more % {"n": number}


def steps(access_request: AccessRequest) -> tuple[list[str], int]:
    """The way of a request in three steps, and the number of the one it has reached."""
    waiting = policy.waiting_on(access_request)
    ended = waiting == Waiting.NOBODY
    with_whom = {
        Waiting.CMS: _("CMS is verifying"),
        Waiting.PSOS: _("The PSOs decide"),
        Waiting.FIRST_PSO: _("It waits for a PSO"),
        Waiting.SECOND_PSO: _("It waits for a second PSO"),
        Waiting.REQUESTER: _("It waits for an answer"),
    }.get(waiting, _("Review"))
    last = str(access_request.get_status_display()) if ended else _("Decision")
    first = _("Received") if waiting == Waiting.CMS else _("Submitted")
    return [first, with_whom, last], 3 if ended else 2


def may_ask_again(access_request: AccessRequest) -> bool:
    """Whether a button to ask again makes sense: it ended without the role, or the role ended."""
    match access_request.status:
        case Status.REJECTED | Status.WITHDRAWN | Status.CLOSED:
            return True
        case Status.APPROVED:
            return bool(access_request.role_assignment.status == AssignmentStatus.ENDED)
        case _:
            return False


def _target_of_cms(access_request: AccessRequest) -> str:
    """By when CMS means to decide; once that day is over, that it takes longer."""
    target = due.target_of(access_request.submitted_at)
    said = (
        _("CMS means to decide by %(date)s.")
        if target >= localdate()
        else _("CMS meant to decide by %(date)s: it takes longer, and the request keeps its place.")
    )
    return said % {"date": date_format(target, "F j, Y")}


def _we_write() -> str:
    return _("You need do nothing: we write to you as soon as there is a decision or a question.")


def with_psos_counted(requests: QuerySet[AccessRequest]) -> QuerySet[AccessRequest]:
    """For lists: now() then takes no query, and in_a_few_words() says the same."""
    return with_deciders_counted(requests)


def _psos_have_it(access_request: AccessRequest, viewer: User | None, rest: str) -> Now:
    """How many they are, and until when nobody of them is there; never who."""
    deciders = deciders_of(access_request)
    if not deciders.number:
        return Now(
            Waiting.PSOS,
            _("It waits: no PSO of this CCN can act now"),
            _("CMS sees this CCN among those that need help. The request keeps its place."),
        )
    named = {"who": _which_psos(access_request, deciders.number, viewer)}
    if deciders.until is not None:
        named["day"] = in_words(deciders.until)
        heading = ngettext(
            "%(who)s has it, and is away until %(day)s",
            "%(who)s have it, and all are away until %(day)s",
            deciders.number,
        )
    else:
        heading = ngettext("%(who)s has it", "%(who)s have it", deciders.number)
    return Now(Waiting.PSOS, heading % named, rest)


def _after_the_end(access_request: AccessRequest, mine: bool) -> str:
    match access_request.status:
        case Status.REJECTED:
            return RejectionReason(access_request.rejection_reason).next_step
        case Status.CLOSED:
            return str(ClosedReason(access_request.closed_reason).label)
        case Status.APPROVED:
            return _after_approval(access_request, mine)
        case Status.WITHDRAWN if mine:
            return _("You can ask again at any time.")
        case _:
            return _("The requester withdrew it.")


def _after_approval(access_request: AccessRequest, mine: bool) -> str:
    assignment = access_request.role_assignment
    if assignment.status == AssignmentStatus.ENDED and assignment.ended_at is not None:
        how = assignment.get_ended_how_display()
        date = date_format(localtime(assignment.ended_at), "F j, Y")
        return _("The role has ended since: %(how)s, %(date)s.") % {"how": how, "date": date}
    if not mine:
        return _("The person has the role.")
    if access_request.is_for_pso_role:
        return _(
            "You decide the requests at this CCN. The role gives no working rights in iQIES. You "
            "give it up on the provider's page."
        )
    return _("You can work with this role. You give it up on the provider's page.")
