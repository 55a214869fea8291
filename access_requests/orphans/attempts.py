"""Writing down that CMS tried to reach a PSO. What is written stays: a trigger holds it."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from access_requests import policy
from access_requests.models import AssignmentStatus, DeskEvent, ReachAttempt, RoleAssignment
from access_requests.policy import Refusal, StepRefused
from access_requests.workflow.locks import lock_assignment
from accounts import audit
from accounts.letter_words import words_of
from accounts.models import User
from accounts.notices import tell

# The same form sent twice.
_TWICE = timedelta(minutes=2)


@transaction.atomic
def record(
    assignment_id: int,
    *,
    by: User,
    how: ReachAttempt.How,
    outcome: ReachAttempt.Outcome,
    note: str,
) -> ReachAttempt:
    """An attempt by email is the email: the portal sends it with this step.

    Raises StepRefused, or RoleAssignment.DoesNotExist.
    """
    policy.require_reviewer(by)
    assignment = lock_assignment(assignment_id, by)
    if assignment.status == AssignmentStatus.ENDED:
        raise StepRefused(Refusal.ASSIGNMENT_ENDED)
    if not assignment.role.is_pso:
        raise StepRefused(Refusal.NOT_A_PSO)
    said = {"how": how, "outcome": outcome, "note": note, "by": by}
    now = timezone.now()
    before = assignment.reach_attempts.filter(**said, at__gte=now - _TWICE).first()
    if before is not None:
        return before
    attempt = ReachAttempt.objects.create(role_assignment=assignment, at=now, **said)
    audit.record(
        DeskEvent.REACH_ATTEMPTED,
        actor=by,
        person=assignment.user,
        ccn=assignment.provider.ccn,
        request_id=assignment.access_request_id,
        details={"how": how, "outcome": outcome, "note": note},
    )
    if how == ReachAttempt.How.EMAIL and outcome == ReachAttempt.Outcome.NOT_REACHED:
        _write_to(assignment)
    return attempt


def words_to(assignment: RoleAssignment) -> tuple[str, str]:
    """The subject and the text of the email, which the page shows before it leaves."""
    context = {"assignment": assignment, "provider": assignment.provider}
    return words_of("orphans/emails/pso_sought.txt", **context)


def _write_to(assignment: RoleAssignment) -> None:
    subject, body = words_to(assignment)
    tell(
        recipient=assignment.user,
        kind="pso_sought",
        subject=subject,
        body=body,
        path=assignment.provider.get_absolute_url(),
        request_id=assignment.access_request_id,
    )
