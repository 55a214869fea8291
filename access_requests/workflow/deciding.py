"""The decider's steps: approve, reject, return for information, take the question back."""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction
from django.utils import timezone

from access_requests import emails, policy
from access_requests.desk import facts as desk_facts
from access_requests.desk.blocking import require_no_block
from access_requests.desk.checklist import checklist_of, keep
from access_requests.desk.clean import is_clean, why_not_clean
from access_requests.eligibility import with_facts
from access_requests.models import (
    AccessRequest,
    Authority,
    DecisionChecklist,
    EventType,
    Question,
    RejectionReason,
    Status,
)
from access_requests.people.days import Invited, LastDay, at_approval
from access_requests.policy import Refusal, StepRefused
from access_requests.workflow import rows
from access_requests.workflow.asking import open_question
from access_requests.workflow.handing_over import Beside, open_beside
from access_requests.workflow.judging import require_approvable
from access_requests.workflow.locks import Requests, lock_request
from access_requests.workflow.trail import record, record_approvals, record_rejections
from accounts.models import User


@transaction.atomic
def approve(
    request_id: int,
    *,
    by: User,
    seen: str | None = None,
    with_others: bool = False,
    ends_on: LastDay = Invited.AS_INVITED,
) -> AccessRequest:
    """Grant the role. Raises StepRefused, or NotEligible when the requester cannot hold it now.

    `seen` is the fingerprint of what the decider read; None where no page was read. `with_others`:
    one of several that CMS approves at a time, which only a clean case can be. `ends_on`: the last
    day of the role, which the invitation says where the decider says nothing.
    """
    access_request = lock_request(request_id, by, also=_with_what_is_judged(by))
    authority = require_approvable(access_request, by=by, seen=seen)
    if authority == Authority.CMS:
        require_no_block(access_request)
    last_day = at_approval(access_request, ends_on)
    kept = _keep_checklist(access_request, authority, with_others=with_others)
    rows.decide([access_request], Status.APPROVED, by=by, authority=authority)
    rows.give_roles([access_request], last_days={request_id: last_day})
    is_first = authority == Authority.CMS
    found = open_beside([access_request]) if access_request.is_for_pso_role else []
    beside = found[0] if found else Beside(access_request)
    handed_over = beside.others if is_first else []
    access_request.handed_over = handed_over
    record_approvals(
        [access_request], actor=by, authority=authority, handed_over=handed_over, kept=kept
    )
    if is_first:
        emails.first_pso_approved(access_request, handed_over=handed_over, own=beside.own)
    elif access_request.is_for_pso_role:
        emails.further_pso_approved(access_request, others=beside.others)
    else:
        emails.request_approved(access_request)
    return access_request


@transaction.atomic
def reject(
    request_id: int, *, by: User, reason: RejectionReason, explanation: str
) -> AccessRequest:
    access_request = lock_request(request_id, by, also=_with_what_is_judged(by))
    authority = policy.authority_to_decide(by, access_request)
    kept = _keep_checklist(access_request, authority)
    rows.decide(
        [access_request],
        Status.REJECTED,
        by=by,
        authority=authority,
        reason=reason,
        explanation=explanation,
    )
    record_rejections([access_request], actor=by, authority=authority, reason=reason, kept=kept)
    emails.request_rejected(access_request)
    return access_request


@transaction.atomic
def return_for_information(request_id: int, *, by: User, question: str) -> AccessRequest:
    """Ask the requester a question. Nobody decides until it is answered or taken back."""
    access_request = lock_request(request_id, by)
    authority = policy.authority_to_decide(by, access_request)
    asked = Question.objects.create(
        access_request=access_request, text=question, asked_by=by, asked_at=timezone.now()
    )
    access_request.status = Status.RETURNED
    access_request.save(update_fields=["status"])
    record(EventType.RETURNED, access_request, actor=by, authority=authority, question_id=asked.pk)
    emails.question_asked(access_request, asked)
    return access_request


@transaction.atomic
def take_back(request_id: int, *, by: User) -> AccessRequest:
    """The asker takes the question back; the request is decidable again and keeps its place."""
    access_request = lock_request(request_id, by)
    if access_request.status != Status.RETURNED:
        raise StepRefused(Refusal.NOT_RETURNED)
    question = open_question(access_request)
    policy.require_asker(by, question)
    question.taken_back_at = timezone.now()
    question.save(update_fields=["taken_back_at"])
    access_request.status = Status.PENDING
    access_request.save(update_fields=["status"])
    record(EventType.TAKEN_BACK, access_request, actor=by, question_id=question.pk)
    emails.question_taken_back(access_request)
    return access_request


def _with_what_is_judged(by: User) -> Callable[[Requests], Requests]:
    """CMS's checklist is read with the request; a PSO's decision has none."""
    if not by.is_cms_reviewer:
        return with_facts
    return lambda requests: desk_facts.with_facts(with_facts(requests))


def _keep_checklist(
    access_request: AccessRequest, authority: Authority, *, with_others: bool = False
) -> DecisionChecklist | None:
    """The checklist as it stands under the lock, written down. None where a PSO decides."""
    if authority != Authority.CMS:
        return None
    checklist = checklist_of(access_request)
    if with_others and (reasons := why_not_clean(checklist)):
        raise StepRefused(Refusal.NOT_CLEAN, " ".join([str(Refusal.NOT_CLEAN.label), *reasons]))
    return keep(checklist, is_clean=is_clean(checklist), with_others=with_others)
