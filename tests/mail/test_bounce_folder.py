"""The folder of returned email and the command that reads it."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import LazySettings
from django.core.management import CommandError, call_command
from django.db import OperationalError

from accounts import bounce_folder
from accounts.bounces import Taken
from accounts.models import OutgoingEmail
from accounts.tasks import take_bounces
from tests.mail import returned
from tests.mail.bounced import sent, state_of
from tests.mail.builders import a_person

pytestmark = pytest.mark.django_db

State = OutgoingEmail.State


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
