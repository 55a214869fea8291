"""What a thief of the database gets: nothing that opens an account.

One person walks through everything that has a secret, and while the emails with the codes still
wait to be sent, every column of every table is read for the secrets, also where they would stand
encoded or compressed.
"""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.core import signing
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts import factor_reset
from accounts.factor_reset_notices import path_of
from accounts.models import FactorReset, KeptForm, Notice, OutgoingEmail, Session, User
from tests.accounts.builders import PASSWORD, SIGN_UP, code_in, confirm_sign_up, newest_email
from tests.accounts.factors import App
from tests.accounts.resets import factors_of
from tests.builders import agent

pytestmark = pytest.mark.django_db

EMAIL = SIGN_UP["email"]


def columns() -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns"
            " JOIN information_schema.tables USING (table_schema, table_name)"
            " WHERE table_schema = current_schema() AND table_type = 'BASE TABLE'"
        )
        return [(table, column) for table, column in cursor.fetchall()]


def everything() -> Iterator[tuple[str, str]]:
    """Where it stands, and what stands there, as text."""
    for table, column in columns():
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT DISTINCT "{column}"::text FROM "{table}"')  # noqa: S608
            for (value,) in cursor.fetchall():
                if value:
                    yield f"{table}.{column}", value


def readings(text: str) -> Iterator[str]:
    """The text; and what its parts say once decoded, and unpacked, as Django packs sessions."""
    yield text
    for part in re.findall(r"[A-Za-z0-9+/_=-]{16,}", text):
        clean = part.strip("=").replace("+", "-").replace("/", "_")
        try:
            decoded = base64.urlsafe_b64decode(clean + "=" * (-len(clean) % 4))
        except (binascii.Error, ValueError):
            continue
        yield decoded.decode("latin-1")
        try:
            yield zlib.decompress(decoded).decode("latin-1")
        except zlib.error:
            continue


def found(secrets: dict[str, str]) -> list[str]:
    """Which secret stands where. Codes are typed in any case, so they are looked for in any."""
    wanted = {name: secret.casefold() for name, secret in secrets.items()}
    return [
        f"{name} in {place}"
        for place, value in everything()
        for reading in map(str.casefold, readings(value))
        for name, secret in wanted.items()
        if secret in reading
    ]


@dataclass
class Walk:
    """A person, their browser, and every secret they have come to know."""

    client: Client = field(default_factory=Client)
    secrets: dict[str, str] = field(default_factory=lambda: {"password": PASSWORD})

    def knows_code(self, what: str) -> str:
        code = code_in(newest_email())
        self.secrets |= {what: code, f"{what} without hyphen": code.replace("-", "")}
        return code

    def checks(self, when: str) -> None:
        """With the session and the anti-forgery secret as they are in the browser now."""
        for name in (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME):
            if name in self.client.cookies:
                self.secrets[f"{name} {when}"] = self.client.cookies[name].value
        assert found(self.secrets) == [], when

    def signs_up(self) -> None:
        self.client.get("/accounts/signup/")
        self.client.post("/accounts/signup/", SIGN_UP)
        self.knows_code("sign-up code")
        self.checks("while the sign-up code waits")
        confirm_sign_up(self.client)
        self.checks("signed up")

    def enrols(self) -> str:
        page = "/accounts/2fa/totp/activate/"
        secret = str(self.client.get(page).context["form"].secret)
        raw = base64.b32decode(secret)
        self.secrets |= {
            "app's secret": secret,
            "app's secret in hex": raw.hex(),
            "app's secret in base64": base64.b64encode(raw).decode().strip("="),
        }
        self.checks("while the app is set up")
        answer = self.client.post(page, {"code": App(secret).code()})
        assert answer.status_code == 302, answer.content.decode()
        text = self.client.get("/accounts/2fa/recovery-codes/download/").content.decode()
        codes = re.findall(r"^\d{4} \d{4}$", text, re.MULTILINE)
        assert len(codes) == 10, text
        for number, code in enumerate(codes):
            self.secrets[f"recovery code {number}"] = code
            self.secrets[f"recovery code {number} without space"] = code.replace(" ", "")
        self.checks("with a second factor")
        return secret

    def signs_in(self, secret: str) -> None:
        self.client.post("/accounts/logout/")
        typed = {"login": SIGN_UP["username"], "password": PASSWORD}
        self.client.post("/accounts/login/", typed)
        self.checks("between password and code")
        self.client.post("/accounts/2fa/authenticate/", {"code": App(secret).code()})
        assert self.client.get("/accounts/").status_code == 200
        self.checks("signed in with both factors")

    def forgets_password(self) -> None:
        elsewhere = Walk(secrets=self.secrets)
        elsewhere.client.post("/accounts/password/reset/", {"email": EMAIL})
        elsewhere.knows_code("reset code")
        elsewhere.checks("elsewhere, while the reset code waits")


@pytest.fixture
def walk() -> Walk:
    """All of it, one step of the clock of app codes after the other."""
    walk = Walk()
    walk.signs_up()
    secret = walk.enrols()
    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        walk.signs_in(secret)
        walk.forgets_password()
        factor_reset.start(User.objects.get(email=EMAIL), by=agent(), ticket="INC-7")
        walk.checks("with a reset of the second factor under way")
    return walk


def test_no_secret_stands_anywhere(walk: Walk) -> None:
    """The walk itself looks after every step; what it has met is said here."""
    waiting = OutgoingEmail.objects.filter(holds_secret=True)
    assert {email.state for email in waiting} == {OutgoingEmail.State.WAITING}
    assert waiting.count() == 2
    known = {re.sub(r"[ \d].*", "", name) for name in walk.secrets}
    assert known >= {"password", "sign-up", "reset", "app's", "recovery"}
    assert known >= {settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME}
    assert all(len(secret) >= 8 for secret in walk.secrets.values())


@pytest.mark.parametrize("kept_as", ["text", "base64", "packed", "json"])
def test_a_secret_that_stood_somewhere_would_be_found(kept_as: str) -> None:
    user = User.objects.create(username="patdoe77", email=EMAIL)
    secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
    text = {
        "text": secret,
        "base64": base64.b64encode(f"a: {secret}".encode()).decode(),
        "packed": signing.dumps({"mfa.totp.secret": secret, "more": "x" * 200}, compress=True),
        "json": f'{{"a": ["{secret}"]}}',
    }[kept_as]
    KeptForm.objects.create(
        user=user, path="/", fields=text, was_sent=False, kept_at=timezone.now()
    )
    assert found({"app": secret.lower()}) == ["app in accounts_keptform.fields"]


def test_every_table_is_read(walk: Walk) -> None:
    read = {table for table, _column in columns()}
    assert {"accounts_user", "accounts_session", "accounts_outgoingemail"} <= read
    assert {"mfa_authenticator", "account_emailaddress", "accounts_auditevent"} <= read
    assert len(read) > 30


def test_what_is_stored_of_a_session_opens_nothing(walk: Walk) -> None:
    own = walk.client.cookies[settings.SESSION_COOKIE_NAME].value
    assert opens_account(own), "not even the person's own cookie does"
    stored = list(Session.objects.values_list("session_key", "session_data"))
    assert stored
    for key, data in stored:
        assert not opens_account(key)
        assert not opens_account(data)


def opens_account(cookie: str) -> bool:
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = cookie
    with time_machine.travel(timezone.now() + timedelta(minutes=3)):
        return bool(client.get("/accounts/").status_code == 200)


def test_the_one_link_that_is_stored_can_only_keep_things_as_they_are(walk: Walk) -> None:
    """The link by which a reset is stopped stands in the email and in the notice. Whoever has it
    can stop the reset, and with that leave the account exactly as it was; nothing else."""
    reset = FactorReset.objects.get()
    links = {*Notice.objects.exclude(path="").values_list("path", flat=True)}
    with_key = {link for link in links if re.search(r"[0-9a-f]{8}-|[A-Za-z0-9]{20,}", link)}
    assert with_key == {path_of(reset)}
    before = User.objects.values().get(pk=reset.user_id)
    thief = Client()
    thief.post(path_of(reset))
    assert thief.get("/accounts/").status_code == 302
    assert User.objects.values().get(pk=reset.user_id) == before
    assert factors_of(reset.user) == 2
