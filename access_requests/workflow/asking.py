"""The requester's steps: submit, answer a question, withdraw."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from access_requests import emails, policy
from access_requests.asking_rules import (
    require_not_already_asked,
    require_open_for_asking,
    require_room_today,
)
from access_requests.eligibility import facts_about, require_eligible
from access_requests.models import (
    AccessRequest,
    EventType,
    Invitation,
    Question,
    Role,
    RoleAssignment,
    Status,
)
from access_requests.reports import claims
from access_requests.statement import NotEligible, Statement
from access_requests.workflow import rows
from access_requests.workflow.locks import lock_person, lock_provider, lock_request
from access_requests.workflow.trail import record, record_withdrawals
from accounts import profile
from accounts.models import User
from providers.models import Provider


@transaction.atomic
def submit(
    *,
    requester: User,
    provider: Provider,
    role: Role,
    statement: Statement,
    legal_name: str = "",
    keep_in_profile: bool = False,
    asked_at: datetime | None = None,
    invitation: Invitation | None = None,
    with_letters: bool = True,
) -> AccessRequest:
    """File a request. Raises NotEligible with a sentence when it cannot be filed.

    The legal name, and where the person wants it job title and employer, go into their profile
    as far as it says nothing yet.

    `asked_at`: the person had asked before the provider was on the roster. The request takes its
    place from then, and whoever files it tells the person.

    `invitation`: the one this person has just accepted, locked. `with_letters`: False where the
    caller tells everybody of several requests at once.

    The person's row is locked first: the two-CCN limit for a personal address and "one open
    request" count over all of this person's requests.
    """
    person = lock_person(requester.pk)
    provider = lock_provider(provider.pk)
    require_open_for_asking(provider, role, timezone.now())
    require_not_already_asked(person, provider, role)
    require_room_today(person)
    require_eligible(
        person=person,
        provider=provider,
        role=role,
        statement=statement,
        standing=facts_about(person, provider),
    )
    has_pso = RoleAssignment.objects.active().psos().filter(provider=provider).exists()
    if role.is_pso and not has_pso:
        require_administrator(statement)
    default = {"job_title": statement.job_title, "employer": statement.employer}
    profile.fill_in(person, full_name=legal_name, **(default if keep_in_profile else {}))
    access_request = AccessRequest.objects.create(
        requester=person,
        provider=provider,
        role=role,
        submitted_at=asked_at or timezone.now(),
        affiliation=statement.affiliation,
        job_title=statement.job_title,
        employer=statement.employer,
        administrator_name=statement.administrator_name,
        administrator_contact=statement.administrator_contact,
        attests_no_corporate_email=statement.attests_no_corporate_email,
        attests_small_organization=statement.attests_small_organization,
        invitation=invitation,
    )
    record(EventType.SUBMITTED, access_request, actor=person)
    filed = _with_standing(access_request)
    if with_letters:
        emails.request_submitted(filed, requester_knows=asked_at is not None)
    claims.tell_contacts(filed)
    return access_request


@transaction.atomic
def answer(request_id: int, *, by: User, text: str) -> AccessRequest:
    """Answer the open question. The request is decidable again and keeps its place."""
    access_request = lock_request(request_id, by)
    policy.require_answerer(by, access_request)
    question = open_question(access_request)
    question.answer = text
    question.answered_at = timezone.now()
    question.save(update_fields=["answer", "answered_at"])
    access_request.status = Status.PENDING
    access_request.save(update_fields=["status"])
    record(EventType.ANSWERED, access_request, actor=by, question_id=question.pk)
    emails.question_answered(access_request)
    return access_request


@transaction.atomic
def withdraw(request_id: int, *, by: User) -> AccessRequest:
    access_request = lock_request(request_id, by)
    policy.require_requester(by, access_request)
    rows.withdraw([access_request])
    record_withdrawals([access_request], actor=by)
    return access_request


def open_question(access_request: AccessRequest) -> Question:
    return Question.objects.get(access_request=access_request, answered_at=None, taken_back_at=None)


def require_administrator(statement: Statement) -> None:
    """A first-PSO request names whom CMS calls (rule 12)."""
    for refusal in administrator_wanting(statement):
        raise refusal


def administrator_wanting(statement: Statement) -> list[NotEligible]:
    """What it does not say of them: for a form that asks for all of it at once."""
    wanting = []
    if not statement.administrator_name:
        sentence = _("Name the provider's administrator. CMS calls to confirm a first PSO.")
        wanting.append(NotEligible(sentence, field="administrator_name"))
    if not statement.administrator_contact:
        sentence = _("Say how CMS can reach the administrator: a phone number or an email address.")
        wanting.append(NotEligible(sentence, field="administrator_contact"))
    return wanting


def _with_standing(access_request: AccessRequest) -> AccessRequest:
    return (
        policy.with_standing(AccessRequest.objects.all(), access_request.requester)
        .select_related("requester", "provider", "role")
        .get(pk=access_request.pk)
    )
