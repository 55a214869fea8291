"""The account pages in a real browser: at a desk and on a phone, with and without scripts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import LazySettings
from playwright.sync_api import Page, expect

from accounts.models import User
from tests.accounts.builders import code_in, newest_email
from tests.browsing import DESKTOP, PHONE

pytestmark = pytest.mark.django_db(transaction=True)

PASSWORD = "correct horse battery"
EMAIL = "pat@sunny-hill.example"
PUBLIC = [
    "/accounts/signup/",
    "/accounts/login/",
    "/accounts/password/reset/",
    "/accounts/password/reset/done/",
    "/accounts/user-id/forgotten/",
    "/accounts/inactive/",
]
OWN = [
    "/accounts/",
    "/accounts/profile/",
    "/accounts/email/",
    "/accounts/password/change/",
    "/accounts/reauthenticate/",
    "/accounts/logout/",
]
NewPage = Callable[..., Page]


@pytest.fixture(autouse=True)
def no_names(settings: LazySettings) -> None:
    settings.USER_ID_VALIDATORS = []


def sign_up(page: Page) -> None:
    page.goto("/accounts/signup/")
    page.get_by_label("User ID", exact=True).fill("patdoe77")
    page.get_by_label("Email", exact=True).fill(EMAIL)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Create account").click()
    page.get_by_label("Code").fill(code_in(newest_email(EMAIL)))
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_role("button", name="Sign out", include_hidden=True)).to_have_count(1)


def looks_right(page: Page, axe: Any) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), page.url
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    axe(page)


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desk", "phone"])
def test_every_page_is_accessible_and_fits(new_page: NewPage, axe: Any, size: Any) -> None:
    page = new_page(size=size)
    for path in PUBLIC:
        page.goto(path)
        looks_right(page, axe)
    sign_up(page)
    for path in OWN:
        page.goto(path)
        looks_right(page, axe)


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no scripts"])
def test_from_sign_up_to_a_new_password(new_page: NewPage, javascript: bool) -> None:
    page = new_page(javascript=javascript)
    sign_up(page)
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("link", name="Forgot User ID").click()
    page.get_by_label("Email").fill(EMAIL)
    page.get_by_role("button", name="Send my User ID").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Look at your email")
    assert "patdoe77" in newest_email(EMAIL).body_text
    page.goto("/accounts/password/reset/")
    page.get_by_label("Email").fill(EMAIL)
    page.get_by_role("button", name="Send the code").click()
    page.get_by_label("Code").fill(code_in(newest_email(EMAIL)))
    page.get_by_role("button", name="Confirm").click()
    page.get_by_label("New password").fill("a new horse for the battery")
    page.get_by_role("button", name="Save the password").click()
    page.get_by_role("main").get_by_role("link", name="Sign in").click()
    page.get_by_label("User ID").fill("PatDoe77")
    page.get_by_label("Password", exact=True).fill("a new horse for the battery")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("button", name="Sign out", include_hidden=True)).to_have_count(1)


def test_the_user_id_is_judged_while_it_is_typed(page: Page, axe: Any) -> None:
    User.objects.create(username="patdoe77", email="other@sunny-hill.example")
    page.goto("/accounts/signup/")
    said = page.locator("#user-id-answer")
    field = page.get_by_label("User ID", exact=True)
    field.press_sequentially("patdoe77")
    expect(said).to_contain_text("is taken")
    field.fill("patdoe78")
    expect(said).to_contain_text("patdoe78 is free. Once it is yours, it can never change.")
    axe(page)


def test_errors_stand_at_the_top_and_beside_the_fields(page: Page, axe: Any) -> None:
    page.goto("/accounts/signup/")
    page.get_by_label("User ID", exact=True).fill("pat#")
    page.get_by_label("Password", exact=True).fill("short")
    page.get_by_role("button", name="Create account").click()
    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    assert page.title().startswith("Error: Create an account")
    axe(page)
    summary.get_by_role("link", name="Password").click()
    expect(page.get_by_label("Password", exact=True)).to_be_focused()


def test_a_password_can_be_shown(page: Page) -> None:
    page.goto("/accounts/login/")
    field = page.get_by_label("Password", exact=True)
    field.fill(PASSWORD)
    page.get_by_role("button", name="Show password").click()
    expect(field).to_have_attribute("type", "text")
    page.get_by_role("button", name="Hide password").click()
    expect(field).to_have_attribute("type", "password")


def test_without_scripts_nothing_is_offered_that_needs_them(new_page: NewPage) -> None:
    page = new_page(size=PHONE, javascript=False)
    page.goto("/accounts/login/")
    expect(page.get_by_role("button", name="Show password")).to_be_hidden()
    expect(page.get_by_role("button", name="Menu")).to_be_hidden()
    expect(page.get_by_role("banner").get_by_role("link", name="Help")).to_be_visible()


def test_the_menu_of_a_phone(new_page: NewPage, axe: Any) -> None:
    page = new_page(size=PHONE)
    page.goto("/accounts/login/")
    link = page.get_by_role("banner").get_by_role("link", name="Help")
    expect(link).to_be_hidden()
    menu = page.get_by_role("button", name="Menu")
    menu.click()
    expect(link).to_be_visible()
    axe(page)
    page.keyboard.press("Escape")
    expect(link).to_be_hidden()
    expect(menu).to_be_focused()
