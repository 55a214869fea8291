"""Contacts known at a CCN are told when somebody asks to be its PSO."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.db import transaction
from django.test import Client
from django.utils import timezone

from access_requests import workflow
from access_requests.desk.steps import known_addresses
from access_requests.models import ClaimLetter, DeskEvent
from access_requests.reports import claims, gathered
from accounts.models import AuditEvent, BouncedAddress, Notice, OutgoingEmail
from providers.models import Provider
from tests import builders as make
from tests.reports.builders import claim, contact, emails_to, link_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def home() -> Provider:
    return make.provider(name="BURNS NURSING HOME")


def test_a_contact_hears_who_asks_for_what(home: Provider) -> None:
    asked, _ = claim(home)
    [email] = emails_to(home.contacts.get().email)
    assert home.ccn in email.subject
    for words in (
        "Hello Olga Contact",
        "Carla Claimant",
        "Director of Nursing",
        "Sunrise Care LLC",
    ):
        assert words in email.body_text
    assert "approves or rejects everyone who asks" in email.body_text
    assert email.priority == OutgoingEmail.Priority.DECISION
    # No name in the address of the page.
    assert "arla" not in link_in(email)
    told = AuditEvent.objects.get(type=DeskEvent.CLAIM_TOLD)
    assert told.request_id == asked.pk
    assert told.details == {"told": 1}
    assert told.actor is None


def test_the_claimant_does_not_learn_who_was_told(home: Provider, client: Client) -> None:
    asked, _ = claim(home)
    notices = Notice.objects.filter(recipient=asked.requester)
    said = " ".join([*(each.subject + each.body for each in notices)])
    assert "lga" not in said
    assert "contact" not in said.lower()
    client.force_login(asked.requester)
    page = client.get(asked.get_absolute_url()).content.decode()
    assert "Olga" not in page
    assert home.contacts.get().email not in page


def test_it_is_one_step_with_the_request(home: Provider) -> None:
    contact(home)
    with transaction.atomic():
        make.submit(make.person(), home, "pso")
        transaction.set_rollback(True)
    assert not OutgoingEmail.objects.filter(to_address=home.contacts.get().email).exists()
    assert not ClaimLetter.objects.exists()


def test_who_is_not_written_to(home: Provider) -> None:
    claimant = make.person(email="carla@sunrise-home.example")
    contact(home, "carla@sunrise-home.example")
    contact(home, "gone@sunrise-home.example", removed_at=timezone.now(), removed_why="Left")
    contact(home, "dead@sunrise-home.example")
    contact(home)
    BouncedAddress.objects.create(address="dead@sunrise-home.example", since=timezone.now())
    make.submit(claimant, home, "pso")
    for name in ("gone", "dead"):
        assert not emails_to(f"{name}@sunrise-home.example")
    assert not any("decide access" in e.subject for e in emails_to(claimant.email))
    assert ClaimLetter.objects.count() == 1


@pytest.mark.parametrize("code", ["assessment_viewer", "pso"])
def test_what_does_not_wait_for_cms_is_not_told(home: Provider, code: str) -> None:
    someone = contact(home)
    if code == "pso":
        make.pso(home)
    before = len(emails_to(someone.email))
    make.submit(make.person(), home, code)
    assert len(emails_to(someone.email)) == before


def test_what_a_claimant_typed_makes_no_link(home: Provider) -> None:
    someone = contact(home)
    claimant = make.person(full_name="Sign in at https://evil.example/x now")
    make.submit(claimant, home, "pso")
    [email] = emails_to(someone.email)
    for body in (email.body_text, email.body_html):
        assert "evil.example" not in body
        assert "https://evil" not in body


def test_a_chains_contact_gets_a_few_emails_and_then_one() -> None:
    """One person asks at twelve CCNs that have the same contact."""
    claimant = make.person()
    homes = [make.provider() for _ in range(12)]
    for each in homes:
        contact(each, "chain@sunrise-home.example")
        make.submit(claimant, each, "pso")
    assert len(emails_to("chain@sunrise-home.example")) == 3
    assert gathered.tell() == 0
    with time_machine.travel(timezone.now() + timedelta(hours=2, minutes=1)):
        assert gathered.tell() == 1
        assert gathered.tell() == 0
    emails = emails_to("chain@sunrise-home.example")
    assert len(emails) == 4
    told = [re.findall(r"CCN (0\d{5})", each.body_text) for each in emails]
    assert {ccn for ccns in told for ccn in ccns} == {each.ccn for each in homes}
    assert len(set(told[-1])) == 9


def test_what_ended_meanwhile_is_not_told_any_more() -> None:
    claimant = make.person()
    asked = []
    for _ in range(5):
        home = make.provider()
        contact(home, "chain@sunrise-home.example")
        asked.append(make.submit(claimant, home, "pso"))
    workflow.withdraw(asked[3].pk, by=claimant)
    workflow.approve(asked[4].pk, by=make.reviewer())
    with time_machine.travel(timezone.now() + timedelta(hours=3)):
        gathered.tell()
    last = emails_to("chain@sunrise-home.example")[-1].body_text
    assert asked[3].provider.ccn not in last
    assert asked[4].provider.ccn in last
    assert not ClaimLetter.objects.filter(email=None).exists()


def test_a_contact_who_comes_late_is_told_while_cms_has_the_request(home: Provider) -> None:
    waiting = make.submit(make.person(), home, "pso")
    decided = make.provider()
    make.pso(decided)
    own = contact(home, waiting.requester.email)
    late, too_late = contact(home), contact(decided)
    assert gathered.owe_to_latecomers() == 1
    assert gathered.owe_to_latecomers() == 0
    with time_machine.travel(timezone.now() + timedelta(hours=3)):
        gathered.tell()
    assert len(emails_to(late.email)) == 1
    assert not emails_to(too_late.email)
    assert not ClaimLetter.objects.filter(contact=own).exists()


def test_no_claimants_own_address_counts_as_a_contacts(home: Provider) -> None:
    waiting = make.submit(make.person(), home, "pso")
    contact(home, "second@sunrise-home.example")
    second = {"user": waiting.requester, "email": "second@sunrise-home.example"}
    own = EmailAddress.objects.create(**second, verified=True)
    assert gathered.owe_to_latecomers() == 0
    assert known_addresses(home, but=waiting.requester) == []
    # Who only claims somebody's address does not keep that contact from hearing of it.
    own.verified = False
    own.save()
    assert known_addresses(home, but=waiting.requester) == ["second@sunrise-home.example"]
    assert list(claims.to_be_told([home.pk], but=waiting.requester)) == [home.contacts.get()]
    assert gathered.owe_to_latecomers() == 1


def test_one_address_that_cannot_be_told_stops_nobody(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, home: Provider
) -> None:
    waiting = make.submit(make.person(), home, "pso")
    for name in ("a", "b", "c"):
        contact(home, f"{name}@sunrise-home.example")
    gathered.owe_to_latecomers()
    write = claims.email_about

    def fails_for_the_first(letters: list[ClaimLetter]) -> OutgoingEmail:
        if letters[0].contact.email.startswith(("a@", "b@")):
            raise ValueError(letters[0].contact.email)
        return write(letters)

    monkeypatch.setattr(claims, "email_about", fails_for_the_first)
    with time_machine.travel(timezone.now() + timedelta(hours=3)):
        assert gathered.tell() == 1
    assert len(emails_to("c@sunrise-home.example")) == 1
    assert ClaimLetter.objects.filter(access_request=waiting, email=None).count() == 2
    assert "cannot be told" in caplog.text
