"""Roles and requests that end otherwise: given up, revoked, closed by the system."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from access_requests import emails, policy
from access_requests.models import (
    AccessRequest,
    ClosedReason,
    EndedHow,
    EventType,
    Question,
    RoleAssignment,
    Status,
)
from access_requests.orphans import reaching
from access_requests.policy import Refusal, StepRefused
from access_requests.workflow import rows
from access_requests.workflow.handing_over import hand_back
from access_requests.workflow.locks import (
    lock_assignment,
    lock_person,
    lock_provider,
    lock_request_for_system,
)
from access_requests.workflow.trail import record, record_of_role, record_of_roles
from accounts.models import User
from accounts.notices import Message

DAYS_TO_ANSWER = 30


@transaction.atomic
def give_up(assignment_id: int, *, by: User) -> RoleAssignment:
    assignment = lock_assignment(assignment_id, by)
    policy.require_holder(by, assignment)
    rows.end_roles([assignment], EndedHow.GIVEN_UP, by=by)
    record_of_role(EventType.ROLE_GIVEN_UP, assignment, actor=by)
    emails.tell(after_ends([assignment], actor=by))
    return assignment


@transaction.atomic
def revoke(assignment_id: int, *, by: User, reason: str) -> RoleAssignment:
    """End somebody's role, with a reason they are told."""
    assignment = lock_assignment(assignment_id, by)
    authority = policy.authority_to_revoke(by, assignment)
    rows.end_roles([assignment], EndedHow.REVOKED, by=by, reason=reason)
    record_of_role(EventType.ROLE_REVOKED, assignment, actor=by, authority=authority, reason=reason)
    emails.tell(after_ends([assignment], actor=by))
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
    rows.end_roles([assignment], EndedHow.REVOKED, by=by, reason=reason)
    details = {"reason": reason, "attempts": [each.pk for each in search.counted]}
    record_of_role(EventType.ROLE_REVOKED, assignment, actor=by, authority=authority, **details)
    emails.tell(after_ends([assignment], actor=by))
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
    rows.end_roles(assignments, EndedHow.PROVIDER_CLOSED, by=None)
    record_of_roles(EventType.ROLE_ENDED, assignments, actor=None, reason="provider_closed")
    letters = [emails.to_holder(each) for each in assignments]
    last_pso = next((each for each in assignments if each.role.is_pso), None)
    if last_pso is not None:
        told = emails.who_hears_of_last_psos_gone([provider.pk])[provider.pk]
        letters += emails.pso_gone(last_pso, to_cms=[], waiting=[], told=told)
    emails.tell(letters)
    return len(requests) + len(assignments)


def _close(access_request: AccessRequest, reason: ClosedReason) -> None:
    access_request.status = Status.CLOSED
    access_request.closed_reason = reason
    access_request.ended_at = timezone.now()
    access_request.save(update_fields=["status", "closed_reason", "ended_at"])
    record(EventType.CLOSED, access_request, actor=None, reason=reason)
    emails.request_closed(access_request)


def after_ends(assignments: Sequence[RoleAssignment], *, actor: User) -> list[Message]:
    """What these ends leave behind is put on record; the letters to everybody concerned."""
    letters = [emails.to_holder(each) for each in assignments]
    psos = [each for each in assignments if each.role.is_pso]
    if not psos:
        return letters
    left = hand_back(psos, actor=actor)
    told = emails.who_hears_of_last_psos_gone(
        [each.ended.provider_id for each in left if not each.has_pso]
    )
    for each in left:
        hears = told.get(each.ended.provider_id)
        letters += emails.pso_gone(each.ended, to_cms=each.to_cms, waiting=each.waiting, told=hears)
    return letters
