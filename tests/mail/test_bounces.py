"""Email that comes back: believed only when it is ours, flagged only when the mailbox is dead."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from accounts import bounce_folder, bounce_reader, bounces
from accounts.bounces import Taken
from accounts.mail import delivery
from accounts.models import AuditEvent, BouncedAddress, OutgoingEmail
from tests.mail import returned
from tests.mail.bounced import bounced, sent, state_of
from tests.mail.builders import a_person, owed, owed_secret
from tests.mail.sink import MailSink

pytestmark = pytest.mark.django_db

State = OutgoingEmail.State


@pytest.mark.parametrize("dialect", returned.DIALECTS)
def test_each_dialect_is_understood(dialect: str) -> None:
    person = a_person()
    email = sent(person.email)

    assert bounce_folder.take(returned.DIALECTS[dialect](email)) == Taken.BOUNCED

    email.refresh_from_db()
    assert email.state == State.BOUNCED
    assert email.sent_at is not None
    assert email.last_error.startswith("550")
    assert bounces.is_bounced(person.email)
    [line] = AuditEvent.objects.filter(type="email_bounced")
    assert (line.actor, line.person) == (None, person)


@pytest.mark.parametrize("dialect", returned.DIALECTS)
def test_the_same_report_twice_changes_nothing_more(dialect: str) -> None:
    email = sent(a_person().email)
    raw = returned.DIALECTS[dialect](email)
    bounce_folder.take(raw)
    before = BouncedAddress.objects.values().get()
    assert bounce_folder.take(raw) == Taken.KNOWN
    assert BouncedAddress.objects.values().get() == before
    assert AuditEvent.objects.filter(type="email_bounced").count() == 1


def test_a_report_without_one_of_our_numbers_flags_nobody() -> None:
    """Anybody can write one, about anybody's address."""
    person = a_person()
    email = sent(person.email)
    ours = str(email.message_id)
    forged = returned.postfix(email).replace(ours.encode(), b"5" + ours[1:].encode())
    assert bounce_folder.take(forged) == Taken.NOT_OURS
    assert bounce_folder.take(returned.postfix(email).replace(ours.encode(), b"")) == Taken.NOT_OURS
    assert not bounces.is_bounced(person.email)
    assert state_of(email) == State.SENT


def test_our_number_at_somebody_elses_domain_is_not_ours() -> None:
    email = sent()
    raw = returned.postfix(email).replace(b"@iqies-portal.example>", b"@elsewhere.example>")
    assert bounce_folder.take(raw) == Taken.NOT_OURS


def test_a_number_somebody_got_by_email_flags_no_other_address() -> None:
    victim, email = a_person(), sent("attacker@example.org")
    raw = returned.postfix(email).replace(b"attacker@example.org", victim.email.encode())
    assert bounce_folder.take(raw) == Taken.BOUNCED
    assert BouncedAddress.objects.count() == 0


def test_what_was_never_sent_or_long_ago_is_not_believed() -> None:
    waiting = owed()
    assert bounce_folder.take(returned.postfix(waiting)) == Taken.NOT_OURS
    assert state_of(waiting) == State.WAITING
    old = sent()
    with time_machine.travel(timezone.now() + bounces.OLDEST + timedelta(hours=1)):
        assert bounce_folder.take(returned.postfix(old)) == Taken.NOT_OURS


def test_an_address_of_no_account_is_not_kept() -> None:
    email = sent("mistyped@example.org")
    assert bounce_folder.take(returned.postfix(email)) == Taken.BOUNCED
    assert not BouncedAddress.objects.exists()


def test_a_delay_is_no_bounce() -> None:
    email = sent()
    raw = returned.postfix(email, action="delayed", status="4.4.1", said="X-Postfix; timed out")
    assert bounce_folder.take(raw) == Taken.NOT_OURS
    assert state_of(email) == State.SENT


@pytest.mark.parametrize(
    ("status", "said", "is_dead"),
    [
        ("5.1.1", "smtp; 550 5.1.1 User unknown", True),
        ("5.1.2", "dns; Host not found", True),
        ("5.2.1", "smtp; 550 5.2.1 Mailbox closed", True),
        ("5.2.2", "smtp; 552 5.2.2 Mailbox full", True),
        ("5.4.1", "smtp; 550 5.4.1 Recipient address rejected: Access denied", True),
        ("5.0.0", "smtp; 550 No such user here", True),
        ("5.0.0", "smtp; 550 5.7.1 Looks like spam", False),
        ("5.7.1", "smtp; 550 5.7.1 User unknown to our policy", False),
        ("5.7.26", "smtp; 550 5.7.26 Unauthenticated sender", False),
        ("5.3.4", "smtp; 552 5.3.4 Too big", False),
        ("5.1.8", "smtp; 550 5.1.8 Bad sender", False),
        ("4.4.7", "smtp; 421 4.4.7 Delivery time expired", False),
        ("", "smtp; 554 Transaction failed", False),
    ],
)
def test_every_return_is_told_and_only_a_dead_mailbox_is_flagged(
    status: str, said: str, is_dead: bool
) -> None:
    a_person(email="nurse@example.org")
    email = sent("nurse@example.org")
    assert bounce_folder.take(returned.postfix(email, status=status, said=said)) == Taken.BOUNCED
    assert state_of(email) == State.BOUNCED
    assert bounces.is_bounced("Nurse@Example.org") is is_dead


@pytest.mark.parametrize(
    ("answer", "is_dead"),
    [
        ("550 5.1.1 Unknown", True),
        ("550 5.1.10 Null MX", True),
        ("550 No such mailbox", True),
        ("550 5.7.1 Refused by policy", False),
        ("554 5.7.1 Listed as a source of spam", False),
        ("451 4.1.1 Try later", False),
    ],
)
def test_an_address_refused_at_once_is_flagged_when_there_is_no_mailbox(
    sink: MailSink, answer: str, is_dead: bool
) -> None:
    person = a_person()
    email = owed(to_address=person.email)
    sink.answer_to_address = lambda _to: answer
    delivery.deliver()
    email.refresh_from_db()
    assert email.state == (State.WAITING if answer.startswith("4") else State.FAILED)
    assert email.last_error == answer
    assert bounces.is_bounced(person.email) is is_dead


def test_a_code_that_comes_back_is_a_bounce_too(sink: MailSink) -> None:
    email = owed_secret()
    delivery.deliver()
    assert bounce_folder.take(returned.exchange(email)) == Taken.BOUNCED
    email.refresh_from_db()
    assert (email.state, email.body_text) == (State.BOUNCED, "")


def test_a_flagged_address_still_gets_our_email(sink: MailSink) -> None:
    person = a_person()
    bounced(person)
    owed("A decision", to_address=person.email)
    assert delivery.deliver() == 1


def test_what_was_sent_before_the_address_worked_again_says_nothing() -> None:
    person = a_person()
    early = sent(person.email)
    bounced(person)
    assert bounces.clear(person.email, by=person, person=person)
    assert not bounces.is_bounced(person.email)
    assert bounce_folder.take(returned.postfix(early)) == Taken.BOUNCED
    assert not bounces.is_bounced(person.email)
    bounced(person)
    assert bounces.is_bounced(person.email)
    assert AuditEvent.objects.filter(type="email_bounced").count() == 2


def test_clearing_what_is_not_flagged_leaves_no_line() -> None:
    person = a_person()
    assert not bounces.clear(person.email, by=person, person=person)
    assert not AuditEvent.objects.filter(type="bounce_cleared").exists()


@hypothesis_settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cut=st.integers(0, 3000), noise=st.binary(max_size=40))
def test_damage_is_never_more_than_not_understood(cut: int, noise: bytes) -> None:
    email = OutgoingEmail(to_address="a@example.org", subject="é")
    for dialect in returned.DIALECTS.values():
        raw = dialect(email)
        bounce_reader.read(raw[:cut] + noise + raw[cut + len(noise) :])


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\xff\xfe\x00" * 1000,
        b"Content-Type: multipart/report\r\n\r\n",
        b"Content-Type: message/delivery-status\r\n\r\n\r\n\r\nAction: failed\r\n\r\n",
        b"Content-Type: multipart/report; boundary=a\r\n\r\n" + b"--a\r\n" * 20_000,
        b"Subject: Out of office\r\n\r\nI am away.",
    ],
)
def test_what_is_no_report_is_not_ours(raw: bytes) -> None:
    assert bounce_folder.take(raw) == Taken.NOT_OURS


def test_an_unforeseen_error_of_the_parser_is_not_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_message: object) -> None:
        raise IndexError("somewhere inside")

    monkeypatch.setattr(bounce_reader, "_read", fail)
    assert bounce_folder.take(b"Subject: x\r\n\r\n") == Taken.NOT_OURS
