"""A thousand wrong tries at each door: few are judged, and the right person gets in elsewhere.

400 come from one address, the others from 200 addresses, three from each. The right person comes
from an address and with a browser that nobody has seen before.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import cycle
from typing import Any

import pytest
from allauth.account import forms as allauth_forms
from allauth.account.auth_backends import AuthenticationBackend
from django.conf import LazySettings
from django.test import Client

from accounts import mfa_forms, sign_up
from accounts.models import Notice, OutgoingEmail, User
from tests.accounts import factors
from tests.accounts.builders import PASSWORD, SIGN_UP, code_in, confirm_sign_up, newest_email
from tests.builders import person

pytestmark = pytest.mark.django_db

ELSEWHERE = "203.0.113.9"
ADDRESSES = [f"198.18.{number // 100}.{number % 100}" for number in range(200)]
THOUSAND = ["198.51.100.7"] * 400 + ADDRESSES * 3
NEW = "a new horse for the battery"
Count = Callable[[Any, str], list[int]]


@pytest.fixture(autouse=True)
def behind_a_proxy(settings: LazySettings) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch) -> Count:
    """How often a function was really called."""

    def watch(owner: Any, name: str) -> list[int]:
        calls: list[int] = []
        plain = getattr(owner, name)

        def counted(*args: Any, **kwargs: Any) -> Any:
            calls.append(1)
            return plain(*args, **kwargs)

        monkeypatch.setattr(owner, name, counted)
        return calls

    return watch


@pytest.fixture
def pat() -> User:
    return factors.with_password(person("patdoe77", email="pat@sunny-hill.example"))


def at(address: str) -> dict[str, str]:
    """The proxy adds the address it sees; what stands before it is whatever the client sent."""
    return {"X-Forwarded-For": f"127.0.0.1, {address}"}


def try_all(client: Client, path: str, *typed: dict[str, str]) -> list[int]:
    return [
        client.post(path, each, headers=at(address)).status_code
        for address, each in zip(THOUSAND, cycle(typed), strict=False)
    ]


def elsewhere() -> Client:
    return Client(headers=at(ELSEWHERE))


def test_sign_in(pat: User, judged: Count) -> None:
    tries = judged(AuthenticationBackend, "authenticate")
    wrong = {"login": "patdoe77", "password": "not the right one"}
    statuses = try_all(Client(), "/accounts/login/", wrong)
    # Five at the one address; one at each of the others, and what all share beyond that.
    assert len(tries) == statuses.count(200) == 1 + 200 + 50
    assert statuses.count(429) == len(THOUSAND) - len(tries)
    assert factors.type_password(elsewhere(), pat)["Location"] == "/"


def test_all_networks_of_one_customer(pat: User, judged: Count) -> None:
    """A thousand of the 65,536 networks in one /48."""
    tries = judged(AuthenticationBackend, "authenticate")
    typed = {"login": "patdoe77", "password": "not the right one"}
    statuses = [
        Client().post("/accounts/login/", typed, headers=at(f"2001:db8:1:{number:x}::1"))
        for number in range(0, 65536, 65)
    ]
    assert len(tries) == [each.status_code for each in statuses].count(200) == 15
    # Elsewhere there is room for a mistake, as ever.
    owner = elsewhere()
    assert owner.post("/accounts/login/", typed).status_code == 200
    assert factors.type_password(owner, pat)["Location"] == "/"
    neighbor = Client(headers=at("2001:db8:2::1"))
    assert factors.type_password(neighbor, pat)["Location"] == "/"


def test_second_factor(pat: User, judged: Count) -> None:
    """Whoever guesses has the password. The owner is told, once."""
    app = factors.with_app(pat)
    attacker = Client(headers=at(THOUSAND[0]))
    factors.type_password(attacker, pat)
    tries = judged(mfa_forms.totp, "take")
    wrong = {"code": "000000"}, {"code": "00000000"}
    statuses = try_all(attacker, "/accounts/2fa/authenticate/", *wrong)
    assert len(tries) == statuses.count(200) == 1 + 200 + 20
    assert Notice.objects.filter(kind="wrong_codes", recipient=pat).count() == 1
    for right in (app.code(), factors.recovery_codes_of(pat)[0]):
        owner = elsewhere()
        factors.sign_in(owner, pat, right)
        assert factors.is_signed_in(owner)


def test_reset_code(pat: User, judged: Count) -> None:
    """Each browser may be wrong five times; then a new code is asked for again and again."""
    tries = judged(allauth_forms, "compare_user_code")
    statuses = []
    attacker = Client()
    for number, address in enumerate(THOUSAND):
        if number % 5 == 0:
            asked = {"email": pat.email}
            attacker.post("/accounts/password/reset/", asked, headers=at(address))
        typed = {"code": "BBBB-BBBB"}
        path = "/accounts/password/reset/confirm/"
        statuses.append(attacker.post(path, typed, headers=at(address)).status_code)
    assert set(statuses) <= {200, 302, 429}
    assert 3 <= len(tries) <= 1 + 200 + 20
    # The mailbox was not flooded.
    assert OutgoingEmail.objects.filter(to_address=pat.email).count() <= 4
    owner = elsewhere()
    owner.post("/accounts/password/reset/", {"email": pat.email})
    code = code_in(newest_email(pat.email))
    owner.post("/accounts/password/reset/confirm/", {"code": code})
    owner.post("/accounts/password/reset/complete/", {"password1": NEW})
    pat.refresh_from_db()
    assert pat.check_password(NEW)


def test_sign_up_code(judged: Count) -> None:
    """Somebody signs up with another person's address and guesses at the code."""
    attacker = Client(headers=at(THOUSAND[0]))
    attacker.post("/accounts/signup/", SIGN_UP | {"username": "squatter1"})
    tries = judged(sign_up, "compare_user_code")
    statuses = try_all(attacker, "/accounts/signup/code/", {"code": "BBBB-BBBB"})
    assert set(statuses) <= {200, 302, 429}
    assert len(tries) <= 10
    assert not User.objects.exists()
    owner = elsewhere()
    owner.post("/accounts/signup/", SIGN_UP)
    confirm_sign_up(owner)
    assert User.objects.get().username == SIGN_UP["username"]
    assert User.objects.get().check_password(PASSWORD)
