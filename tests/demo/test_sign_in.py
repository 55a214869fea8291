"""One-click sign-in of the demonstration, which nothing else offers."""

from __future__ import annotations

import pytest
from django.conf import LazySettings
from django.test import Client

from accounts.models import AuditEvent
from iqies_portal.demo.people import DEMO_PEOPLE
from tests import builders as make

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.demo.urls")]

SIGN_IN = "/demo/sign-in/"


@pytest.fixture(autouse=True)
def demo_people() -> None:
    for user_id in DEMO_PEOPLE:
        make.person(user_id)


@pytest.fixture
def is_demo(settings: LazySettings) -> None:
    settings.DEMO = True
    settings.DEMO_PASSWORD = "a demonstration password"


def test_sign_in_page_tells_the_password_and_who_is_who(client: Client, is_demo: None) -> None:
    page = client.get("/accounts/login/").content.decode()
    assert "a demonstration password" in page
    assert "PSO of four homes" in page


def test_signing_in_is_on_the_record_like_any_other(client: Client) -> None:
    client.post(SIGN_IN, {"user_id": "staff1"})
    event = AuditEvent.objects.get()
    assert (event.type, str(event.actor), event.person) == ("signed_in", "P staff1", event.actor)


def test_sign_in_page_offers_every_demo_person(client: Client) -> None:
    page = client.get("/accounts/login/").content.decode()
    for user_id in DEMO_PEOPLE:
        assert f"Sign in as {user_id}" in " ".join(page.split())


@pytest.mark.urls("iqies_portal.urls")
def test_without_the_demonstration_there_is_nothing(client: Client, settings: LazySettings) -> None:
    page = client.get("/accounts/login/").content.decode()
    assert "Sign in as" not in page
    assert settings.DEMO_PASSWORD not in page
    assert client.post(SIGN_IN, {"user_id": "staff1"}).status_code in {302, 404}
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("user_id", DEMO_PEOPLE)
def test_one_click_signs_in(client: Client, user_id: str) -> None:
    answer = client.post(SIGN_IN, {"user_id": user_id})
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert client.get("/").context["user"].username == user_id


def test_it_leads_on_within_the_portal_only(client: Client) -> None:
    answer = client.post(SIGN_IN, {"user_id": "staff1", "next": "/requests/"})
    assert answer["Location"] == "/requests/"
    answer = client.post(SIGN_IN, {"user_id": "staff1", "next": "https://evil.example/"})
    assert answer["Location"] == "/"


def test_nobody_else_can_be_signed_in_as(client: Client) -> None:
    other = make.person("someoneelse")
    assert client.post(SIGN_IN, {"user_id": other.username}).status_code == 404
    assert client.post(SIGN_IN).status_code == 404


def test_opening_a_link_signs_nobody_in(client: Client) -> None:
    assert client.get(SIGN_IN, {"user_id": "staff1"}).status_code == 405
