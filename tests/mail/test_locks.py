"""No two workers take the same email: proved with a first transaction that is still open."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg2
import pytest
from django.db import connection

from accounts.mail.delivery import deliver
from accounts.models import OutgoingEmail
from tests.mail.builders import owed
from tests.mail.sink import MailSink
from tests.services import database_url

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def other_worker() -> Iterator[Any]:
    other = psycopg2.connect(database_url())
    yield other
    other.close()


def test_an_email_in_another_workers_hand_is_passed_over(sink: MailSink, other_worker: Any) -> None:
    in_hand = owed("in hand")
    owed("free")
    with other_worker.cursor() as cursor:
        cursor.execute(
            "SELECT FROM accounts_outgoingemail WHERE id = %s FOR NO KEY UPDATE", [in_hand.pk]
        )
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '200ms'")
    assert deliver() == 1
    assert sink.subjects() == ["free"]
    other_worker.rollback()
    assert deliver() == 1
    assert sink.subjects() == ["free", "in hand"]


def test_the_row_is_held_while_its_email_is_sent(sink: MailSink, other_worker: Any) -> None:
    email = owed()
    free: list[bool] = []

    def look(_to: str, _message: Any) -> str:
        with other_worker.cursor() as cursor:
            cursor.execute(
                "SELECT FROM accounts_outgoingemail WHERE id = %s FOR NO KEY UPDATE SKIP LOCKED",
                [email.pk],
            )
            free.append(cursor.rowcount == 1)
        other_worker.rollback()
        return "250 Taken"

    sink.answer = look
    assert deliver() == 1
    assert free == [False]


def test_a_notice_of_an_email_in_hand_can_be_written(sink: MailSink, other_worker: Any) -> None:
    """The lock is the weaker one, which leaves room for rows that point at the email."""
    email = owed()
    with other_worker.cursor() as cursor:
        cursor.execute(
            "SELECT FROM accounts_outgoingemail WHERE id = %s FOR NO KEY UPDATE", [email.pk]
        )
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '200ms'")
        cursor.execute("SELECT FROM accounts_outgoingemail WHERE id = %s FOR KEY SHARE", [email.pk])
        assert cursor.rowcount == 1
    assert OutgoingEmail.objects.get().state == OutgoingEmail.State.WAITING
