"""A key is replaced while people work: new key in front, run, old key away, and all is well."""

from __future__ import annotations

from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.mfa.utils import decrypt
from django.conf import LazySettings
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone

from accounts import encryption, reencryption
from accounts.mail.message import words_of
from accounts.models import AuditEvent, KeptForm, OutgoingEmail, User
from tests import builders as make
from tests.access_requests.racing import held
from tests.mail.builders import owed, owed_secret

pytestmark = pytest.mark.django_db

OLD, NEW = "the old key, long and random", "the new key, just as long and random"


@pytest.fixture(autouse=True)
def only_the_old_key(settings: LazySettings) -> None:
    settings.ENCRYPTION_KEYS = [OLD]


@pytest.fixture
def person() -> User:
    return make.person()


@pytest.fixture
def secret(person: User) -> str:
    secret = generate_totp_secret()
    TOTP.activate(person, secret)
    return secret


def run() -> str:
    out = StringIO()
    call_command("reencrypt_secrets", stdout=out)
    return out.getvalue()


def test_everything_works_when_the_old_key_is_gone(
    client: Client, settings: LazySettings, person: User, secret: str
) -> None:
    codes = RecoveryCodes.activate(person).generate_codes()
    Authenticator.objects.create(
        user=make.person(),
        type=Authenticator.Type.RECOVERY_CODES,
        data={"migrated_codes": [encryption.encrypt("one"), encryption.encrypt("two")]},
    )
    passkey = Authenticator.objects.create(
        user=person, type=Authenticator.Type.WEBAUTHN, data={"credential": {"id": "abc"}}
    )
    owed_secret(body_text="Your code is 123456", body_html="")
    KeptForm.objects.create(
        user=person,
        path="/requests/new/",
        fields=encryption.encrypt("[]"),
        was_sent=False,
        kept_at=timezone.now(),
    )
    client.force_login(person)

    settings.ENCRYPTION_KEYS = [NEW, OLD]
    said = run()
    settings.ENCRYPTION_KEYS = [NEW]

    app = Authenticator.objects.get(user=person, type=Authenticator.Type.TOTP)
    assert decrypt(app.data["secret"]) == secret
    kept = Authenticator.objects.get(user=person, type=Authenticator.Type.RECOVERY_CODES)
    assert RecoveryCodes(kept).get_unused_codes() == codes
    moved = Authenticator.objects.exclude(user=person).get()
    assert RecoveryCodes(moved).get_unused_codes() == ["one", "two"]
    passkey.refresh_from_db()
    assert passkey.data == {"credential": {"id": "abc"}}
    assert words_of(OutgoingEmail.objects.get(holds_secret=True))[0] == "Your code is 123456"
    assert encryption.decrypt(KeptForm.objects.get().fields) == "[]"
    assert client.get("/accounts/").status_code == 200
    # Three of them: the passkey holds no secret, and so counts as being under the newest key.
    assert "second factors: 3 put under the newest key, 1 were already." in said
    assert "emails with a code: 1 put" in said
    assert "sessions: 1 put" in said
    line = AuditEvent.objects.get(type="secrets_reencrypted")
    assert line.actor is None
    assert line.details["kept forms"] == {"renewed": 1, "newest_already": 0, "unreadable": 0}


def test_without_the_run_the_secrets_are_lost(settings: LazySettings, secret: str) -> None:
    settings.ENCRYPTION_KEYS = [NEW]
    with pytest.raises(encryption.Undecipherable):
        decrypt(Authenticator.objects.get().data["secret"])


def test_a_second_run_leaves_all_as_it_is(settings: LazySettings, secret: str) -> None:
    settings.ENCRYPTION_KEYS = [NEW, OLD]
    run()
    before = Authenticator.objects.get().data
    assert "second factors: 0 put under the newest key, 1 were already." in run()
    assert Authenticator.objects.get().data == before


def test_what_no_key_reads_is_counted_and_left_alone(settings: LazySettings, secret: str) -> None:
    before = Authenticator.objects.get().data
    settings.ENCRYPTION_KEYS = [NEW]
    with pytest.raises(CommandError, match="second factors: 1"):
        run()
    assert Authenticator.objects.get().data == before


def test_other_email_is_not_touched(settings: LazySettings) -> None:
    email = owed(body_text="You are approved")
    settings.ENCRYPTION_KEYS = [NEW, OLD]
    run()
    email.refresh_from_db()
    assert email.body_text == "You are approved"


def test_more_than_a_batch(settings: LazySettings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reencryption, "BATCH", 2)
    for _ in range(5):
        owed_secret()
    settings.ENCRYPTION_KEYS = [NEW, OLD]
    assert "emails with a code: 5 put" in run()
    settings.ENCRYPTION_KEYS = [NEW]
    assert {words_of(each) for each in OutgoingEmail.objects.all()} == {("Words", "<p>Words</p>")}


@pytest.mark.django_db(transaction=True)
def test_waits_for_whoever_has_the_row(settings: LazySettings, secret: str) -> None:
    """Else a recovery code that is used at that moment would be good once more."""
    settings.ENCRYPTION_KEYS = [NEW, OLD]
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '100ms'")
    try:
        with held(Authenticator.objects.get()), pytest.raises(OperationalError, match="lock"):
            run()
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET lock_timeout")


def test_what_is_written_between_two_reads_is_not_lost(
    settings: LazySettings, person: User, secret: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rows are read anew once they are locked."""
    settings.ENCRYPTION_KEYS = [NEW, OLD]
    plain: Callable[..., Any] = reencryption._batches

    def and_somebody_uses_a_code(place: reencryption.Place) -> Any:
        for batch in plain(place):
            if place.name == "second factors":
                app = Authenticator.objects.get()
                app.data["last_step"] = 7
                app.save()
            yield batch

    monkeypatch.setattr(reencryption, "_batches", and_somebody_uses_a_code)
    run()
    data = Authenticator.objects.get().data
    assert data["last_step"] == 7
    assert encryption.is_by_newest_key(data["secret"])
