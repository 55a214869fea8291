"""Whoever gets at the tables themselves is found out: tamper, delete, forge, copy, cut off."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from typing import Any

import psycopg2
import pytest
import time_machine
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts import audit, audit_seals
from accounts.audit_check import check
from accounts.models import AuditEvent, AuditSeal
from tests import builders as make
from tests.services import database_url

Forge = Callable[..., None]


@pytest.fixture
def lines(db: None, monkeypatch: pytest.MonkeyPatch) -> list[AuditEvent]:
    """Thirty lines under three seals, and two that are not sealed yet."""
    monkeypatch.setattr(audit_seals, "LINES_PER_SEAL", 10)
    actor = make.person()
    written = [audit.record("request_submitted", actor=actor, request_id=n) for n in range(30)]
    assert audit_seals.seal_new_lines() == 30
    return [*written, *(audit.record("request_approved", actor=actor) for _ in range(2))]


@pytest.fixture
def forge() -> Forge:
    """Somebody who may do anything in the database, with the triggers out of the way."""

    def run(statement: str, *values: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute(statement, values)
            assert cursor.rowcount == 1
            cursor.execute("SET LOCAL session_replication_role = origin")

    return run


def test_untouched_trail_is_as_it_was_written(lines: list[AuditEvent]) -> None:
    report = check()
    assert (report.lines, report.unsealed, report.seals) == (32, 2, 3)
    assert report.problems == []


@pytest.mark.parametrize(
    "change",
    [
        "at = at + interval '1 second'",
        "type = 'request_rejected'",
        "actor_id = NULL",
        "person_id = actor_id",
        "ccn = '015009'",
        "request_id = 999",
        "file_name = 'other.csv'",
        """details = '{"reason": "none"}'""",
    ],
)
@pytest.mark.parametrize("where", [4, 31], ids=["sealed", "unsealed"])
def test_any_changed_field_is_found(
    lines: list[AuditEvent], forge: Forge, change: str, where: int
) -> None:
    forge(f"UPDATE accounts_auditevent SET {change} WHERE id = %s", lines[where].pk)  # noqa: S608
    problem = check().first_problem
    assert problem is not None
    assert problem.line == lines[where].pk
    assert "changed" in problem.what


def test_deleted_line_is_found(lines: list[AuditEvent], forge: Forge) -> None:
    forge("DELETE FROM accounts_auditevent WHERE id = %s", lines[17].pk)
    problem = check().first_problem
    assert problem is not None
    assert (problem.line, problem.what) == (lines[17].pk, "missing, though seal 2 names it")


def test_deleted_seal_is_found(lines: list[AuditEvent], forge: Forge) -> None:
    forge("DELETE FROM accounts_auditseal WHERE number = 2")
    problem = check().first_problem
    assert problem is not None
    assert problem.what == "a seal before seal 3 is missing"


def test_cut_off_end_is_found_by_a_seal_noted_before(lines: list[AuditEvent], forge: Forge) -> None:
    noted = check().newest_seal
    assert check(noted_seal=noted).problems == []
    forge("DELETE FROM accounts_auditseal WHERE number = 3")
    for line in lines[20:]:
        forge("DELETE FROM accounts_auditevent WHERE id = %s", line.pk)
    assert check().problems == []
    problem = check(noted_seal=noted).first_problem
    assert problem is not None
    assert problem.what == f"seal {noted} is missing"


def test_forged_line_is_found(lines: list[AuditEvent], forge: Forge) -> None:
    forge(
        "INSERT INTO accounts_auditevent (at, type, ccn, file_name, details, signature)"
        " VALUES (now(), 'request_approved', '015009', '', '{}', %s)",
        lines[0].signature.replace("a", "b"),
    )
    problem = check().first_problem
    assert problem is not None
    assert problem.what == "forged, or changed after it was written"


def test_true_line_entered_twice_is_found(lines: list[AuditEvent], forge: Forge) -> None:
    columns = "at, type, actor_id, person_id, ccn, request_id, file_name, details, signature"
    forge(
        f"INSERT INTO accounts_auditevent ({columns}) SELECT {columns}"  # noqa: S608
        " FROM accounts_auditevent WHERE id = %s",
        lines[3].pk,
    )
    problem = check().first_problem
    assert problem is not None
    assert problem.what == f"a copy of line {lines[3].pk}"


def test_two_lines_that_changed_places_are_found(lines: list[AuditEvent], forge: Forge) -> None:
    one, two = lines[1].pk, lines[2].pk
    for was, becomes in ((one, -1), (two, one), (-1, two)):
        forge("UPDATE accounts_auditevent SET id = %s WHERE id = %s", becomes, was)
    problem = check().first_problem
    assert problem is not None
    assert problem.what == "the lines of seal 1 were exchanged"


@pytest.mark.parametrize(
    "change",
    [
        "at = at - interval '1 day'",
        "event_ids = event_ids[1:9]",
        "highest_event_id = 0",
        "digest = repeat('0', 64)",
        "previous = repeat('0', 64)",
    ],
)
def test_changed_seal_is_found(lines: list[AuditEvent], forge: Forge, change: str) -> None:
    forge(f"UPDATE accounts_auditseal SET {change} WHERE number = 2")  # noqa: S608
    assert any("seal 2" in problem.what for problem in check().problems)


@pytest.mark.parametrize("table", ["accounts_auditevent", "accounts_auditseal"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET at = now()", "DELETE FROM {}"])
def test_database_lets_nothing_be_changed(
    lines: list[AuditEvent], table: str, statement: str
) -> None:
    with (
        pytest.raises(IntegrityError, match="only ever added to"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement.format(table))


@pytest.mark.django_db(transaction=True)
def test_line_of_a_transaction_still_open_is_sealed_later() -> None:
    """A lower id that becomes visible after a higher one was sealed."""
    actor = make.person()
    other = psycopg2.connect(database_url())
    try:
        early = _record_elsewhere(other)
        late = audit.record("request_approved", actor=actor)
        assert audit_seals.seal_new_lines() >= 1
        other.commit()
        assert early < late.pk
        assert check().unsealed == 1
        assert audit_seals.seal_new_lines() == 1
        assert AuditSeal.objects.order_by("number").last().event_ids == [early]  # type: ignore[union-attr]
    finally:
        other.close()
    assert check().problems == []


def _record_elsewhere(other: Any) -> int:
    event = AuditEvent(at=timezone.now(), type="role_ended", details={"reason": "moved away"})
    event.signature = audit.signature(event)
    with other.cursor() as cursor:
        cursor.execute(
            "INSERT INTO accounts_auditevent (at, type, ccn, file_name, details, signature)"
            " VALUES (%s, %s, '', '', %s, %s) RETURNING id",
            [event.at, event.type, json.dumps(event.details), event.signature],
        )
        pk: int = cursor.fetchone()[0]
    return pk


def test_lines_of_old_seals_are_not_sealed_again(lines: list[AuditEvent]) -> None:
    with time_machine.travel(timezone.now() + timedelta(days=3)):
        assert audit_seals.seal_new_lines() == 2
        assert audit_seals.seal_new_lines() == 0
        assert check().problems == []


@pytest.mark.django_db(transaction=True)
def test_two_sealers_do_not_meet() -> None:
    audit.record("request_approved", actor=make.person())
    other = psycopg2.connect(database_url())
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [audit_seals.LOCK])
        assert audit_seals.seal_new_lines() == 0
        # To close alone would leave the server to let go of the lock a moment later.
        other.rollback()
    finally:
        other.close()
    assert audit_seals.seal_new_lines() > 0


def test_command_says_so_and_exits_0(lines: list[AuditEvent]) -> None:
    out = StringIO()
    call_command("verify_audit", stdout=out)
    assert out.getvalue().startswith("32 lines and 3 seals are as they were written; 2 lines are")
    out = StringIO()
    call_command("verify_audit", "--json", stdout=out)
    said = json.loads(out.getvalue())
    assert (said["ok"], said["lines"], said["unsealed"], said["first_bad"]) == (True, 32, 2, None)


def test_command_names_the_first_bad_line_and_exits_1(
    lines: list[AuditEvent], forge: Forge
) -> None:
    for number in (25, 7, 12):
        forge("UPDATE accounts_auditevent SET ccn = 'x' WHERE id = %s", lines[number].pk)
    out = StringIO()
    with pytest.raises(SystemExit) as stopped:
        call_command("verify_audit", "--json", stdout=out)
    assert stopped.value.code == 1
    said = json.loads(out.getvalue())
    assert said["first_bad"]["line"] == lines[7].pk
    assert (said["ok"], said["problems"]) == (False, 3)
    out = StringIO()
    with pytest.raises(SystemExit):
        call_command("verify_audit", stdout=out)
    assert out.getvalue().startswith(f"Line {lines[7].pk}: changed")
