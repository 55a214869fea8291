"""Second factors as people have them: an app that shows codes, and signing in with them."""

from __future__ import annotations

import re
import time
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from allauth.mfa.webauthn.internal.auth import WebAuthn
from django.test import Client

from accounts.models import User
from tests.accounts.builders import PASSWORD

KEY = re.compile(r"portal-key portal-code\">([A-Z2-7 ]+)<")


class App:
    """An authenticator app: shows the code of a key. `ahead`: so many codes later."""

    def __init__(self, key: str) -> None:
        self.key = key.replace(" ", "")
        self._used = 0

    def code(self, ahead: int = 0) -> str:
        """At the very end of a step it waits: no code shall grow older while it is typed."""
        left = 30 - time.time() % 30
        if left < 2:
            time.sleep(left)
        return self._shown_at(int(time.time()) // 30 + ahead)

    def fresh_code(self) -> str:
        """One that was not typed yet, as a person waits for it. A code is still good in the step
        after its own, if enough of that is left to type it in."""
        now, passed = divmod(time.time(), 30)
        self._used = max(self._used + 1, int(now) - (passed < 15))
        while self._used > time.time() // 30 + 1:
            time.sleep(0.2)
        return self._shown_at(self._used)

    def _shown_at(self, step: int) -> str:
        return str(format_hotp_value(hotp_value(self.key, step)))


def with_password(person: User) -> User:
    person.set_password(PASSWORD)
    person.save(update_fields=["password"])
    return person


def with_app(person: User) -> App:
    """Set up elsewhere, some time ago; recovery codes beside it."""
    secret = generate_totp_secret()
    TOTP.activate(person, secret)
    RecoveryCodes.activate(person)
    return App(secret)


def with_passkey(person: User, name: str = "Office computer") -> Authenticator:
    """A row as a passkey leaves it, which nobody can sign in with: that takes a browser."""
    passkey: Authenticator = WebAuthn.add(person, name, {"id": name}).instance
    return passkey


def recovery_codes_of(person: User) -> list[str]:
    row = Authenticator.objects.get(user=person, type=Authenticator.Type.RECOVERY_CODES)
    return RecoveryCodes(row).get_unused_codes()


def type_password(client: Client, person: User, **more: str) -> Any:
    typed = {"login": person.username, "password": PASSWORD}
    return client.post("/accounts/login/", typed | more)


def sign_in(client: Client, person: User, code: str = "") -> Any:
    """By password, and by code where one is given: what the last page answered."""
    answer = type_password(client, person)
    return client.post("/accounts/2fa/authenticate/", {"code": code}) if code else answer


def key_on(page: Any) -> App:
    found = KEY.search(page.content.decode())
    assert found, page.content.decode()
    return App(found[1])


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def types_of(person: User) -> set[str]:
    return set(Authenticator.objects.filter(user=person).values_list("type", flat=True))
