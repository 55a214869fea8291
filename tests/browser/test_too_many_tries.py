"""What a person reads when they, or somebody beside them, were wrong too often; and about a
password that will not do."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from tests.accounts import factors
from tests.accounts.builders import PASSWORD
from tests.browsing import DESKTOP, PHONE
from tests.builders import person

pytestmark = pytest.mark.django_db(transaction=True)

NewPage = Callable[..., Page]


@pytest.fixture
def pat() -> User:
    return factors.with_password(person("patdoe77", email="pat@sunny-hill.example"))


@pytest.fixture(params=[DESKTOP, PHONE], ids=["desk", "phone"])
def page(request: pytest.FixtureRequest, new_page: NewPage) -> Page:
    return new_page(size=request.param)


def look(page: Page, axe: Any, name: str) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), page.url
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    axe(page)
    if folder := os.environ.get("SCREENSHOT_DIR"):
        width = page.viewport_size["width"]  # type: ignore[index]
        page.screenshot(path=Path(folder) / f"{name}-{width}.png", full_page=True)


def type_in(page: Page, password: str) -> None:
    page.get_by_label("User ID").fill("patdoe77")
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()


def test_at_the_sign_in_page(page: Page, axe: Any, pat: User) -> None:
    page.goto("/accounts/login/")
    for _ in range(6):
        type_in(page, "not the right one")
    expect(page.get_by_role("alert", name="There is a problem")).to_contain_text(
        "Too many wrong tries from this place"
    )
    expect(page.get_by_role("alert", name="There is a problem")).to_contain_text(
        "or reset your password"
    )
    look(page, axe, "sign-in-refused")


def test_at_the_second_factor(page: Page, axe: Any, pat: User) -> None:
    factors.with_app(pat)
    page.goto("/accounts/login/")
    type_in(page, PASSWORD)
    for _ in range(6):
        page.get_by_label("Code").fill("000000")
        page.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("main")).to_contain_text("Too many wrong codes from this place")
    look(page, axe, "factor-refused")


def test_the_page_for_whoever_asks_too_often(page: Page, axe: Any) -> None:
    nowhere = "/accounts/factor-reset/00000000-0000-4000-8000-000000000000/"
    for _ in range(31):
        answer = page.request.get(nowhere)
    assert answer.status == 429
    assert int(answer.headers["retry-after"]) <= 60
    page.goto(nowhere)
    expect(page.get_by_role("main")).to_contain_text("Wait 1 minute, then go back")
    look(page, axe, "too-many")


def test_a_new_password_is_judged_beside_its_field(page: Page, axe: Any, pat: User) -> None:
    page.goto("/accounts/login/")
    type_in(page, PASSWORD)
    page.goto("/accounts/password/change/")
    look(page, axe, "password")
    for typed, said in {
        "Summer2026!": "at least 15 characters",
        "Password12345678!": "words that many people use",
        PASSWORD: "one of your last six passwords",
        "long " * 30: "at most 128 characters",
    }.items():
        page.get_by_label("Current password").fill(PASSWORD)
        page.get_by_label("New password").fill(typed)
        page.get_by_role("button", name="Save the password").click()
        expect(page.locator("#id_password1_error")).to_contain_text(said)
        look(page, axe, f"password-{said[:12]}")
    page.get_by_label("Current password").fill(PASSWORD)
    field = page.get_by_label("New password")
    meter = page.locator(".portal-meter")
    expect(meter).to_be_hidden()
    for typed, said in {
        "nine purple": "Too short: 11 of 15 characters",
        "nonononononono no": "too much of the same",
        "passwordpassword": "too much of the same",
        "password password password": "too much of the same",
        f"{pat.username} and purple lamps": "Take out your User ID",
        "nine purple lamps": "Long enough. One more word",
        "nine purple lanterns swim": "Long enough. Common passwords",
    }.items():
        field.fill(typed)
        expect(meter).to_contain_text(said)
    look(page, axe, "password-meter")
    page.get_by_role("button", name="Show password (New password)").click()
    expect(field).to_have_attribute("type", "text")
    page.get_by_role("button", name="Save the password").click()
    expect(page.get_by_role("main")).to_contain_text("Your account")
    said = page.locator(".portal-messages")
    expect(said).to_contain_text("Your new password is saved.")
    expect(said).to_be_focused()
    pat.refresh_from_db()
    assert pat.check_password("nine purple lanterns swim")
