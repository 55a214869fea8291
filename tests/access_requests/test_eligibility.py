"""Who can hold a role: judged when asking and again when approving (rules 5, 7, 9, 18)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from allauth.account.models import EmailAddress

from access_requests import workflow
from access_requests.models import AccessRequest, RoleAssignment, Status
from access_requests.personal_domains import is_personal
from access_requests.statement import NotEligible, Statement
from accounts.models import User
from providers.models import Provider
from tests import builders as make

pytestmark = pytest.mark.django_db

NO_DOMAIN = replace(make.EMPLOYED, attests_no_corporate_email=True)
SMALL = replace(make.EMPLOYED, attests_small_organization=True)
BOTH = replace(NO_DOMAIN, attests_small_organization=True)


def at_home(**fields: str) -> User:
    """Somebody with a personal address."""
    person = make.person(**fields)
    return change_address(person, f"{person.username}@gmail.com")


def change_address(person: User, address: str) -> User:
    person.email = address
    person.save(update_fields=["email"])
    EmailAddress.objects.filter(user=person).update(email=address)
    return person


def refused(
    person: User,
    at: Provider,
    code: str = "assessment_viewer",
    statement: Statement = make.EMPLOYED,
) -> NotEligible:
    with pytest.raises(NotEligible) as refusal:
        make.submit(person, at, code, statement)
    return refusal.value


def test_which_domains_are_personal() -> None:
    for domain in ("gmail.com", "GMAIL.com ", "outlook.com", "yahoo.com", "mailinator.com"):
        assert is_personal(domain)
    for domain in ("sunrise-care.example", "genesishcc.com", "cms.hhs.gov"):
        assert not is_personal(domain)


@pytest.mark.parametrize("code", ["pso", "assessment_viewer"])
@pytest.mark.parametrize(
    ("homes", "statement", "field"),
    [
        # A chain's size is on the roster: what the requester says of it does not count.
        (2, NO_DOMAIN, None),
        (2, BOTH, None),
        (2, SMALL, "attests_no_corporate_email"),
        (2, make.EMPLOYED, "attests_no_corporate_email"),
        (3, BOTH, "email"),
        # Without a chain both must be attested.
        (0, BOTH, None),
        (0, NO_DOMAIN, "attests_small_organization"),
        (0, SMALL, "attests_no_corporate_email"),
        (0, make.EMPLOYED, "attests_small_organization"),
    ],
)
def test_a_personal_address_needs_both(
    code: str, homes: int, statement: Statement, field: str | None
) -> None:
    home = make.chain(homes)[1][0] if homes else make.provider()
    if field is None:
        assert make.submit(at_home(), home, code, statement).pk
    else:
        assert refused(at_home(), home, code, statement).field == field


def test_the_chain_is_named_and_closed_homes_do_not_count() -> None:
    chain, homes = make.chain(3, "Sunrise")
    refusal = refused(at_home(), homes[0], statement=BOTH)
    assert "(Sunrise) has 3" in str(refusal)
    Provider.objects.filter(pk=homes[2].pk).update(closed_on=date(2026, 1, 2))
    assert make.submit(at_home(), homes[0], statement=BOTH).pk
    assert chain.providers.count() == 3


@pytest.mark.parametrize("homes", [0, 3])
def test_a_corporate_address_needs_no_attestation(homes: int) -> None:
    home = make.chain(homes)[1][0] if homes else make.provider()
    assert make.submit(make.person(), home, "pso").pk


def test_pso_of_three_ccns_needs_a_corporate_address_whatever_the_organization() -> None:
    person, reviewer = at_home(), make.reviewer()
    first = make.submit(person, make.provider(), "pso", BOTH)
    workflow.approve(first.pk, by=reviewer)
    second = make.submit(person, make.provider(), "pso", BOTH)
    third = make.provider()

    assert refused(person, third, "pso", BOTH).field == "pso_ccns"
    assert make.submit(person, third, "assessment_viewer", BOTH).pk

    RoleAssignment.objects.filter(user=person).update(status="suspended")
    assert refused(person, third, "pso", BOTH).field == "pso_ccns"

    workflow.withdraw(second.pk, by=person)
    assert make.submit(person, third, "pso", BOTH).pk


def test_a_role_that_ended_frees_its_place() -> None:
    person, reviewer = at_home(), make.reviewer()
    for _ in range(2):
        workflow.approve(make.submit(person, make.provider(), "pso", BOTH).pk, by=reviewer)
    assert refused(person, make.provider(), "pso", BOTH).field == "pso_ccns"
    held = RoleAssignment.objects.filter(user=person)[0]
    workflow.give_up(held.pk, by=person)
    assert make.submit(person, make.provider(), "pso", BOTH).pk


def test_a_corporate_pso_of_many_ccns_cannot_turn_to_a_personal_address() -> None:
    person, reviewer = make.person(), make.reviewer()
    for _ in range(2):
        make.pso(make.provider(), person, by=reviewer)
    asked = make.submit(person, make.provider(), "pso", BOTH)
    change_address(person, "nurse@gmail.com")
    with pytest.raises(NotEligible, match="at most two CCNs"):
        workflow.approve(asked.pk, by=reviewer)


def unverified(asked: AccessRequest) -> None:
    EmailAddress.objects.filter(user=asked.requester).update(verified=False)


def other_address_verified(asked: AccessRequest) -> None:
    User.objects.filter(pk=asked.requester_id).update(email="new@sunrise-care.example")


def switched_off(asked: AccessRequest) -> None:
    User.objects.filter(pk=asked.requester_id).update(is_active=False)


def provider_closed(asked: AccessRequest) -> None:
    Provider.objects.filter(pk=asked.provider_id).update(closed_on=date(2026, 1, 2))


def became_cms(asked: AccessRequest) -> None:
    """Rule 9 keeps this from happening; were it to happen, it stops here."""
    User.objects.filter(pk=asked.requester_id).update(cms_role="agent")


def chain_grew(asked: AccessRequest) -> None:
    make.provider(chain=asked.provider.chain)


LATER: list[tuple[Callable[[AccessRequest], None], str]] = [
    (unverified, "not verified"),
    (other_address_verified, "not verified"),
    (switched_off, "not active"),
    (provider_closed, "has closed"),
    (became_cms, "cannot hold a role"),
    (chain_grew, "corporate email address"),
]


@pytest.mark.parametrize("code", ["pso", "assessment_viewer"])
@pytest.mark.parametrize(("change", "sentence"), LATER)
def test_eligibility_is_judged_again_at_approval(
    code: str, change: Callable[[AccessRequest], None], sentence: str
) -> None:
    home = make.chain(2)[1][0]
    decider = make.pso(home)
    asked = make.submit(at_home(), home, code, NO_DOMAIN)
    change(asked)
    with pytest.raises(NotEligible, match=sentence):
        workflow.approve(asked.pk, by=decider)
    asked.refresh_from_db()
    assert asked.status == Status.PENDING
    assert not RoleAssignment.objects.filter(user=asked.requester).exists()


@pytest.mark.parametrize("change", [unverified, other_address_verified, switched_off])
def test_and_when_asking(change: Callable[[AccessRequest], None]) -> None:
    person = make.person()
    change(AccessRequest(requester=person))
    with pytest.raises(NotEligible):
        make.submit(person, make.provider())


def test_nobody_asks_at_a_closed_provider() -> None:
    home = make.provider(closed_on=date(2026, 1, 2))
    assert refused(make.person(), home).field == "ccn"


def test_who_is_not_eligible_can_still_be_rejected_and_asked() -> None:
    home = make.provider()
    decider = make.pso(home)
    asked = make.submit(make.person(), home)
    unverified(asked)
    workflow.return_for_information(asked.pk, by=decider, question="Is this still your address?")
    workflow.answer(asked.pk, by=asked.requester, text="No.")
    rejected = workflow.reject(
        asked.pk, by=decider, reason="cannot_verify", explanation="Verify your address first."
    )
    assert rejected.status == Status.REJECTED
