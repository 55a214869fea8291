"""From a real worker to the mail server, from there into the folder, and back to a real worker."""

from __future__ import annotations

from pathlib import Path

import pytest

from accounts import bounces
from accounts.models import OutgoingEmail
from tests.mail import returned
from tests.mail.builders import a_person, owed
from tests.mail.sink import MailSink
from tests.mail.workers import sweeping_worker, wait_until_all_are_sent
from tests.services import wait_for

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_worker_sweeps_the_folder(
    sink: MailSink, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for part in ("new", "cur", "tmp"):
        (tmp_path / part).mkdir()
    monkeypatch.setenv("BOUNCE_MAILDIR", str(tmp_path))
    monkeypatch.setenv("BOUNCE_SWEEP_SECONDS", "0.5")
    people = [a_person() for _ in returned.DIALECTS]
    emails = [owed(to_address=person.email) for person in people]
    (tmp_path / "new" / "damaged").write_bytes(b"\xff\x00" * 500)
    with sweeping_worker(sink):
        wait_until_all_are_sent()
        dialects = zip(returned.DIALECTS.items(), emails, strict=True)
        for (name, dialect), email in dialects:
            (tmp_path / "tmp" / name).write_bytes(dialect(email))
            (tmp_path / "tmp" / name).rename(tmp_path / "new" / name)
        wait_for(lambda: not list((tmp_path / "new").iterdir()), "the folder to be empty")
    assert set(OutgoingEmail.objects.values_list("state", flat=True)) == {"bounced"}
    assert bounces.bounced_among(person.email for person in people) == {
        person.email for person in people
    }
    assert [file.name for file in (tmp_path / "cur").iterdir()] == ["damaged:2,S"]
