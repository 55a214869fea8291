"""The CMS part of a first-PSO request's page: the checklist, and what was kept of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError

from access_requests import policy
from access_requests.desk import flags, lookers, ready, steps, waiting
from access_requests.desk.ages import Age
from access_requests.desk.blocking import blocks
from access_requests.desk.checks import BY_CODE
from access_requests.desk.clean import why_not_clean
from access_requests.desk.forms import AttemptForm, CheckForm
from access_requests.forms import ReturnForm
from access_requests.models import (
    AccessRequest,
    Authority,
    ContactAttempt,
    DecisionChecklist,
)
from access_requests.reports import answers
from accounts.models import User
from accounts.phone import phone_as_kept


def context(access_request: AccessRequest, user: User, bound: Mapping[str, Any]) -> dict[str, Any]:
    """Nothing to whoever is not CMS's, and nothing about a working role. `bound` holds the form
    that was sent with an error, if one was. The request comes from with_standing()."""
    if not user.is_cms or not access_request.is_for_pso_role:
        return {}
    attempts = list(_attempts(access_request))
    if not access_request.is_open:
        return {"kept": _kept(access_request), "attempts": attempts}
    if policy.required_authority(access_request) != Authority.CMS:
        return {}
    checklist = waiting.case_of(access_request.pk, user)
    may_answer = policy.may_decide(user, access_request)
    found = {
        "checklist": checklist,
        "rows": [(item, _form_of(item, bound) if may_answer else None) for item in checklist.items],
        "flags": flags.flags_of(checklist),
        "why_not_clean": why_not_clean(checklist),
        "blocks": blocks(checklist.facts),
        "last_look": lookers.last_look(access_request.pk, but=user),
        "age": Age.of(access_request.submitted_at),
        "claim_answers": answers.answers_about(access_request),
        "attempts": attempts,
        "phone": phone_shown(access_request.provider.phone),
        "phone_link": phone_link(access_request.provider.phone),
    }
    if may_answer and "attempt_form" not in bound:
        found["attempt_form"] = attempt_form(access_request)
    return found


def return_form(found: Mapping[str, Any]) -> ReturnForm:
    """For a case of CMS's with ready-made questions, those that fit it first."""
    checklist = found.get("checklist")
    return ReturnForm(ready=ready.choices(checklist) if checklist else None)


def attempt_form(access_request: AccessRequest, data: Any = None) -> AttemptForm:
    provider = access_request.provider
    known = steps.known_addresses(provider, but=access_request.requester)
    return AttemptForm(data, provider=provider, known_addresses=known)


def phone_shown(phone: str) -> str:
    """As people write it; as the list has it where that is no number of this country."""
    try:
        return phone_as_kept(phone) if phone else ""
    except ValidationError:
        return phone


def phone_link(phone: str) -> str:
    digits = "".join(each for each in phone if each.isdigit())
    return f"tel:+1{digits[-10:]}" if len(digits) in {10, 11} else ""


def _form_of(item: Any, bound: Mapping[str, Any]) -> CheckForm | None:
    if not item.check.is_answered:
        return None
    sent = bound.get("check_form")
    if isinstance(sent, CheckForm) and sent.prefix == item.check.code:
        return sent
    return CheckForm(check=item.check, finding=item.finding)


def _attempts(access_request: AccessRequest) -> Any:
    """Newest first."""
    return (
        ContactAttempt.objects.filter(access_request=access_request)
        .select_related("by")
        .order_by("-pk")[:20]
    )


def _kept(access_request: AccessRequest) -> dict[str, Any] | None:
    kept = DecisionChecklist.objects.filter(access_request=access_request).first()
    if kept is None:
        return None
    checks = [
        each
        | {
            "title": BY_CODE[each["code"]].title if each["code"] in BY_CODE else each["code"],
            "state": {True: "holds", False: "fails", None: "open"}[each["holds"]],
        }
        for each in kept.checks
    ]
    return {"checks": checks, "list": kept}
