"""The decider's steps: approve, reject, return for information, take the question back."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from access_requests import emails, policy
from access_requests.eligibility import Facts, require_eligible, with_facts
from access_requests.models import (
    AccessRequest,
    Authority,
    EventType,
    Question,
    RejectionReason,
    RoleAssignment,
    Status,
)
from access_requests.policy import Refusal, StepRefused
from access_requests.seen import fingerprint
from access_requests.statement import Statement
from access_requests.workflow.asking import open_question
from access_requests.workflow.handing_over import open_beside
from access_requests.workflow.locks import lock_request
from access_requests.workflow.trail import record, record_approval
from accounts.models import User


@transaction.atomic
def approve(request_id: int, *, by: User, seen: str | None = None) -> AccessRequest:
    """Grant the role. Raises StepRefused, or NotEligible when the requester cannot hold it now.

    `seen` is the fingerprint of what the decider read; None where no page was read.
    """
    access_request = lock_request(request_id, by, also=with_facts)
    authority = policy.authority_to_decide(by, access_request)
    if seen is not None and seen != fingerprint(access_request):
        raise StepRefused(Refusal.CHANGED_MEANWHILE)
    require_eligible(
        person=access_request.requester,
        provider=access_request.provider,
        role=access_request.role,
        statement=Statement.of(access_request),
        standing=Facts.of(access_request),
    )
    _decide(access_request, Status.APPROVED, by=by, authority=authority)
    RoleAssignment.objects.create(
        access_request=access_request,
        user=access_request.requester,
        provider=access_request.provider,
        role=access_request.role,
        affiliation=access_request.affiliation,
        granted_at=timezone.now(),
    )
    is_first = authority == Authority.CMS
    others, own = open_beside(access_request) if access_request.is_for_pso_role else ([], [])
    handed_over = others if is_first else []
    record_approval(access_request, actor=by, authority=authority, handed_over=handed_over)
    if is_first:
        emails.first_pso_approved(access_request, handed_over=handed_over, own=own)
    elif access_request.is_for_pso_role:
        emails.further_pso_approved(access_request, others=others)
    else:
        emails.request_approved(access_request)
    return access_request


@transaction.atomic
def reject(
    request_id: int, *, by: User, reason: RejectionReason, explanation: str
) -> AccessRequest:
    access_request = lock_request(request_id, by)
    authority = policy.authority_to_decide(by, access_request)
    access_request.rejection_reason = reason
    access_request.rejection_explanation = explanation
    _decide(access_request, Status.REJECTED, by=by, authority=authority)
    record(EventType.REJECTED, access_request, actor=by, authority=authority, reason=reason)
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


def _decide(
    access_request: AccessRequest, outcome: Status, *, by: User, authority: Authority
) -> None:
    access_request.status = outcome
    access_request.ended_at = timezone.now()
    access_request.decided_by = by
    access_request.decided_as = authority
    access_request.save(
        update_fields=[
            "status",
            "ended_at",
            "decided_by",
            "decided_as",
            "rejection_reason",
            "rejection_explanation",
        ]
    )
