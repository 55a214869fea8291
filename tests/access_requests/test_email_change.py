"""A changed address is judged by what the person has and asks for, when typed and when verified."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from access_requests import workflow
from access_requests.email_change import refuse_personal_address
from access_requests.models import RoleAssignment
from accounts.models import AuditEvent, User
from tests import builders as make
from tests.accounts.builders import verify

pytestmark = pytest.mark.django_db
PERSONAL = "somebody@gmail.com"
CORPORATE = "somebody@other-care.example"
ATTESTED = replace(make.EMPLOYED, attests_no_corporate_email=True, attests_small_organization=True)


def test_whoever_has_nothing_may_use_any_address() -> None:
    refuse_personal_address(make.person(), PERSONAL)


def test_a_corporate_address_is_always_fit() -> None:
    _, homes = make.chain(3)
    refuse_personal_address(make.pso(homes[0]), CORPORATE)


def test_a_role_in_a_chain_of_three_needs_a_corporate_address() -> None:
    _, homes = make.chain(3)
    pso = make.pso(homes[0])
    with pytest.raises(ValidationError, match=homes[0].ccn):
        refuse_personal_address(pso, PERSONAL)
    workflow.give_up(RoleAssignment.objects.get(user=pso).pk, by=pso)
    refuse_personal_address(pso, PERSONAL)


def test_an_open_request_counts_until_it_ends() -> None:
    person = make.person()
    asked = make.submit(person, make.provider())
    with pytest.raises(ValidationError):
        refuse_personal_address(person, PERSONAL)
    workflow.withdraw(asked.pk, by=person)
    refuse_personal_address(person, PERSONAL)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def change(client: Client, email: str) -> None:
    client.post(reverse("account_email"), {"email": email, "action_add": "1"})


def test_the_page_refuses_a_personal_address_beside_the_field() -> None:
    _, homes = make.chain(3)
    pso = make.pso(homes[0])
    client = signed_in(pso)
    response = client.post(reverse("account_email"), {"email": PERSONAL, "action_add": ""})
    assert "This is a personal address" in response.content.decode()
    pso.refresh_from_db()
    assert pso.email != PERSONAL


def test_a_request_filed_before_the_code_is_typed_counts_too() -> None:
    person = make.person()
    client, before = signed_in(person), person.email
    change(client, PERSONAL)
    make.submit(person, make.provider())
    verify(client, PERSONAL)
    person.refresh_from_db()
    assert person.email == before


def test_a_fit_address_is_taken_over_and_both_are_on_record() -> None:
    person = make.person()
    client, before = signed_in(person), person.email
    change(client, CORPORATE)
    verify(client, CORPORATE)
    person.refresh_from_db()
    assert person.email == CORPORATE
    [line] = AuditEvent.objects.filter(type="email_changed")
    assert line.details == {"before": before, "after": CORPORATE}


def test_a_request_approved_before_the_code_is_typed_counts_too() -> None:
    """Pending when the address was typed, a role when it is verified."""
    person, home = make.person(), make.chain(2)[1][0]
    client, before = signed_in(person), person.email
    asked = make.submit(person, home, "pso", ATTESTED)
    change(client, PERSONAL)
    workflow.approve(asked.pk, by=make.reviewer())
    make.provider(chain=home.chain)
    verify(client, PERSONAL)
    person.refresh_from_db()
    assert person.email == before


def test_the_attestation_of_the_request_is_what_a_later_address_is_judged_by() -> None:
    person = make.person()
    client = signed_in(person)
    asked = make.submit(person, make.provider(), "pso", ATTESTED)
    change(client, PERSONAL)
    workflow.approve(asked.pk, by=make.reviewer())
    verify(client, PERSONAL)
    person.refresh_from_db()
    assert person.email == PERSONAL


def test_a_pso_of_three_ccns_keeps_a_corporate_address_whatever_was_attested() -> None:
    person, reviewer = make.person(), make.reviewer()
    for _ in range(3):
        workflow.approve(make.submit(person, make.provider(), "pso", ATTESTED).pk, by=reviewer)
    with pytest.raises(ValidationError, match="need a corporate one"):
        refuse_personal_address(person, PERSONAL)
    refuse_personal_address(person, CORPORATE)


def test_verifying_waits_for_a_request_that_is_being_filed() -> None:
    """Both hold the person's row: neither judges by what the other is about to change."""
    person = make.person()
    client = signed_in(person)
    change(client, PERSONAL)
    with CaptureQueriesContext(connection) as captured:
        verify(client, PERSONAL)
    locked = [each["sql"] for each in captured.captured_queries if "FOR NO KEY" in each["sql"]]
    assert [each for each in locked if "accounts_user" in each]
