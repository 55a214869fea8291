"""What HARP may do wrong, and what a stranger may try: a page that helps, and nothing half made."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from django.conf import LazySettings
from django.test import Client
from django.urls import NoReverseMatch, reverse

from accounts.models import HarpIdentity, User
from tests import builders
from tests.harp.arriving import signed_in_as, went_to_harp
from tests.harp.claims import NORA
from tests.harp.conftest import configure
from tests.harp.fake_provider import METADATA, SERVER, FakeProvider, fake_provider
from tests.stand_in_harp.__main__ import CLIENT_ID, CLIENT_SECRET

pytestmark = pytest.mark.django_db


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch, settings: LazySettings) -> FakeProvider:
    configure(settings, SERVER)
    return fake_provider(monkeypatch)


def goes(client: Client, provider: FakeProvider) -> dict[str, str]:
    """To HARP; what the portal asked for there."""
    location = urlsplit(client.post("/accounts/harp/sign-in/")["Location"])
    assert f"{location.scheme}://{location.netloc}{location.path}" == f"{SERVER}/authorize"
    asked = {name: values[0] for name, values in parse_qs(location.query).items()}
    provider.nonce = asked["nonce"]
    return asked


def comes_back(client: Client, provider: FakeProvider, **said: str) -> Any:
    state = goes(client, provider)["state"]
    return client.get("/accounts/harp/callback/", {"state": state, "code": "a code"} | said)


def nothing_was_made(client: Client) -> bool:
    return signed_in_as(client) is None and not User.objects.exists()


def test_the_whole_exchange(client: Client, provider: FakeProvider) -> None:
    asked = goes(client, provider)
    assert asked["response_type"] == "code"
    assert asked["code_challenge_method"] == "S256"
    assert set(asked["scope"].split()) == {"openid", "profile", "email"}
    assert len(asked["state"]) >= 16
    back = {"state": asked["state"], "code": "a code"}
    assert client.get("/accounts/harp/callback/", back)["Location"] == "/"
    sent = provider.asked["/token"]["data"]
    assert (sent["client_id"], sent["client_secret"]) == (CLIENT_ID, CLIENT_SECRET)
    assert sent["code"] == "a code"
    assert sent["code_verifier"]
    assert signed_in_as(client) == HarpIdentity.objects.get().user
    # The state is used up.
    assert client.get("/accounts/harp/callback/", back)["Location"] == "/"
    assert Client().get("/accounts/harp/callback/", back).status_code == 400


def test_what_a_browser_adds_is_not_passed_on(client: Client, provider: FakeProvider) -> None:
    """django-allauth's own page takes scope, process and parameters from the address."""
    added = "?scope=admin&auth_params=prompt%3Dnone&process=connect&next=https://x.example/"
    location = client.post(f"/accounts/harp/sign-in/{added}")["Location"]
    asked = parse_qs(urlsplit(location).query)
    assert "admin" not in asked["scope"][0]
    assert "prompt" not in asked


def test_a_step_up_can_be_asked_of_harp(
    client: Client, provider: FakeProvider, settings: LazySettings
) -> None:
    settings.HARP_ACR_VALUES = ["aal2"]
    assert goes(client, provider)["acr_values"] == "aal2"


@pytest.mark.parametrize(
    "path", ["/.well-known/openid-configuration", "/token", "/keys", "/userinfo"]
)
@pytest.mark.parametrize(
    "answer",
    [requests.ConnectTimeout(), requests.ConnectionError(), (503, b"down"), b"<html>", []],
    ids=["timeout", "refused", "503", "no JSON", "no object"],
)
def test_harp_fails_somewhere_on_the_way(
    client: Client, provider: FakeProvider, path: str, answer: Any
) -> None:
    asked = goes(client, provider)
    provider.answers[path] = answer
    back = {"state": asked["state"], "code": "a code"}
    response = client.get("/accounts/harp/callback/", back)
    assert response.status_code in (502, 503)
    page = response.content.decode()
    assert "Sign in with a portal password" in page
    assert "Try HARP again" in page
    assert nothing_was_made(client)


@pytest.mark.parametrize(
    "answer",
    [
        requests.ConnectTimeout(),
        (404, b""),
        {},
        METADATA | {"issuer": "https://elsewhere.example"},
        {key: value for key, value in METADATA.items() if key != "token_endpoint"},
    ],
    ids=["timeout", "404", "empty", "another issuer", "incomplete"],
)
def test_nobody_is_sent_to_a_harp_that_is_not_well(
    client: Client, provider: FakeProvider, answer: Any
) -> None:
    provider.answers["/.well-known/openid-configuration"] = answer
    response = client.post("/accounts/harp/sign-in/")
    assert response.status_code in (502, 503)
    assert "Sign in with a portal password" in response.content.decode()


@pytest.mark.parametrize(
    "claims",
    [{"nonce": "of another sign-in"}, {"aud": "another"}, {"iss": "https://x.example"}, {"exp": 1}],
    ids=str,
)
def test_an_id_token_of_another_sign_in(
    client: Client, provider: FakeProvider, claims: dict[str, Any]
) -> None:
    state = goes(client, provider)["state"]
    token = {"access_token": "opaque", "id_token": provider.id_token(**claims)}
    provider.answers["/token"] = token
    response = client.get("/accounts/harp/callback/", {"state": state, "code": "a code"})
    assert response.status_code == 502
    assert nothing_was_made(client)


def test_user_info_about_somebody_else(client: Client, provider: FakeProvider) -> None:
    provider.answers["/userinfo"] = NORA | {"sub": "harp-2"}
    assert comes_back(client, provider).status_code == 502
    assert nothing_was_made(client)


def test_what_the_id_token_says_weighs_more(client: Client, provider: FakeProvider) -> None:
    provider.answers["/userinfo"] = NORA | {"amr": ["mfa"], "auth_time": 4_000_000_000}
    comes_back(client, provider)
    assert HarpIdentity.objects.get().subject == NORA["sub"]


def test_without_a_user_id(client: Client, provider: FakeProvider) -> None:
    provider.answers["/userinfo"] = {"sub": NORA["sub"], "email": "nora@burns-home.example"}
    response = comes_back(client, provider)
    assert response.status_code == 502
    assert "HARP did not send your User ID" in response.content.decode()
    assert nothing_was_made(client)


@pytest.mark.parametrize("error", ["access_denied", "login_required"])
def test_cancelled(client: Client, provider: FakeProvider, error: str) -> None:
    response = comes_back(client, provider, error=error, code="")
    assert response["Location"] == "/accounts/login/"
    assert "You did not sign in at HARP" in client.get("/accounts/login/").content.decode()


def test_another_error_of_harp(client: Client, provider: FakeProvider) -> None:
    assert comes_back(client, provider, error="server_error").status_code == 502


@pytest.mark.parametrize(
    "query", ["", "?code=1", "?state=x&code=1", "?state=x&error=access_denied"]
)
def test_an_answer_that_nobody_waits_for(
    client: Client, provider: FakeProvider, query: str
) -> None:
    response = client.get(f"/accounts/harp/callback/{query}")
    assert response.status_code == 400
    assert "Start again." in response.content.decode()


def test_an_answer_for_another_browser(client: Client, provider: FakeProvider) -> None:
    """Nobody is signed in as somebody else by a link they were sent."""
    state = went_to_harp(Client())
    response = client.get("/accounts/harp/callback/", {"state": state, "code": "a code"})
    assert response.status_code == 400
    assert nothing_was_made(client)


def test_the_button_is_pressed_not_followed(client: Client, provider: FakeProvider) -> None:
    assert client.get("/accounts/harp/sign-in/").status_code == 405
    strict = Client(enforce_csrf_checks=True)
    assert strict.post("/accounts/harp/sign-in/").status_code == 403


def test_who_is_signed_in_needs_no_sign_in(client: Client, provider: FakeProvider) -> None:
    client.force_login(builders.person())
    assert client.post("/accounts/harp/sign-in/")["Location"] == "/"


def test_pressing_it_over_and_over(client: Client, provider: FakeProvider) -> None:
    answers = {client.post("/accounts/harp/sign-in/").status_code for _ in range(31)}
    assert answers == {302, 429}


def test_nothing_personal_in_the_log(
    client: Client, provider: FakeProvider, caplog: pytest.LogCaptureFixture
) -> None:
    provider.answers["/userinfo"] = NORA | {"preferred_username": "", "sub": NORA["sub"]}
    comes_back(client, provider)
    assert "harp_unusable" in caplog.text
    assert "nora" not in caplog.text.lower()
    assert "a code" not in caplog.text


def test_without_a_harp_there_is_none(client: Client) -> None:
    assert "HARP" not in client.get("/accounts/login/").content.decode()
    with pytest.raises(NoReverseMatch):
        reverse("harp:sign_in")
    for path in ("sign-in/", "callback/", "match/", "email/", "email/code/", "link/", "connect/"):
        assert client.get(f"/accounts/harp/{path}").status_code == 404
        assert client.post(f"/accounts/harp/{path}").status_code == 404
    client.force_login(builders.person())
    assert "harp" not in client.get("/accounts/").content.decode().lower()
