"""What becomes of one email, and of those behind it. Over real SMTP."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from io import StringIO

import pytest
import time_machine
from celery.exceptions import SoftTimeLimitExceeded
from devtools.sockets import free_port
from django.conf import LazySettings
from django.core.management import call_command
from django.utils import timezone

from accounts.mail import delivery
from accounts.mail.delivery import MAX_ATTEMPTS, WAITS, deliver, wait_after
from accounts.mail.server import MailServer
from accounts.models import OutgoingEmail
from tests.mail.builders import owed, owed_campaign, owed_secret
from tests.mail.sink import TAKEN, MailSink

pytestmark = pytest.mark.django_db

State = OutgoingEmail.State


def test_sends_what_is_owed_once(sink: MailSink) -> None:
    email = owed("You are approved")
    assert deliver() == 1
    assert deliver() == 0
    email.refresh_from_db()
    assert (email.state, email.attempts) == (State.SENT, 1)
    assert email.sent_at is not None
    assert sink.subjects() == ["You are approved"]


def test_email_has_the_headers_of_its_row(sink: MailSink) -> None:
    email = owed(body_text="Grüße", body_html="<p>Grüße</p>")
    deliver()
    [message] = sink.taken
    assert message["Message-ID"] == f"<{email.message_id}@iqies-portal.example>"
    assert message["From"] == "iQIES Access Portal <no-reply@iqies-portal.example>"
    assert message["To"] == "person@example.org"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Date"].datetime == email.created_at.replace(microsecond=0)
    assert message.get_content_type() == "multipart/alternative"
    text, html = message.iter_parts()
    assert text.get_content().strip() == "Grüße"
    assert html.get_content().strip() == "<p>Grüße</p>"


def test_one_connection_for_all(sink: MailSink) -> None:
    for number in range(5):
        owed(str(number))
    assert deliver() == 5
    assert sink.connections == 1
    assert sink.subjects() == ["0", "1", "2", "3", "4"]


def test_connects_to_nobody_when_nothing_is_owed(sink: MailSink) -> None:
    assert deliver() == 0
    assert sink.connections == 0


def test_a_decision_that_comes_during_a_campaign_is_the_next_email(sink: MailSink) -> None:
    for number in range(5):
        owed_campaign(f"campaign {number}")

    def decide_after_the_second(_to: str, message: EmailMessage) -> str:
        return TAKEN

    sink.answer = decide_after_the_second
    assert deliver(limit=2) == 2
    owed("decision")
    owed_secret()
    assert deliver() == 5
    assert sink.subjects() == [
        *("campaign 0", "campaign 1"),
        *("A code", "decision"),
        *("campaign 2", "campaign 3", "campaign 4"),
    ]


def test_server_down_leaves_everything_as_it_was(settings: LazySettings) -> None:
    settings.SMTP_PORT = free_port()
    owed()
    owed()
    before = list(OutgoingEmail.objects.order_by("id").values())
    assert deliver() == 0
    assert list(OutgoingEmail.objects.order_by("id").values()) == before


def test_what_waited_for_the_server_is_sent_when_it_is_back(
    settings: LazySettings, sink: MailSink
) -> None:
    settings.SMTP_PORT = free_port()
    owed()
    assert deliver() == 0
    settings.SMTP_PORT = sink.port
    assert deliver() == 1


def test_refused_sender_is_not_the_messages_fault(sink: MailSink) -> None:
    sink.answer_to_sender = "550 Not you"
    email = owed()
    assert deliver() == 0
    email.refresh_from_db()
    assert (email.state, email.attempts) == (State.WAITING, 0)


def test_permanent_refusal_fails_at_once_and_the_rest_goes_on(sink: MailSink) -> None:
    sink.answer_to_address = lambda to: "550 No such mailbox" if "gone" in to else "250 OK"
    gone = owed(to_address="gone@example.org")
    other = owed()
    assert deliver() == 1
    gone.refresh_from_db()
    other.refresh_from_db()
    assert (gone.state, gone.last_error) == (State.FAILED, "550 No such mailbox")
    assert other.state == State.SENT


def test_temporary_refusal_is_tried_again_later_and_later(sink: MailSink) -> None:
    sink.answer_to_address = lambda _to: "450 Mailbox busy"
    with time_machine.travel(datetime(2026, 11, 23, 12, 0, tzinfo=UTC), tick=False) as clock:
        email = owed()
        for number, wait in enumerate(WAITS, start=1):
            assert deliver() == 0
            email.refresh_from_db()
            assert (email.state, email.attempts) == (State.WAITING, number)
            waits = email.next_attempt_at - timezone.now()
            assert wait * 0.8 <= waits <= wait * 1.2
            clock.shift(waits - timedelta(seconds=1))
            deliver()
            email.refresh_from_db()
            assert email.attempts == number, "tried before it was due"
            clock.shift(timedelta(seconds=1))
        sink.answer_to_address = lambda _to: "250 OK"
        assert deliver() == 1


def test_gives_up_after_about_three_days() -> None:
    total = sum((wait_after(number) for number in range(1, MAX_ATTEMPTS)), timedelta())
    assert timedelta(days=2, hours=12) < total < timedelta(days=3, hours=12)


def test_the_last_attempt_fails_for_good(sink: MailSink) -> None:
    sink.answer = lambda _to, _message: "451 Try later"
    email = owed()
    OutgoingEmail.objects.update(attempts=MAX_ATTEMPTS - 1)
    deliver()
    email.refresh_from_db()
    assert (email.state, email.attempts) == (State.FAILED, MAX_ATTEMPTS)


@pytest.mark.parametrize(
    "poison",
    [
        {"to_address": "not an address"},
        {"to_address": "a@example.org, b@example.org"},
        {"subject": "Two\r\nBcc: everybody@example.org"},
        {"to_address": "ü@example.org"},
    ],
)
def test_an_impossible_email_does_not_stop_those_behind_it(
    sink: MailSink, poison: dict[str, str]
) -> None:
    bad = owed(**poison)
    owed("good")
    assert deliver() == 1
    bad.refresh_from_db()
    assert bad.state == State.FAILED
    assert sink.subjects() == ["good"]


def test_an_email_that_cuts_the_connection_does_not_stop_those_behind_it(sink: MailSink) -> None:
    sink.answer = lambda _to, message: None if message["Subject"] == "bad" else TAKEN
    bad = owed("bad")
    owed("good")
    assert deliver() == 1
    bad.refresh_from_db()
    assert (bad.state, bad.attempts) == (State.WAITING, 1)
    assert bad.last_error.startswith("connection lost")


def test_a_connection_that_ended_between_two_emails_is_made_again(sink: MailSink) -> None:
    cut: list[str] = []

    def cut_each_second_once(_to: str, message: EmailMessage) -> str | None:
        subject = str(message["Subject"])
        if subject == "second" and not cut:
            cut.append(subject)
            return "421 Enough for one connection"
        return TAKEN

    sink.answer = cut_each_second_once
    owed("first")
    second = owed("second")
    assert deliver() == 2
    second.refresh_from_db()
    assert second.attempts == 1
    assert sink.connections == 2


def test_a_server_that_cuts_every_connection_ends_the_run(sink: MailSink) -> None:
    sink.answer = lambda _to, _message: None
    for number in range(delivery.MAX_CUT_OFF + 2):
        owed(str(number))
    assert deliver() == 0
    assert OutgoingEmail.objects.filter(attempts=0).count() == 2
    assert OutgoingEmail.objects.filter(state=State.WAITING).count() == delivery.MAX_CUT_OFF + 2


def test_an_email_that_uses_up_the_workers_time_is_tried_again_later(
    sink: MailSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    def hang(_server: MailServer, _to: str, _message: bytes, **_more: str) -> None:
        raise SoftTimeLimitExceeded

    slow = owed("slow")
    owed("good")
    with monkeypatch.context() as patch:
        patch.setattr(MailServer, "send", hang)
        assert deliver() == 0
    slow.refresh_from_db()
    assert (slow.state, slow.attempts, slow.last_error) == (State.WAITING, 1, "took too long")
    assert deliver() == 1
    assert sink.subjects() == ["good"]


def test_a_run_ends_in_time(sink: MailSink) -> None:
    owed()
    assert deliver(seconds=0) == 0


def test_what_failed_for_good_can_be_owed_again(sink: MailSink) -> None:
    sink.answer_to_address = lambda _to: "554 Relay access denied"
    with time_machine.travel(timezone.now() - timedelta(days=2)):
        long_ago = owed("long ago")
        deliver()
    email = owed()
    owed_secret()
    deliver()
    assert OutgoingEmail.objects.filter(state=State.FAILED).count() == 3

    sink.answer_to_address = lambda _to: "250 OK"
    said = StringIO()
    call_command("send_failed_again", stdout=said)
    assert said.getvalue() == "1 emails are owed again.\n"
    assert deliver() == 1
    assert list(sink.copies()) == [f"<{email.message_id}@iqies-portal.example>"]
    long_ago.refresh_from_db()
    assert long_ago.state == State.FAILED
