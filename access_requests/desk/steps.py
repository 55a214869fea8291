"""What a reviewer writes down about a case: an answer to a check, an attempt to reach somebody.

Rows are only ever added. Both need what deciding needs: the case is CMS's, now, and pending.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.db.models.functions import Lower
from django.utils import timezone

from access_requests import contacts, policy
from access_requests.desk.checks import BY_CODE
from access_requests.models import (
    AccessRequest,
    Authority,
    CheckConfirmation,
    Contact,
    ContactAttempt,
    DeskEvent,
    RoleAssignment,
)
from access_requests.policy import Refusal, StepRefused
from access_requests.seen import fingerprint
from access_requests.workflow.locks import lock_request
from accounts import audit
from accounts.models import User
from providers.models import Provider


@transaction.atomic
def answer_check(
    request_id: int, *, by: User, code: str, answer: CheckConfirmation.Answer, note: str = ""
) -> CheckConfirmation:
    """Raises StepRefused. Only checks that a reviewer answers (Check.is_answered)."""
    access_request = _lock_case(request_id, by)
    if not BY_CODE[code].is_answered:
        raise ValueError(code)
    answered = CheckConfirmation.objects.create(
        access_request=access_request,
        check_code=code,
        answer=answer,
        note=note,
        seen=fingerprint(access_request),
        by=by,
        at=timezone.now(),
    )
    details = {"check": code, "answer": str(answer), "note": note}
    _record(DeskEvent.CHECK_CONFIRMED, access_request, by, details)
    return answered


@transaction.atomic
def record_attempt(
    request_id: int,
    *,
    by: User,
    how: ContactAttempt.How,
    reached_at: str,
    outcome: ContactAttempt.Outcome,
    who: str = "",
    note: str = "",
) -> ContactAttempt:
    """Raises StepRefused. `reached_at` is the number called, or the known address that replied."""
    access_request = _lock_case(request_id, by)
    attempt = ContactAttempt.objects.create(
        access_request=access_request,
        how=how,
        reached_at=reached_at,
        who=who,
        outcome=outcome,
        note=note,
        seen=fingerprint(access_request),
        by=by,
        at=timezone.now(),
    )
    details = {"how": str(how), "outcome": str(outcome), "attempt": attempt.pk}
    _record(DeskEvent.CONTACT_ATTEMPTED, access_request, by, details)
    return attempt


def known_addresses(provider: Provider, *, but: User) -> list[str]:
    """Addresses whose reply counts: the contacts known at the CCN, and those of people with a role
    there; none that is the claimant's own. Two queries."""
    known = (
        Contact.objects.filter(provider=provider, removed_at=None)
        .exclude(email="")
        .values_list(Lower("email"))
    )
    holders = (
        RoleAssignment.objects.not_ended()
        .filter(provider=provider)
        .exclude(user=but)
        .values_list(Lower("user__email"))
    )
    found = {row[0] for row in known.order_by().union(holders.order_by())[:50]}
    own = {row[0] for row in contacts.own_addresses(but)}
    return sorted(found - own - {but.email.lower(), ""})


def _lock_case(request_id: int, by: User) -> AccessRequest:
    access_request = lock_request(request_id, by)
    if policy.authority_to_decide(by, access_request) != Authority.CMS:
        raise StepRefused(Refusal.PSO_DECIDES)
    return access_request


def _record(
    event: DeskEvent, access_request: AccessRequest, by: User, details: Mapping[str, object]
) -> None:
    audit.record(
        event,
        actor=by,
        person=access_request.requester,
        ccn=access_request.provider.ccn,
        request_id=access_request.pk,
        details=dict(details),
    )
