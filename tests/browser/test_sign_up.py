"""Signing up, the terms and the profile in a browser: each state of each page, at a desk and on a
phone, read by axe; and the way itself with and without scripts.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import LazySettings
from playwright.sync_api import Page, expect

from accounts import sign_up
from accounts.models import TermsAcceptance, User
from tests.accounts.builders import code_in, newest_email
from tests.browsing import DESKTOP, PHONE
from tests.builders import person

pytestmark = pytest.mark.django_db(transaction=True)

PASSWORD = "nine purple lanterns swim"
EMAIL = "pat@sunny-hill.example"
NewPage = Callable[..., Page]
Axe = Callable[[Page], None]


@pytest.fixture(autouse=True)
def known_names(settings: LazySettings) -> None:
    """What names the roster holds is tested where it is read."""
    settings.USER_ID_VALIDATORS = ["tests.accounts.conftest.refuse_sunny_hill"]


@pytest.fixture
def look(axe: Axe) -> Callable[[Page, str], None]:
    """One h1, nothing wider than the screen, nothing for axe to find: at a desk and on a phone.

    SCREENSHOT_DIR names a folder for a picture of each.
    """

    def check(page: Page, name: str) -> None:
        expect(page.locator("h1")).to_have_count(1)
        axe(page)
        for width, height in (PHONE, DESKTOP):
            page.set_viewport_size({"width": width, "height": height})
            room = "document.documentElement.scrollWidth <= window.innerWidth"
            assert page.evaluate(room), f"{name} is wider than {width} pixels"
            if folder := os.environ.get("SCREENSHOT_DIR"):
                page.screenshot(path=Path(folder) / f"{name}-{width}.png", full_page=True)

    return check


Look = Callable[[Page, str], None]


def fill(page: Page, user_id: str = "patdoe77", *, email: str = EMAIL) -> None:
    page.get_by_label("User ID", exact=True).fill(user_id)
    page.get_by_label("Email", exact=True).fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)


def press(page: Page, name: str) -> None:
    page.get_by_role("main").get_by_role("button", name=name, exact=True).click()


def main_of(page: Page) -> str:
    return page.get_by_role("main").inner_text()


def begin(page: Page, user_id: str = "patdoe77") -> None:
    page.goto("/accounts/signup/")
    fill(page, user_id)
    press(page, "Create account")
    expect(page).to_have_url(re.compile("/accounts/signup/code/$"))


def test_each_state_of_the_form(page: Page, look: Look) -> None:
    page.goto("/accounts/signup/")
    look(page, "sign-up-empty")
    press(page, "Create account")
    expect(page.get_by_role("alert")).to_be_focused()
    look(page, "sign-up-nothing-typed")
    fill(page, "sunnyhillcare")
    press(page, "Create account")
    expect(page.get_by_role("alert")).to_contain_text("This is the name of a provider.")
    look(page, "sign-up-refused")
    fill(page, "patsunny")
    press(page, "Create account")
    insist = page.get_by_label("Use this User ID all the same.")
    expect(insist).to_be_visible()
    look(page, "sign-up-warned")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.locator("label", has_text="Use this User ID all the same.").click()
    press(page, "Create account")
    expect(page.locator(".portal-for-good__id")).to_have_text("patsunny")


def test_each_state_of_the_code_page(page: Page, look: Look) -> None:
    begin(page)
    expect(page.get_by_role("main")).to_contain_text("It can never change: not by you, not by us.")
    look(page, "sign-up-code")
    press(page, "Confirm")
    expect(page.get_by_role("alert")).to_contain_text("Enter the code from the email.")
    look(page, "sign-up-code-none")
    for _ in range(sign_up.TRIES):
        page.get_by_label("Code").fill("WRNG-WRNG")
        press(page, "Confirm")
        expect(page.get_by_role("alert")).to_contain_text("This code is not right.")
    look(page, "sign-up-code-wrong")
    page.get_by_label("Code").fill("WRNG-WRNG")
    press(page, "Confirm")
    expect(page.get_by_role("alert")).to_contain_text("Too many wrong codes.")
    look(page, "sign-up-code-too-often")
    press(page, "Send a new code")
    expect(page.get_by_role("status")).to_contain_text("We sent a new code.")
    look(page, "sign-up-code-new")
    press(page, "Leave without an account")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    look(page, "sign-up-left")
    page.goto("/accounts/signup/code/")
    expect(page.get_by_role("status")).to_contain_text("There is nothing to confirm")
    look(page, "sign-up-lost")


def test_a_very_long_user_id_fits(page: Page, look: Look) -> None:
    begin(page, "w" * 60)
    look(page, "sign-up-code-long")


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no scripts"])
def test_to_an_account_by_way_of_another_user_id(new_page: NewPage, javascript: bool) -> None:
    page = new_page(javascript=javascript)
    begin(page)
    page.get_by_role("link", name="Choose another User ID").click()
    expect(page.get_by_label("Email", exact=True)).to_have_value(EMAIL)
    expect(page.get_by_label("Password", exact=True)).to_have_value("")
    fill(page, "patroe88")
    press(page, "Create account")
    expect(page.locator(".portal-for-good__id")).to_have_text("patroe88")
    page.get_by_label("Code").fill(code_in(newest_email(EMAIL)))
    press(page, "Confirm")
    expect(page.get_by_role("button", name="Sign out", include_hidden=True)).to_have_count(1)
    assert User.objects.get().username == "patroe88"


def test_two_who_want_the_same_user_id(new_page: NewPage, look: Look) -> None:
    page, faster = new_page(), new_page()
    begin(page)
    code = code_in(newest_email(EMAIL))
    faster.goto("/accounts/signup/")
    fill(faster, email="sam@sunny-hill.example")
    press(faster, "Create account")
    faster.get_by_label("Code").fill(code_in(newest_email("sam@sunny-hill.example")))
    press(faster, "Confirm")
    expect(faster).to_have_url(re.compile("/$"))

    page.get_by_label("Code").fill(code)
    press(page, "Confirm")
    expect(page.get_by_role("status")).to_contain_text("patdoe77 can no longer be had")
    look(page, "sign-up-slower")


def test_a_double_click_makes_one_account(page: Page) -> None:
    begin(page)
    page.get_by_label("Code").fill(code_in(newest_email(EMAIL)))
    page.get_by_role("button", name="Confirm").dblclick()
    expect(page.get_by_role("button", name="Sign out", include_hidden=True)).to_have_count(1)
    assert User.objects.count() == 1


def signed_in(page: Page) -> None:
    begin(page)
    page.get_by_label("Code").fill(code_in(newest_email(EMAIL)))
    press(page, "Confirm")
    expect(page).to_have_url(re.compile("/$"))


def test_each_state_of_profile_and_account(page: Page, look: Look) -> None:
    signed_in(page)
    page.goto("/accounts/")
    look(page, "account-new")
    page.get_by_role("link", name="Change your profile").click()
    look(page, "profile-empty")
    page.get_by_label("Phone").fill("call me")
    press(page, "Save")
    expect(page.get_by_role("alert")).to_contain_text("Enter your legal name.")
    look(page, "profile-faulty")
    page.get_by_label("Legal name").fill("Pat Doe")
    page.get_by_label("Phone").fill("555 010 0142 ext 12")
    page.get_by_label("Employer").fill("Sunny Hill Care and Rehabilitation Center of Mobile LLC")
    page.get_by_label("Job title").fill("Nurse assessment coordinator")
    press(page, "Save")
    expect(page.get_by_role("status")).to_contain_text("Your profile is saved.")
    expect(page.get_by_role("main")).to_contain_text("(555) 010-0142 x 12")
    look(page, "account-filled")


def test_each_state_of_the_terms(new_page: NewPage, look: Look) -> None:
    visitor, page = new_page(), new_page()
    visitor.goto("/accounts/terms/")
    expect(visitor.get_by_role("button", name="I accept")).to_have_count(0)
    look(visitor, "terms-visitor")
    signed_in(page)
    page.goto("/accounts/terms/")
    expect(page.get_by_role("main")).to_contain_text("You accepted these terms on")
    look(page, "terms-accepted")


def test_a_new_version_is_accepted_on_the_way_and_leads_on(
    page: Page, look: Look, settings: LazySettings
) -> None:
    signed_in(page)
    settings.TERMS_VERSION = "2027-01"
    page.goto("/requests/new/?ccn=015009")
    expect(page.get_by_role("heading", level=1)).to_have_text("Terms of use")
    look(page, "terms-asked")
    press(page, "I accept")
    expect(page).to_have_url(re.compile(r"/requests/new/\?ccn=015009$"))
    assert TermsAcceptance.objects.count() == 2


def test_forgotten_user_id(page: Page, look: Look) -> None:
    person("patdoe77", email=EMAIL)
    page.goto("/accounts/login/")
    page.get_by_role("link", name="Forgot User ID").click()
    look(page, "forgotten-user-id")
    press(page, "Send my User ID")
    expect(page.get_by_role("alert")).to_contain_text("Enter your email address.")
    look(page, "forgotten-user-id-faulty")
    page.get_by_label("Email").fill(EMAIL)
    press(page, "Send my User ID")
    look(page, "forgotten-user-id-sent")
    assert "Your User ID: patdoe77" in newest_email(EMAIL).body_text
