"""Email that comes back: believed only when it is ours, flagged only when the mailbox is dead."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
import time_machine
from django.conf import LazySettings
from django.core.management import CommandError, call_command
from django.db import OperationalError
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from accounts import bounce_folder, bounce_reader, bounces
from accounts.bounces import Taken
from accounts.mail import delivery
from accounts.models import AuditEvent, BouncedAddress, OutgoingEmail, User
from accounts.tasks import take_bounces
from tests.mail import returned
from tests.mail.builders import a_person, owed, owed_secret
from tests.mail.sink import MailSink

pytestmark = pytest.mark.django_db

State = OutgoingEmail.State


def sent(to: str = "person@example.org") -> OutgoingEmail:
    email = owed(to_address=to)
    OutgoingEmail.objects.filter(pk=email.pk).update(state=State.SENT, sent_at=timezone.now())
    email.refresh_from_db()
    return email


def state_of(email: OutgoingEmail) -> str:
    return OutgoingEmail.objects.get(pk=email.pk).state


def bounced(person: User) -> None:
    assert bounce_folder.take(returned.postfix(sent(person.email))) == Taken.BOUNCED


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


@pytest.fixture
def maildir(tmp_path: Path, settings: LazySettings) -> Path:
    for part in ("new", "cur", "tmp"):
        (tmp_path / part).mkdir()
    settings.BOUNCE_MAILDIR = str(tmp_path)
    return tmp_path


def test_the_sweep_deletes_reports_and_keeps_the_rest_for_a_person(maildir: Path) -> None:
    ours, known = sent(a_person().email), sent(a_person().email)
    bounce_folder.take(returned.gmail(known))
    (maildir / "new" / "1").write_bytes(b"\xff" * 100)
    (maildir / "new" / "2").write_bytes(returned.postfix(ours))
    (maildir / "new" / "3").write_bytes(returned.gmail(known))

    assert take_bounces() == 3
    assert state_of(ours) == State.BOUNCED
    assert list((maildir / "new").iterdir()) == []
    assert [file.name for file in (maildir / "cur").iterdir()] == ["1:2,S"]
    assert take_bounces() == 0


def test_a_file_that_another_sweep_took_is_no_error(
    maildir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (maildir / "new" / "1").write_bytes(returned.postfix(sent()))
    (maildir / "new" / "2").write_bytes(returned.postfix(sent()))
    plain = bounce_folder.take

    def meanwhile(raw: bytes) -> Taken:
        for file in (maildir / "new").iterdir():
            file.unlink()
        return plain(raw)

    monkeypatch.setattr(bounce_folder, "take", meanwhile)
    bounce_folder.sweep(maildir)
    assert list((maildir / "new").iterdir()) == []


def command(*names: str) -> str:
    out = io.StringIO()
    call_command("take_bounces", *names, stdout=out)
    return out.getvalue().strip()


def test_the_command_takes_a_pipe_files_or_the_folder(
    maildir: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    piped, filed, swept = sent(), sent(), sent()
    stdin = SimpleNamespace(buffer=io.BytesIO(returned.sendmail(piped)))
    monkeypatch.setattr(sys, "stdin", stdin)
    assert command("-") == "1 bounced, 0 known already, 0 not about our email"
    file = tmp_path / "returned.eml"
    file.write_bytes(returned.exchange(filed))
    assert command(str(file), str(file)) == "1 bounced, 1 known already, 0 not about our email"
    (maildir / "new" / "1").write_bytes(returned.postfix(swept))
    assert command() == "1 bounced, 0 known already, 0 not about our email"


def test_the_command_says_what_is_missing(settings: LazySettings) -> None:
    settings.BOUNCE_MAILDIR = ""
    with pytest.raises(CommandError, match="set BOUNCE_MAILDIR"):
        command()
    with pytest.raises(CommandError, match="Cannot read"):
        command("/no/such/file")


def test_with_the_database_down_the_mail_server_is_to_try_again(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def down(_raw: bytes) -> Taken:
        raise OperationalError

    monkeypatch.setattr(bounce_folder, "take", down)
    file = tmp_path / "a"
    file.write_bytes(b"x")
    with pytest.raises(CommandError) as refusal:
        command(str(file))
    assert refusal.value.returncode == 75


def test_the_log_names_nobody(maildir: Path, caplog: pytest.LogCaptureFixture) -> None:
    person = a_person()
    (maildir / "new" / "1").write_bytes(returned.postfix(sent(person.email)))
    take: Callable[[], int] = take_bounces
    take()
    assert "returned email taken" in caplog.text
    assert person.email not in caplog.text
