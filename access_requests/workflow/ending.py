"""Roles and requests that end otherwise: given up, revoked, closed by the system."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from access_requests import emails, policy
from access_requests.models import (
    AccessRequest,
    AssignmentStatus,
    ClosedReason,
    EndedHow,
    EventType,
    Question,
    RoleAssignment,
    Status,
)
from access_requests.orphans import reaching
from access_requests.policy import Refusal, StepRefused
from access_requests.workflow.handing_over import hand_back
from access_requests.workflow.locks import (
    lock_assignment,
    lock_person,
    lock_provider,
    lock_request_for_system,
)
from access_requests.workflow.trail import record, record_of_role
from accounts.models import User

DAYS_TO_ANSWER = 30


@transaction.atomic
def give_up(assignment_id: int, *, by: User) -> RoleAssignment:
    assignment = lock_assignment(assignment_id, by)
    policy.require_holder(by, assignment)
    _end(assignment, EndedHow.GIVEN_UP, by=by)
    record_of_role(EventType.ROLE_GIVEN_UP, assignment, actor=by)
    _tell_of_end(assignment, actor=by)
    return assignment


@transaction.atomic
def revoke(assignment_id: int, *, by: User, reason: str) -> RoleAssignment:
    """End somebody's role, with a reason they are told."""
    assignment = lock_assignment(assignment_id, by)
    authority = policy.authority_to_revoke(by, assignment)
    _end(assignment, EndedHow.REVOKED, by=by, reason=reason)
    record_of_role(EventType.ROLE_REVOKED, assignment, actor=by, authority=authority, reason=reason)
    _tell_of_end(assignment, actor=by)
    return assignment


@transaction.atomic
def revoke_unreachable(assignment_id: int, *, by: User) -> RoleAssignment:
    """End the role of a PSO whom CMS could not reach, as the attempts on record show (rule 21).

    The PSO's own row is locked first: a sign-in at the same moment is seen here, or comes after.
    """
    policy.require_reviewer(by)
    lock_person(RoleAssignment.objects.values_list("user", flat=True).get(pk=assignment_id))
    assignment = lock_assignment(assignment_id, by)
    authority = policy.authority_to_revoke(by, assignment)
    if not assignment.role.is_pso:
        raise StepRefused(Refusal.NOT_A_PSO)
    search = reaching.search_for(assignment)
    if not search.is_enough:
        raise StepRefused(
            Refusal.NOT_UNREACHABLE, f"{Refusal.NOT_UNREACHABLE.label} {search.missing}"
        )
    reason = reaching.reason(search)
    _end(assignment, EndedHow.REVOKED, by=by, reason=reason)
    details = {"reason": reason, "attempts": [each.pk for each in search.counted]}
    record_of_role(EventType.ROLE_REVOKED, assignment, actor=by, authority=authority, **details)
    _tell_of_end(assignment, actor=by)
    return assignment


def close_unanswered() -> int:
    """Close every request whose question has waited 30 days. Returns how many were closed."""
    since = timezone.now() - timedelta(days=DAYS_TO_ANSWER)
    unanswered = Question.objects.filter(
        answered_at=None, taken_back_at=None, asked_at__lt=since
    ).values_list("access_request_id", flat=True)
    return sum(_close_if_unanswered(request_id) for request_id in list(unanswered))


@transaction.atomic
def _close_if_unanswered(request_id: int) -> bool:
    access_request = lock_request_for_system(request_id)
    since = timezone.now() - timedelta(days=DAYS_TO_ANSWER)
    still_unanswered = Question.objects.filter(
        access_request=access_request, answered_at=None, taken_back_at=None, asked_at__lt=since
    ).exists()
    if access_request.status != Status.RETURNED or not still_unanswered:
        return False
    _close(access_request, ClosedReason.NOT_ANSWERED)
    return True


@transaction.atomic
def close_at_closed_provider(provider_id: int) -> int:
    """End every role and close every open request at a provider that has closed (rule 25)."""
    provider = lock_provider(provider_id)
    if provider.is_open:
        return 0
    requests = list(
        AccessRequest.objects.open()
        .filter(provider=provider)
        .select_related("requester", "provider", "role")
        .select_for_update(of=("self",), no_key=True)
    )
    for access_request in requests:
        _close(access_request, ClosedReason.PROVIDER_CLOSED)
    assignments = list(
        RoleAssignment.objects.not_ended()
        .filter(provider=provider)
        .select_related("user", "provider", "role")
        .select_for_update(of=("self",), no_key=True)
    )
    for assignment in assignments:
        _end(assignment, EndedHow.PROVIDER_CLOSED, by=None)
        record_of_role(EventType.ROLE_ENDED, assignment, actor=None, reason="provider_closed")
        emails.role_ended(assignment)
    last_pso = next((each for each in assignments if each.role.is_pso), None)
    if last_pso is not None:
        emails.pso_gone(last_pso, to_cms=[], waiting=[])
    return len(requests) + len(assignments)


def _close(access_request: AccessRequest, reason: ClosedReason) -> None:
    access_request.status = Status.CLOSED
    access_request.closed_reason = reason
    access_request.ended_at = timezone.now()
    access_request.save(update_fields=["status", "closed_reason", "ended_at"])
    record(EventType.CLOSED, access_request, actor=None, reason=reason)
    emails.request_closed(access_request)


def _end(assignment: RoleAssignment, how: EndedHow, *, by: User | None, reason: str = "") -> None:
    assignment.status = AssignmentStatus.ENDED
    assignment.ended_at = timezone.now()
    assignment.ended_how = how
    assignment.ended_by = by
    assignment.end_reason = reason
    assignment.save(update_fields=["status", "ended_at", "ended_how", "ended_by", "end_reason"])


def _tell_of_end(assignment: RoleAssignment, *, actor: User) -> None:
    emails.role_ended(assignment)
    if not assignment.role.is_pso:
        return
    to_cms, waiting = hand_back(assignment, actor=actor)
    emails.pso_gone(assignment, to_cms=to_cms, waiting=waiting)
