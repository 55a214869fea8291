"""Signing in with a second factor: codes that work once, recovery codes, and no way round."""

from __future__ import annotations

import json

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime

from accounts.models import AuditEvent, Notice, User
from tests import builders as make
from tests.accounts import factors
from tests.accounts.resets import started

pytestmark = pytest.mark.django_db

AUTHENTICATE = "/accounts/2fa/authenticate/"


@pytest.fixture
def pat() -> User:
    return factors.with_password(make.person("patdoe77"))


@pytest.fixture
def app(pat: User) -> factors.App:
    return factors.with_app(pat)


def test_the_password_alone_opens_nothing(client: Client, pat: User, app: factors.App) -> None:
    assert factors.type_password(client, pat)["Location"] == AUTHENTICATE
    assert not factors.is_signed_in(client)
    assert "/accounts/login/" in client.get("/requests/")["Location"]
    page = client.get(AUTHENTICATE).content.decode()
    assert 'autocomplete="one-time-code"' in page
    assert 'inputmode="numeric"' in page
    assert "Use your passkey" not in page


@pytest.mark.parametrize("typed", ["{}", " {} ", "{:.3}-{:.3}"])
def test_with_the_code_one_is_in_where_one_was_going(
    client: Client, pat: User, app: factors.App, typed: str
) -> None:
    code = app.code()
    factors.type_password(client, pat, next="/requests/new/")
    spelled = typed.format(code, code[3:])
    assert client.post(AUTHENTICATE, {"code": spelled})["Location"] == "/requests/new/"
    assert factors.is_signed_in(client)


@pytest.mark.parametrize("ahead", [-1, 0, 1])
def test_clocks_may_differ_by_half_a_minute(
    client: Client, pat: User, app: factors.App, ahead: int
) -> None:
    factors.sign_in(client, pat, app.code(ahead))
    assert factors.is_signed_in(client)


@pytest.mark.parametrize("ahead", [-3, 3])
def test_and_not_by_more(client: Client, pat: User, app: factors.App, ahead: int) -> None:
    assert "not right" in factors.sign_in(client, pat, app.code(ahead)).content.decode()


def test_a_code_works_once_even_when_the_cache_forgets(
    client: Client, pat: User, app: factors.App
) -> None:
    factors.sign_in(client, pat, app.code())
    cache.clear()
    second = Client()
    said = factors.sign_in(second, pat, app.code()).content.decode()
    assert "This code was used already. Wait until your app shows the next one" in said
    assert not factors.is_signed_in(second)
    assert "used already" in factors.sign_in(second, pat, app.code(-1)).content.decode()
    assert AuditEvent.objects.filter(type="factor_code_used_again", person=pat).count() == 2


@pytest.mark.parametrize("typed", ["", "x" * 200, "12345", "\0", "①②③④⑤⑥", "-1"])
def test_nonsense_is_refused_beside_the_field(
    client: Client, pat: User, app: factors.App, typed: str
) -> None:
    factors.type_password(client, pat)
    answer = client.post(AUTHENTICATE, {"code": typed})
    assert answer.status_code == 200
    assert "id_code_error" in answer.content.decode()
    assert not factors.is_signed_in(client)


def test_a_recovery_code_works_once_and_leads_to_a_new_factor(
    client: Client, pat: User, app: factors.App
) -> None:
    codes = factors.recovery_codes_of(pat)
    page = client.get(f"{AUTHENTICATE}?with=recovery-code")
    factors.type_password(client, pat)
    page = client.get(f"{AUTHENTICATE}?with=recovery-code").content.decode()
    assert "Recovery code" in page
    answer = client.post(AUTHENTICATE, {"code": f"{codes[3][:4]} {codes[3][4:]}"}, follow=True)
    said = answer.content.decode()
    assert "You used a recovery code. 9 are left." in said
    assert 'href="/accounts/2fa/"' in said
    assert AuditEvent.objects.get(type="recovery_code_used").details == {"left": 9}
    assert Notice.objects.filter(recipient=pat, kind="recovery_code_used").count() == 1
    second = Client()
    assert "not right" in factors.sign_in(second, pat, codes[3]).content.decode()


def test_three_left_is_few(client: Client, pat: User, app: factors.App) -> None:
    for number, code in enumerate(factors.recovery_codes_of(pat)[:7]):
        browser = Client()
        factors.type_password(browser, pat)
        said = browser.post(AUTHENTICATE, {"code": code}, follow=True).content.decode()
        assert ("Make new ones before they run out." in said) == (number == 6)
    assert "Running out" in browser.get("/accounts/2fa/").content.decode()


def test_who_has_a_passkey_alone_is_not_asked_for_a_code(client: Client, pat: User) -> None:
    factors.with_app(pat)
    pat.authenticator_set.filter(type="totp").delete()  # type: ignore[attr-defined]
    factors.type_password(client, pat)
    assert factors.is_signed_in(client)  # recovery codes alone are no factor


def test_codes_of_others_open_nothing(client: Client, pat: User, app: factors.App) -> None:
    other = factors.with_app(make.person())
    assert "not right" in factors.sign_in(client, pat, other.code()).content.decode()


def test_lost_device_says_what_to_do(client: Client) -> None:
    page = client.get("/accounts/2fa/lost/").content.decode()
    assert "Use a recovery code" in page
    assert "(800) 339-9313" in page
    assert "24 hours" in page


def test_a_reset_under_way_is_told_only_after_the_password(
    client: Client, pat: User, app: factors.App
) -> None:
    reset = started(pat)
    assert "under way" not in client.get("/accounts/2fa/lost/").content.decode()
    factors.type_password(client, pat)
    page = client.get("/accounts/2fa/lost/").content.decode()
    assert "A reset is under way" in page
    assert date_format(localtime(reset.takes_effect_at), "F j, Y, g:i A T") in page


NOT_A_PASSKEY = [
    "",
    "x",
    "null",
    "[]",
    '"x"',
    "{}",
    '{"id": 1}',
    json.dumps({"id": "AA", "rawId": "AA", "type": "public-key", "response": None}),
    json.dumps(
        {
            "id": "AA",
            "rawId": "AA",
            "type": "public-key",
            "response": {
                "clientDataJSON": "e30",
                "authenticatorData": "AA",
                "signature": "AA",
                "userHandle": "AA",
            },
        }
    ),
]


@pytest.mark.parametrize("sent", NOT_A_PASSKEY)
def test_what_is_no_passkey_is_no_error_of_ours(
    client: Client, pat: User, app: factors.App, sent: str
) -> None:
    login = reverse("mfa_login_webauthn")
    client.get(login, HTTP_ACCEPT="application/json")
    assert client.post(login, {"credential": sent})["Location"] == "/accounts/login/"
    factors.type_password(client, pat)
    assert client.post(AUTHENTICATE, {"credential": sent}).status_code == 200
    assert not factors.is_signed_in(client)
    factors.sign_in(client, pat, app.code())
    client.get("/accounts/2fa/webauthn/add/")
    assert client.post("/accounts/2fa/webauthn/add/", {"credential": sent}).status_code == 200
    again = client.post("/accounts/2fa/webauthn/reauthenticate/", {"credential": sent})
    assert again.status_code == 302
    assert "webauthn" not in factors.types_of(pat)
