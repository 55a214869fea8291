"""Somebody whose address does not do for the CCN they ask for: told why, and shown the ways out."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests import builders as make
from tests.browser.test_request_form import CCN, sign_in
from tests.browsing import DESKTOP, PHONE

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_ways_out_at_a_home_of_a_large_chain(
    page: Page, portal_url: str, axe: Callable[[Page], None]
) -> None:
    person = make.person(email="nurse@spectrum.net")
    _, [home, *_others] = make.chain(3, "SUNRISE GROUP")
    sign_in(page, person, portal_url)
    page.goto("/requests/new/")
    page.get_by_label(CCN).fill(home.ccn)
    page.get_by_label("Role", exact=True).select_option("assessment_viewer")
    page.get_by_text("I work for it").click()
    page.get_by_role("textbox", name="Job title").fill("Nurse")
    page.get_by_role("textbox", name="Employer").fill("Sunrise Care LLC")
    for attested in ("handles at most two providers", "has no mail domain"):
        page.get_by_text(attested).last.click()
    page.get_by_role("button", name="Submit request").click()

    expect(page.get_by_role("alert")).to_contain_text("Use your corporate email address")
    ways = page.locator(".usa-alert", has_text="What you can do")
    axe(page)
    for width, height in (PHONE, DESKTOP):
        page.set_viewport_size({"width": width, "height": height})
        if folder := os.environ.get("SCREENSHOT_DIR"):
            page.screenshot(path=Path(folder) / f"personal-address-{width}.png")
    ways.get_by_role("link", name="Change to a corporate address").click()
    expect(page).to_have_url(f"{portal_url}/accounts/email/")
