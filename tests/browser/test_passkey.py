"""Passkeys in a browser: from the sign-up to the first request, and sign-in without a password."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.conf import LazySettings
from playwright.sync_api import Page, expect

from access_requests.models import AccessRequest
from accounts.models import AuditEvent, User
from providers.models import Provider
from tests import builders as make
from tests.accounts import factors
from tests.browser.passkeys import carries_passkeys, owner_refuses
from tests.browser.person import Person
from tests.browser.test_second_factor import (
    an_hour_goes_by,
    looks_right,
    type_password,
)
from tests.mail_server import MailServer

pytestmark = pytest.mark.django_db(transaction=True)

Check = Callable[[Page], None]
SIGN_IN = "Use a passkey"


@pytest.fixture
def home() -> Provider:
    return make.provider("015009", name="BURNS NURSING HOME, INC.", city="RUSSELLVILLE")


@pytest.fixture
def device(page: Page) -> Page:
    carries_passkeys(page)
    return page


@pytest.fixture
def pso(device: Page, home: Provider) -> User:
    """A PSO who has just signed in and set up a passkey."""
    pso = factors.with_password(make.pso(home, make.person("patwinter")))
    type_password(device, pso)
    device.get_by_role("link", name="Set up a passkey").click()
    device.get_by_role("button", name="Set up the passkey").click()
    device.get_by_role("button", name="I have saved them").click()
    return pso


def sign_out(page: Page) -> None:
    page.get_by_role("banner").get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")


def is_in(page: Page) -> None:
    expect(page.get_by_role("button", name="Sign out", include_hidden=True)).to_have_count(1)


def test_from_sign_up_to_the_first_request(
    settings: LazySettings,
    home: Provider,
    celery_worker_process: Any,
    smtp_server: MailServer,
    device: Page,
    axe: Check,
) -> None:
    settings.SECOND_FACTOR_FOR = "everyone"
    pat = Person(device, smtp_server, axe, "pwinter31", "Pat Winter", set(), "passkey")
    pat.sign_up()
    pat.go("/requests/new/?ccn=015009")
    pat.click("Set up a passkey", "link")
    pat.look("passkey-add")
    pat.fill_labelled("Name (optional)", "Ward 3 desk")
    pat.click("Set up the passkey")
    pat.sees("Your passkey is set up.", "Save your recovery codes")
    pat.look("passkey-recovery-codes")
    pat.click("I have saved them")
    expect(device).to_have_url(re.compile(r"/requests/new/\?ccn=015009$"))
    asked = pat.ask("015009", "Assessment Viewer")
    assert AccessRequest.objects.get().requester.username == "pwinter31"
    pat.go("/accounts/2fa/")
    pat.sees("Ward 3 desk")
    pat.look("passkey-own")

    sign_out(device)
    pat.go(f"/accounts/login/?next={asked[asked.index('/requests') :]}")
    pat.look("passkey-sign-in")
    pat.click(SIGN_IN)
    expect(device).to_have_url(asked)
    pat.sees("Assessment Viewer")


def test_it_is_the_second_step_after_a_password(device: Page, pso: User, axe: Check) -> None:
    sign_out(device)
    type_password(device, pso)
    expect(device.get_by_text("One more step: use your passkey.")).to_be_visible()
    expect(device.get_by_label("Code")).to_have_count(0)
    looks_right(device, axe)
    device.get_by_role("button", name="Use your passkey").click()
    is_in(device)


def test_it_freshens_a_decision(device: Page, pso: User, home: Provider, axe: Check) -> None:
    asked = make.submit(make.person(full_name="Erin Frost"), home)
    an_hour_goes_by()
    device.goto(f"/requests/{asked.pk}/")
    device.get_by_label("Question for the requester").fill("Which “wing”?")
    device.get_by_role("button", name="Return for information").click()
    looks_right(device, axe)
    owner_refuses(device)
    device.get_by_role("button", name="Use your passkey").click()
    expect(device.get_by_text("No passkey was used")).to_be_visible()
    looks_right(device, axe)
    device.reload()
    device.get_by_role("button", name="Use your passkey").click()
    expect(device.get_by_text("Returned. Erin Frost was asked")).to_be_visible()
    assert asked.questions.get().text == "Which “wing”?"


def test_it_counts_as_both_factors_at_once(device: Page, pso: User, home: Provider) -> None:
    asked = make.submit(make.person(), home)
    sign_out(device)
    device.get_by_role("button", name=SIGN_IN).click()
    is_in(device)
    device.goto(f"/requests/{asked.pk}/")
    device.get_by_role("button", name="Approve").click()
    expect(device.get_by_text("They have been told.")).to_be_visible()


def test_one_device_has_one_passkey_of_a_person(device: Page, pso: User, axe: Check) -> None:
    device.goto("/accounts/2fa/webauthn/add/")
    device.get_by_role("button", name="Set up the passkey").click()
    expect(device.get_by_text("This device has a passkey for your account already")).to_be_visible()
    axe(device)
    assert Authenticator.objects.filter(type="webauthn").count() == 1


def test_a_passkey_that_was_removed_opens_nothing(device: Page, pso: User, axe: Check) -> None:
    factors.with_app(pso)
    sign_out(device)
    Authenticator.objects.filter(type="webauthn").delete()
    device.get_by_role("button", name=SIGN_IN).click()
    expect(device.get_by_text("The passkey did not work.")).to_be_visible()
    axe(device)


def test_one_that_may_be_a_copy_opens_nothing(device: Page, pso: User) -> None:
    """Its count is behind the one that was seen last."""
    sign_out(device)
    device.get_by_role("button", name=SIGN_IN).click()
    is_in(device)
    passkey = Authenticator.objects.get(type="webauthn")
    assert passkey.data["sign_count"] > 0
    passkey.data["sign_count"] += 100
    passkey.save()
    sign_out(device)
    device.get_by_role("button", name=SIGN_IN).click()
    expect(device.get_by_text("The passkey did not work.")).to_be_visible()
    assert AuditEvent.objects.filter(type="passkey_went_back", person=pso).count() == 1


def test_a_closed_account_stays_closed(device: Page, pso: User) -> None:
    sign_out(device)
    User.objects.update(is_active=False)
    device.get_by_role("button", name=SIGN_IN).click()
    expect(device.get_by_role("heading", level=1)).to_have_text("This account is closed")


def test_refused_on_the_sign_in_page(device: Page, axe: Check) -> None:
    device.goto("/accounts/login/")
    owner_refuses(device)
    device.get_by_role("button", name=SIGN_IN).click()
    expect(device.get_by_role("alert").filter(has_text="No passkey was used")).to_be_visible()
    looks_right(device, axe)


def test_what_keeps_the_portal_from_answering_is_told_apart(device: Page) -> None:
    device.goto("/accounts/login/")
    options = "**/accounts/2fa/webauthn/login/"
    problem = device.locator("[data-passkey-problem]")
    device.route(options, lambda route: route.fulfill(status=429, body="{}"))
    device.get_by_role("button", name=SIGN_IN).click()
    expect(problem).to_contain_text("asked too often")
    device.unroute(options)
    device.route(options, lambda route: route.abort())
    device.get_by_role("button", name=SIGN_IN).click()
    expect(problem).to_contain_text("Check your connection")


def test_without_scripts_it_is_not_offered(new_page: Callable[..., Page], axe: Check) -> None:
    page = new_page(javascript=False)
    page.goto("/accounts/login/")
    expect(page.get_by_role("button", name=SIGN_IN)).to_be_hidden()
    type_password(page, factors.with_password(make.person()))
    page.goto("/accounts/2fa/webauthn/add/")
    expect(page.get_by_text("Passkeys need JavaScript")).to_be_visible()
    expect(page.get_by_role("button", name="Set up the passkey")).to_be_hidden()
    axe(page)
