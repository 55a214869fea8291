"""A lost phone, in a browser from one end to the other: by a recovery code, else by the Service
Center, whose reset is announced by email, can be stopped, and is carried out by the worker."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.conf import LazySettings
from playwright.sync_api import Page, expect

from accounts import factor_reset, tasks
from accounts.models import FactorReset, User
from tests.accounts.factors import recovery_codes_of
from tests.accounts.resets import app_code_of, factors_of, with_factor
from tests.browser.person import PASSWORD, Person
from tests.builders import agent
from tests.mail_server import MailServer
from tests.services import wait_for

pytestmark = pytest.mark.django_db(transaction=True)

ANNOUNCED = "Your second factor is going to be removed: you can stop it"


@pytest.fixture
def user(transactional_db: None) -> User:
    user = with_factor("lenaburns", email="lenaburns@burns-home.example", full_name="Lena Burns")
    user.set_password(PASSWORD)
    user.save()
    return user


@pytest.fixture(params=[True, False], ids=["scripts", "no scripts"])
def lena(
    request: pytest.FixtureRequest,
    user: User,
    celery_worker_process: Any,
    smtp_server: MailServer,
    new_page: Callable[..., Page],
    axe: Callable[[Page], None],
) -> Person:
    album = "lost-device" if request.param else "lost-device-no-scripts"
    page = new_page(javascript=request.param)
    return Person(page, smtp_server, axe, user.username, user.full_name, set(), album)


def types_password(lena: Person) -> None:
    lena.go("/accounts/login/")
    lena.fill_labelled("User ID", lena.user_id)
    lena.fill(password=PASSWORD)
    lena.click("Sign in")


def leaves(lena: Person) -> None:
    lena.go("/accounts/logout/")
    lena.click("Sign out")


def calls_the_service_center(user: User) -> FactorReset:
    return factor_reset.start(user, by=agent(), ticket="INC-1042")


def opens_the_link(lena: Person, subject: str) -> None:
    link = re.search(r"https?://\S+/accounts/factor-reset/\S+/", lena.gets(subject))
    assert link, "no link in the email"
    lena.go(link[0])


def test_with_a_recovery_code(lena: Person, user: User) -> None:
    types_password(lena)
    lena.click("I lost my device", "link")
    lena.look("lost-device")
    lena.click("Use a recovery code", "link")
    lena.look("recovery-code")
    lena.page.get_by_label("Recovery code").fill(recovery_codes_of(user)[0])
    lena.click("Sign in")
    expect(lena.page).to_have_url(re.compile(r"/$"))
    lena.sees("You used a recovery code. 9 are left.")
    assert "9 are left" in lena.gets("A recovery code was used for your account")


def test_the_service_center_is_asked_and_the_owner_stops_it(lena: Person, user: User) -> None:
    reset = calls_the_service_center(user)
    opens_the_link(lena, ANNOUNCED)
    lena.look("stop-it")
    types_password(lena)
    lena.page.get_by_label("Code").first.fill(app_code_of(user))
    lena.click("Sign in")
    expect(lena.page).to_have_url(re.compile(r"/$"))
    lena.sees("Your second factor is going to be removed")
    lena.look("banner")
    lena.click("Stop it")
    lena.sees("Stopped: the second factor stays")
    lena.look("stopped")
    lena.go("/")
    expect(lena.page.get_by_role("main")).not_to_contain_text("is going to be removed")
    assert "You have stopped the removal" in lena.gets("Your second factor stays")
    leaves(lena)
    opens_the_link(lena, ANNOUNCED)
    lena.sees("Stopped: the second factor stays")
    reset.refresh_from_db()
    assert reset.stopped_by == user


def test_without_a_sign_in_the_link_is_enough(lena: Person, user: User) -> None:
    calls_the_service_center(user)
    opens_the_link(lena, ANNOUNCED)
    lena.click("Stop it")
    lena.sees("Stopped: the second factor stays")
    assert factor_reset.open_reset_of(user) is None
    assert "with the link in our email" in lena.gets("Your second factor stays")
    lena.go("/accounts/factor-reset/2b0f1f6e-6f0e-4a3c-9d50-0f2b8f8e7a11/")
    lena.look("wrong-link")


def test_nobody_stops_it_and_the_worker_carries_it_out(
    lena: Person, user: User, settings: LazySettings
) -> None:
    settings.SECOND_FACTOR_FOR = "everyone"
    settings.FACTOR_RESET_DELAY = timedelta(seconds=1)
    reset = calls_the_service_center(user)

    def done() -> bool:
        tasks.carry_out_factor_resets.delay()
        reset.refresh_from_db()
        return reset.done_at is not None

    wait_for(done, "the worker to carry the reset out")
    assert factors_of(user) == 0
    assert "was signed out everywhere" in lena.gets("Your second factor was removed")
    opens_the_link(lena, ANNOUNCED)
    lena.sees("It is too late to stop this")
    lena.look("too-late")
    types_password(lena)
    expect(lena.page).to_have_url(re.compile(r"/accounts/2fa/"))
    lena.go("/requests/")
    expect(lena.page).to_have_url(re.compile(r"/accounts/2fa/"))
    assert not Authenticator.objects.exists()
