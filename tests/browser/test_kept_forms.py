"""Nothing that was typed is lost when somebody is signed out, and nobody else sees it."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from access_requests.models import AccessRequest
from accounts.models import KeptForm, Session
from tests import builders as make
from tests.browser.at_a_desk import (
    NEW,
    PATIENCE,
    WAKE_UP,
    NewPage,
    expect_filled_in,
    fill_in,
    nurse,
    picture,
    sign_in,
    sit_down,
    time_left,
    warning_on,
)
from tests.browsing import DESKTOP, PHONE

pytestmark = pytest.mark.django_db(transaction=True)


def test_what_was_typed_comes_back_to_the_same_person_only(
    page: Page, axe: Callable[[Page], None]
) -> None:
    home, person, stranger = make.provider(), nurse("patdoe77"), nurse("samroe88")
    sit_down(page, person)
    page.goto(NEW)
    fill_in(page, home.ccn)
    time_left(person, 5)
    page.evaluate(WAKE_UP)
    expect(warning_on(page)).to_be_visible()
    expect(page).to_have_url(re.compile("/accounts/login/"), timeout=PATIENCE)
    said = "You were signed out because nothing happened for 30 minutes. What you had typed is kept"
    expect(page.get_by_role("main")).to_contain_text(said)
    axe(page)
    picture(page, "signed-out")
    assert "Billing" not in KeptForm.objects.get().fields

    sign_in(page, stranger)
    expect(page).to_have_url(re.compile(NEW))
    expect(page.get_by_label("Employer", exact=True)).to_have_value("")
    expect(page.get_by_role("main")).not_to_contain_text("had typed")
    page.goto("/accounts/kept/")
    expect(page.get_by_role("main")).to_contain_text("Nothing is kept")
    page.get_by_role("button", name="Sign out", exact=True).click()

    page.goto(f"/accounts/login/?next={NEW}")
    sign_in(page, person)
    expect_filled_in(page, home.ccn)
    axe(page)
    picture(page, "filled-in")
    page.get_by_role("button", name="Submit request").click()
    expect(page).to_have_url(re.compile(r"/requests/\d+/$"))
    assert AccessRequest.objects.get().employer == "Billing Partners & Sons"
    assert not KeptForm.objects.exists()
    expect(page.get_by_role("main")).not_to_contain_text("had typed")


def test_a_computer_that_slept_keeps_what_was_typed_as_well(page: Page) -> None:
    home, person = make.provider(), nurse()
    sit_down(page, person)
    page.goto(NEW)
    fill_in(page, home.ccn)
    time_left(person, -3600)
    page.evaluate(WAKE_UP)
    expect(page).to_have_url(re.compile("/accounts/login/"), timeout=PATIENCE)
    sign_in(page, person)
    expect_filled_in(page, home.ccn)


def test_what_came_back_with_errors_is_kept_too(page: Page) -> None:
    """Nothing in that form has changed since the page was made, yet all of it was typed."""
    person = nurse()
    sit_down(page, person)
    page.goto(NEW)
    fill_in(page, "banana")
    page.get_by_role("button", name="Submit request").click()
    expect(page.get_by_role("alert")).to_be_focused()
    time_left(person, -1)
    page.evaluate(WAKE_UP)
    expect(page).to_have_url(re.compile("/accounts/login/"), timeout=PATIENCE)
    sign_in(page, person)
    expect_filled_in(page, "banana")


def test_signing_out_from_the_warning(page: Page) -> None:
    person = nurse()
    sit_down(page, person)
    page.goto(NEW)
    page.get_by_label("Job title", exact=True).fill("Nurse")
    time_left(person, 60)
    page.evaluate(WAKE_UP)
    page.get_by_role("button", name="Sign out now").click()
    expect(page).to_have_url(re.compile("/accounts/login/"))
    assert not Session.objects.filter(user=person).exists()
    assert KeptForm.objects.filter(user=person).exists()


def test_without_scripts_what_was_sent_too_late_is_kept(
    new_page: NewPage, axe: Callable[[Page], None]
) -> None:
    home, person = make.provider(), nurse()
    page = new_page(javascript=False)
    page.goto(f"/accounts/login/?next={NEW}")
    sign_in(page, person)
    fill_in(page, home.ccn, scripts=False)
    time_left(person, -1)
    page.get_by_role("button", name="Submit request").click()
    expect(page).to_have_url(re.compile("/accounts/login/"))
    expect(page.get_by_role("main")).to_contain_text("What you sent was not done, but it is kept")
    assert not AccessRequest.objects.exists()
    sign_in(page, person)
    expect(page.get_by_role("heading", level=1)).to_have_text("What is kept for you")
    expect(page.get_by_role("main")).to_contain_text("Billing Partners & Sons")
    assert not AccessRequest.objects.exists(), "nothing is ever sent by itself"
    axe(page)
    for width, height in (PHONE, DESKTOP):
        page.set_viewport_size({"width": width, "height": height})
        folder = os.environ.get("SCREENSHOT_DIR")
        if folder:
            page.screenshot(path=Path(folder) / "idle" / f"kept-{width}.png", full_page=True)
    page.get_by_role("button", name="Send it now").click()
    expect(page).to_have_url(re.compile(r"/requests/\d+/$"))
    assert AccessRequest.objects.get().requester_id == person.pk
    assert not KeptForm.objects.exists()
