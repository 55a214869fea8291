"""Two beats at once, a worker that dies, and one email that cannot be written."""

from __future__ import annotations

from functools import partial

import pytest
from django.db import connection, connections

from access_requests.digest import letter, preferring, sending, writing
from accounts.models import EmailPreference, Notice, OutgoingEmail
from tests import builders as make
from tests.access_requests.racing import at_once
from tests.told.approvers import EACH, asked_at, at, beat, daily_pso, digests

MORNING = "2026-11-10T07:30"


@pytest.mark.django_db(transaction=True)
def test_two_beats_at_once_write_one_email_for_each() -> None:
    here = make.provider()
    psos = [daily_pso(here) for _ in range(3)]
    asked_at("2026-11-09T12:00", here)
    with at(MORNING):
        written = at_once([partial(sending.send, seconds=60)] * 3)
    assert sum(written) == 3
    assert [len(digests(pso)) for pso in psos] == [1, 1, 1]
    assert OutgoingEmail.objects.filter(subject__contains="waits for you").count() == 3


@pytest.mark.django_db(transaction=True)
def test_one_that_is_being_written_is_passed_over(caplog: pytest.LogCaptureFixture) -> None:
    """By its lock: the other is done meanwhile, and this one by the next beat."""
    here = make.provider()
    first, second = daily_pso(here), daily_pso(here)
    asked_at("2026-11-09T12:00", here)
    busy = connections.create_connection("default")
    try:
        with busy.cursor() as cursor, connection.cursor() as mine:
            busy.set_autocommit(False)
            table = EmailPreference._meta.db_table
            cursor.execute(f"SELECT FROM {table} WHERE user_id = %s FOR NO KEY UPDATE", [first.pk])
            # Whoever waits for it instead fails.
            mine.execute("SET lock_timeout = '2s'")
            assert beat(MORNING) == 1
            mine.execute("RESET lock_timeout")
            busy.rollback()
    finally:
        busy.close()
    assert (len(digests(first)), len(digests(second))) == (0, 1)
    assert "cannot be written" not in caplog.text
    assert beat(MORNING) == 1
    assert len(digests(first)) == 1


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_dies_leaves_nothing_and_the_next_writes_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    here = make.provider()
    pso = daily_pso(here)
    asked_at("2026-11-09T12:00", here)

    class Killed(BaseException):
        """What no handler of errors takes for one."""

    def die(*args: object, **kwargs: object) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        # After the email was stored, before its notices say so.
        patched.setattr(writing.outbox, "wake_delivery_after_commit", die)
        with pytest.raises(Killed):
            beat(MORNING)
    assert not OutgoingEmail.objects.filter(subject__contains="waits for you").exists()
    assert EmailPreference.objects.get(user=pso).last_digest_at is None
    assert beat(MORNING) == 1
    assert len(digests(pso)) == 1


@pytest.mark.django_db(transaction=True)
def test_one_that_cannot_be_written_keeps_nobody_else_from_theirs(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    here = make.provider()
    first, second = daily_pso(here), daily_pso(here)
    asked_at("2026-11-09T12:00", here)
    compose = letter.compose

    def fail_for_first(person: object, *args: object, **kwargs: object) -> OutgoingEmail:
        if person == first:
            raise ValueError("no such words")
        return compose(person, *args, **kwargs)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(letter, "compose", fail_for_first)
        assert beat(MORNING) == 1
    assert (len(digests(first)), len(digests(second))) == (0, 1)
    assert "cannot be written" in caplog.text
    assert first.email not in caplog.text
    assert beat(MORNING) == 1


@pytest.mark.django_db(transaction=True)
def test_a_beat_while_the_choice_changes_sends_what_was_held_once() -> None:
    here = make.provider()
    pso = daily_pso(here)
    asked_at("2026-11-09T12:00", here)
    with at(MORNING):
        at_once([partial(preferring.choose, pso, EACH), partial(sending.send, seconds=60)])
        sending.send(seconds=60)
    assert len(digests(pso)) == 1
    assert Notice.objects.get(recipient=pso, is_for_digest=True).digest is not None
