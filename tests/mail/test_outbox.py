"""Email owed is stored with its event, and tells delivery once, after the commit."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.mail import EmailMultiAlternatives, send_mail
from django.db import IntegrityError, transaction

from accounts import encryption
from accounts.mail.message import words_of
from accounts.mail.outbox import backlog
from accounts.models import OutgoingEmail
from tests.mail.builders import owed, owed_campaign, owed_secret

Capture = Callable[..., AbstractContextManager[list[Callable[[], Any]]]]


def owe_and_undo() -> None:
    with transaction.atomic():
        owed()
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_email_is_gone_with_the_transaction_that_owed_it() -> None:
    owe_and_undo()
    assert not OutgoingEmail.objects.exists()


@pytest.mark.django_db
def test_delivery_is_told_once_per_transaction(
    django_capture_on_commit_callbacks: Capture,
) -> None:
    with django_capture_on_commit_callbacks() as told:
        owed()
        with transaction.atomic():
            owed()
        owed()
    assert len(told) == 1


@pytest.mark.django_db
def test_delivery_is_told_although_a_part_was_undone(
    django_capture_on_commit_callbacks: Capture,
) -> None:
    with django_capture_on_commit_callbacks() as told:
        owe_and_undo()
        owed()
    assert len(told) == 1


@pytest.mark.django_db
def test_nothing_is_told_when_everything_was_undone(
    django_capture_on_commit_callbacks: Capture,
) -> None:
    with django_capture_on_commit_callbacks() as told:
        owe_and_undo()
    assert told == []


@pytest.mark.django_db
def test_backend_stores_one_row_per_recipient() -> None:
    message = EmailMultiAlternatives("S", "text", to=["a@example.org"], bcc=["b@example.org"])
    message.attach_alternative("<p>text</p>", "text/html")
    assert message.send() == 1
    rows = OutgoingEmail.objects.order_by("id")
    assert [(row.to_address, row.body_text, row.body_html) for row in rows] == [
        ("a@example.org", "text", "<p>text</p>"),
        ("b@example.org", "text", "<p>text</p>"),
    ]
    assert rows[0].message_id != rows[1].message_id
    assert {row.priority for row in rows} == {OutgoingEmail.Priority.DECISION}


@pytest.mark.django_db
def test_backend_puts_codes_first() -> None:
    message = EmailMultiAlternatives("Your code", "123456", to=["a@example.org"])
    message.holds_secret = True  # type: ignore[attr-defined]
    message.send()
    row = OutgoingEmail.objects.get()
    assert (row.holds_secret, row.priority) == (True, OutgoingEmail.Priority.CODE)


@pytest.mark.django_db
def test_the_words_of_a_code_are_stored_encrypted() -> None:
    owed_secret(body_text="Your code is 123456", body_html="<p>123456</p>")
    row = OutgoingEmail.objects.get()
    assert "123456" not in row.body_text + row.body_html
    assert words_of(row) == ("Your code is 123456", "<p>123456</p>")
    with pytest.raises(encryption.Undecipherable):
        encryption.decrypt(row.body_text[:-8] + "AAAAAAA=")


@pytest.mark.django_db
def test_a_code_without_html_stays_without() -> None:
    owed_secret(body_text="Your code is 123456", body_html="")
    assert words_of(OutgoingEmail.objects.get()) == ("Your code is 123456", "")


@pytest.mark.django_db
def test_other_words_are_stored_as_they_are() -> None:
    email = owed(body_text="You are approved")
    assert OutgoingEmail.objects.get().body_text == email.body_text == "You are approved"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("outgoing_email_secret_only_while_waiting", {"state": "failed"}),
        ("outgoing_email_secret_goes_first", {"priority": OutgoingEmail.Priority.DECISION}),
        ("outgoing_email_sent_at_iff_sent", {"state": "sent", "body_text": "", "body_html": ""}),
    ],
)
def test_database_keeps_no_secret_and_no_half_state(name: str, fields: dict[str, Any]) -> None:
    email = owed_secret()
    with pytest.raises(IntegrityError, match=name):
        OutgoingEmail.objects.filter(pk=email.pk).update(**fields)


@pytest.mark.django_db
def test_backlog_counts_what_is_due_and_leaves_campaigns_out() -> None:
    assert (backlog().oldest_seconds, backlog().longest_due_seconds) == (0, 0)
    owed_campaign()
    long_ago, far_off = datetime(2020, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
    OutgoingEmail.objects.update(created_at=long_ago, next_attempt_at=long_ago)
    assert backlog().oldest_seconds == 0
    email = owed()
    OutgoingEmail.objects.filter(pk=email.pk).update(created_at=long_ago, next_attempt_at=far_off)
    assert backlog().oldest_seconds > 0
    assert backlog().longest_due_seconds == 0


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("broker", ["broker_down", "silent_broker"])
def test_broker_that_is_down_costs_a_moment_and_one_log_line(
    broker: str, request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture
) -> None:
    request.getfixturevalue(broker)
    started = time.perf_counter()
    with transaction.atomic():
        send_mail("S", "text", None, ["a@example.org"])
    assert time.perf_counter() - started < 1.5
    assert OutgoingEmail.objects.get().state == OutgoingEmail.State.WAITING
    assert len(caplog.records) == 1
    assert "_wake_delivery" in caplog.text
