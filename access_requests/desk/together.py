"""Approving several clean cases at a time: each in a transaction of its own, under its own lock.

One that fails leaves the others as they are, and every one has its own outcome.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from access_requests import workflow
from access_requests.models import AccessRequest, Status
from access_requests.policy import Refusal, StepRefused
from access_requests.statement import NotEligible
from accounts.models import User

APPROVED, LEFT, OVER = "approved", "left", "over"


@dataclass(frozen=True)
class Outcome:
    """What became of one request: approved now, left as it was, or already over before."""

    request_id: int
    code: str
    sentence: str


def approve_together(request_ids: Iterable[int], *, by: User) -> list[Outcome]:
    """In the order of their numbers, so that everybody who does this takes the same order."""
    return [_approve(each, by) for each in sorted(set(request_ids))]


def _approve(request_id: int, by: User) -> Outcome:
    try:
        workflow.approve(request_id, by=by, with_others=True)
    except AccessRequest.DoesNotExist:
        return Outcome(request_id, OVER, _("There is no such request."))
    except StepRefused as refusal:
        if refusal.refusal == Refusal.ALREADY_ENDED and _was_approved_by(request_id, by):
            return Outcome(request_id, APPROVED, _("Approved by you. The person has been told."))
        code = OVER if refusal.refusal in {Refusal.ALREADY_ENDED, Refusal.PSO_DECIDES} else LEFT
        return Outcome(request_id, code, str(refusal))
    except NotEligible as refusal:
        return Outcome(request_id, LEFT, str(refusal))
    return Outcome(request_id, APPROVED, _("Approved by you. The person has been told."))


def _was_approved_by(request_id: int, by: User) -> bool:
    """Sent twice: the second time says what the first did."""
    approved = AccessRequest.objects.filter(pk=request_id, status=Status.APPROVED)
    return approved.filter(decided_by=by).exists()
