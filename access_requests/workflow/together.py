"""Deciding or withdrawing many requests, or ending many roles, in one transaction: one outcome for
each.

What may not be done is left out and named; the rest is done. Nothing is half written. Each is
judged as it would be alone, by facts read once all the locks are held; then the rows, the lines and
the letters are written for all of them, in as many statements for fifty as for five.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from django.db import transaction

from access_requests import emails, joint_letters, policy
from access_requests.eligibility import with_facts
from access_requests.models import (
    AccessRequest,
    Authority,
    EndedHow,
    EventType,
    RejectionReason,
    RoleAssignment,
    Status,
)
from access_requests.people.days import Invited, at_approval
from access_requests.policy import Refusal, StepRefused
from access_requests.refused import for_decider
from access_requests.statement import NotEligible
from access_requests.workflow import rows
from access_requests.workflow.ending import after_ends
from access_requests.workflow.handing_over import open_beside
from access_requests.workflow.judging import organization_sizes, require_approvable
from access_requests.workflow.locks import lock_assignments, lock_requests
from access_requests.workflow.trail import (
    record_approvals,
    record_of_roles,
    record_rejections,
    record_withdrawals,
)
from accounts.models import User
from accounts.notices import Message

Row = TypeVar("Row", AccessRequest, RoleAssignment)


@dataclass(frozen=True)
class Outcome:
    """`refusal` is empty where it was done; else the sentence that says why not."""

    pk: int
    row: AccessRequest | RoleAssignment | None
    refusal: str = ""

    @property
    def is_done(self) -> bool:
        return not self.refusal


@transaction.atomic
def approve_many(
    request_ids: Sequence[int], *, by: User, seen: Mapping[int, str] | None = None
) -> list[Outcome]:
    """`seen`: for each request the fingerprint of what the decider read."""
    found = lock_requests(request_ids, by, also=with_facts)
    size_of, last_days = organization_sizes(found), dict[int, date | None]()

    def judge(each: AccessRequest) -> None:
        read = seen.get(each.pk) if seen else None
        _require_pso(require_approvable(each, by=by, seen=read, size_of=size_of))
        last_days[each.pk] = at_approval(each, Invited.AS_INVITED)

    approved, outcomes = _judged(request_ids, found, judge)
    if approved:
        rows.decide(approved, Status.APPROVED, by=by, authority=Authority.PSO)
        rows.give_roles(approved, last_days=last_days)
        record_approvals(approved, actor=by, authority=Authority.PSO)
        joint_letters.tell(_letters_of_approvals(approved))
    return outcomes


@transaction.atomic
def reject_many(
    request_ids: Sequence[int], *, by: User, reason: RejectionReason, explanation: str
) -> list[Outcome]:
    found = lock_requests(request_ids, by, also=lambda same: same)

    def judge(each: AccessRequest) -> None:
        _require_pso(policy.authority_to_decide(by, each))

    rejected, outcomes = _judged(request_ids, found, judge)
    if rejected:
        rows.decide(
            rejected,
            Status.REJECTED,
            by=by,
            authority=Authority.PSO,
            reason=reason,
            explanation=explanation,
        )
        record_rejections(rejected, actor=by, authority=Authority.PSO, reason=reason)
        joint_letters.tell(emails.to_rejected(each) for each in rejected)
    return outcomes


@transaction.atomic
def withdraw_many(request_ids: Sequence[int], *, by: User) -> list[Outcome]:
    """Their own. As when one is withdrawn, nobody is sent a letter."""
    found = lock_requests(request_ids, by, also=lambda same: same)

    def judge(each: AccessRequest) -> None:
        policy.require_requester(by, each)

    withdrawn, outcomes = _judged(request_ids, found, judge)
    if withdrawn:
        rows.withdraw(withdrawn)
        record_withdrawals(withdrawn, actor=by)
    return outcomes


@transaction.atomic
def revoke_many(assignment_ids: Sequence[int], *, by: User, reason: str) -> list[Outcome]:
    found = lock_assignments(assignment_ids, by)
    authorities: set[Authority] = set()

    def judge(each: RoleAssignment) -> None:
        authorities.add(policy.authority_to_revoke(by, each))

    revoked, outcomes = _judged(assignment_ids, found, judge)
    if revoked:
        # One person acts in one name: as CMS, or as PSO of each of these CCNs.
        [authority] = authorities
        rows.end_roles(revoked, EndedHow.REVOKED, by=by, reason=reason)
        record_of_roles(
            EventType.ROLE_REVOKED, revoked, actor=by, authority=authority, reason=reason
        )
        joint_letters.tell(after_ends(revoked, actor=by))
    return outcomes


def _judged(
    ids: Sequence[int], found: Sequence[Row], judge: Callable[[Row], object]
) -> tuple[list[Row], list[Outcome]]:
    """Those that may be done, and an outcome for each id, in the order they were given."""
    by_pk = {each.pk: each for each in found}
    outcomes = [_outcome(pk, by_pk.get(pk), judge) for pk in dict.fromkeys(ids)]
    done = {each.pk for each in outcomes if each.is_done}
    return [each for each in found if each.pk in done], outcomes


def _outcome(pk: int, row: Row | None, judge: Callable[[Row], object]) -> Outcome:
    if row is None:
        return Outcome(pk, None, str(Refusal.NOT_FOUND.label))
    try:
        judge(row)
    except (StepRefused, NotEligible) as refusal:
        return Outcome(pk, row, for_decider(refusal))
    return Outcome(pk, row)


def _require_pso(authority: Authority) -> None:
    """CMS decides one first PSO at a time, each under its own checklist."""
    if authority != Authority.PSO:
        raise StepRefused(Refusal.AT_THE_DESK)


def _letters_of_approvals(approved: Sequence[AccessRequest]) -> list[Message]:
    letters = [
        emails.to_requester("request_approved", each)
        for each in approved
        if not each.is_for_pso_role
    ]
    for beside in open_beside([each for each in approved if each.is_for_pso_role]):
        letters += emails.to_further_pso_and_sole_ones(beside.approved, beside.others)
    return letters
