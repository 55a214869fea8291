"""First-PSO cases in every shape, reached by walking the workflow and the desk's own steps."""

from __future__ import annotations

from typing import Any

from access_requests.desk import steps, waiting
from access_requests.desk.checklist import Checklist
from access_requests.models import AccessRequest, CheckConfirmation, ContactAttempt
from accounts.models import IdentityProofing, User
from providers.models import Provider
from tests import builders as make

HOLDS, FAILS = CheckConfirmation.Answer.HOLDS, CheckConfirmation.Answer.FAILS
CONFIRMED = ContactAttempt.Outcome.CONFIRMED


def case(at: Provider | None = None, requester: User | None = None, **fields: Any) -> AccessRequest:
    """Somebody whom HARP has proofed asks to be first PSO of a home with a phone."""
    at = at or make.provider(phone="2515550100")
    requester = requester or make.person(identity_proofing=IdentityProofing.HARP, **fields)
    return make.submit(requester, at, "pso")


def call(
    asked: AccessRequest, by: User, outcome: ContactAttempt.Outcome = CONFIRMED
) -> ContactAttempt:
    who = "" if outcome == ContactAttempt.Outcome.NOT_REACHED else "Ada Winter, administrator"
    return steps.record_attempt(
        asked.pk,
        by=by,
        how=ContactAttempt.How.CALL,
        reached_at="2515550100",
        outcome=outcome,
        who=who,
    )


def answer(
    asked: AccessRequest,
    by: User,
    code: str,
    holds: CheckConfirmation.Answer = HOLDS,
    note: str = "",
) -> CheckConfirmation:
    return steps.answer_check(asked.pk, by=by, code=code, answer=holds, note=note)


def clean_case(
    by: User, at: Provider | None = None, requester: User | None = None
) -> AccessRequest:
    """Called, and confirmed: every check holds."""
    asked = case(at, requester)
    call(asked, by)
    answer(asked, by, "employment")
    answer(asked, by, "email")
    return asked


def checklist(asked: AccessRequest, by: User) -> Checklist:
    [found] = waiting.cases_of([asked.pk], by)
    return found


def state(asked: AccessRequest, by: User, code: str) -> tuple[str, str]:
    """How a check stands, and who says so."""
    item = checklist(asked, by).by_code[code]
    return item.state, item.filled_by
