"""The page behind the link by which a reset is stopped, and the banner on every other page."""

from __future__ import annotations

import uuid

import pytest
import time_machine
from django.test import Client

from accounts import factor_reset
from accounts.factor_reset_notices import path_of
from tests import builders as make
from tests.accounts.resets import (
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
