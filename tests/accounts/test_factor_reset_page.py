"""The page behind the link by which a reset is stopped, and the banner on every other page."""

from __future__ import annotations

import uuid

import pytest
import time_machine
from django.test import Client

from accounts import factor_reset
from accounts.factor_reset_notices import path_of
from accounts.models import User
from tests import builders as make
from tests.accounts.builders import PASSWORD
from tests.accounts.resets import (
    app_code_of,
    started,
    with_factor,
)

pytestmark = pytest.mark.django_db


def test_the_link_opens_a_page_that_does_nothing_by_being_opened(client: Client) -> None:
    reset = started(with_factor("patdoe77", full_name="Pat Doe"))
    page = client.get(path_of(reset))
    assert page.status_code == 200
    said = page.content.decode()
    assert "Stop it" in said
    for personal in ("patdoe77", "Pat Doe", reset.user.email, "INC-7"):
        assert personal not in said
    assert page["Cache-Control"].startswith("max-age=0")
    assert factor_reset.open_reset_of(reset.user) == reset


def test_the_button_stops_it_without_a_sign_in(client: Client) -> None:
    reset = started()
    page = client.post(path_of(reset))
    assert page.status_code == 200
    assert "Stopped: the second factor stays" in page.content.decode()
    reset.refresh_from_db()
    assert reset.stopped_at is not None
    assert reset.stopped_by is None


def test_the_button_needs_the_page_it_stands_on() -> None:
    reset = started()
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(path_of(reset)).status_code == 403
    assert factor_reset.open_reset_of(reset.user) == reset


@pytest.mark.parametrize("who", ["person", "agent", "stranger"])
def test_who_is_signed_in_is_written_down_if_it_is_theirs_to_stop(client: Client, who: str) -> None:
    person = with_factor()
    reset = started(person)
    users = {"person": person, "agent": make.agent(), "stranger": make.person()}
    client.force_login(users[who])
    client.post(path_of(reset))
    reset.refresh_from_db()
    assert reset.stopped_at is not None
    assert reset.stopped_by == (None if who == "stranger" else users[who])


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_link_that_has_done_its_work_says_what_became_of_it(client: Client, method: str) -> None:
    stopped, done = started(), started()
    factor_reset.stop(stopped, by=None)
    with time_machine.travel(done.takes_effect_at):
        factor_reset.carry_out_due()
    for reset, said in ((stopped, "the second factor stays"), (done, "It is too late")):
        page = getattr(client, method)(path_of(reset))
        assert page.status_code == 410
        assert said in page.content.decode()
        assert "(800) 339-9313" in page.content.decode()


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_wrong_link_says_so_kindly(client: Client, method: str) -> None:
    page = getattr(client, method)(f"/accounts/factor-reset/{uuid.uuid4()}/")
    assert page.status_code == 404
    assert "This link does not lead anywhere" in page.content.decode()
    assert getattr(client, method)("/accounts/factor-reset/abc/").status_code in {302, 404}


# The banner: who gets in all the same is asked whether the reset is still wanted.

BANNER = "Your second factor is going to be removed"


def signed_in(person: User) -> Client:
    """With password and a code of the app, over the pages."""
    person.set_password(PASSWORD)
    person.save()
    client = Client()
    client.post("/accounts/login/", {"login": person.username, "password": PASSWORD})
    client.post("/accounts/2fa/authenticate/", {"code": app_code_of(person)})
    assert client.get("/accounts/").status_code == 200
    return client


def test_who_signs_in_with_the_factor_is_asked_on_every_page() -> None:
    person = with_factor()
    reset = started(person)
    client = signed_in(person)
    for page in ("/", "/accounts/", "/requests/"):
        said = client.get(page).content.decode()
        assert BANNER in said, page
        assert f'action="{path_of(reset)}"' in said
    assert client.get(path_of(reset)).content.decode().count("Stop it</button>") == 1
    assert factor_reset.open_reset_of(person) == reset, "stopped silently"
    client.post(path_of(reset))
    assert factor_reset.open_reset_of(person) is None
    assert BANNER not in client.get("/").content.decode()


def test_a_banner_that_is_out_of_date_goes_with_the_first_press() -> None:
    person = with_factor()
    reset = started(person)
    client = signed_in(person)
    factor_reset.stop(reset, by=make.agent())
    assert client.post(path_of(reset)).status_code == 410
    assert BANNER not in client.get("/").content.decode()


def test_a_reset_that_was_stopped_elsewhere_alarms_nobody() -> None:
    person = with_factor()
    reset = started(person)
    client = signed_in(person)
    factor_reset.stop(reset, by=None)
    assert BANNER not in client.get("/").content.decode()
    assert "factor_reset" not in client.session


def test_nobody_is_asked_without_a_reset() -> None:
    person = with_factor()
    factor_reset.stop(started(person), by=None)
    started()
    assert BANNER not in signed_in(person).get("/").content.decode()
