"""Signed out for being idle: warned so that everybody notices, and nothing typed is lost."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.conf import LazySettings
from playwright.sync_api import Page, expect

from accounts.models import KeptForm
from tests.browser.at_a_desk import (
    NEW,
    PATIENCE,
    WAKE_UP,
    NewPage,
    left_to,
    nurse,
    picture,
    sign_in,
    sit_down,
    time_left,
    warning_on,
)
from tests.browsing import DESKTOP, PHONE

pytestmark = pytest.mark.django_db(transaction=True)


def test_warned_and_staying_by_keyboard_alone(
    page: Page, axe: Callable[[Page], None], settings: LazySettings
) -> None:
    settings.SESSION_IDLE = timedelta(seconds=14)
    settings.SESSION_IDLE_WARNING = timedelta(seconds=11)
    person = nurse()
    sit_down(page, person)
    page.goto(NEW)
    page.get_by_label("Job title", exact=True).focus()
    page.keyboard.type("Nurse")

    warning = warning_on(page)
    expect(warning).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_role("button", name="Stay signed in")).to_be_focused()
    expect(warning).to_have_accessible_description(re.compile("To protect your account"))
    live = warning.locator("[aria-live=assertive]")
    expect(live).to_have_text(re.compile(r"^You will be signed out in \d+ seconds\.$"))
    expect(page).to_have_title(re.compile("^Signing out soon · Ask for a role"))
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Sign out now")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")

    expect(warning).to_be_hidden()
    expect(page.get_by_label("Job title", exact=True)).to_be_focused()
    expect(page).to_have_title(re.compile("^Ask for a role"))
    assert left_to(person) > 5
    assert not KeptForm.objects.exists(), "what was kept for the worst is thrown away again"
    expect(warning).to_be_visible(timeout=PATIENCE)
    page.keyboard.press("Escape")
    expect(warning).to_be_hidden()
    expect(page).to_have_url(re.compile(NEW))


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desk", "phone"])
def test_the_warning_is_accessible(
    new_page: NewPage, axe: Callable[[Page], None], size: tuple[int, int]
) -> None:
    person = nurse()
    page = new_page(size=size)
    sit_down(page, person)
    page.goto(NEW)
    time_left(person, 119)
    page.evaluate(WAKE_UP)
    warning = warning_on(page)
    expect(warning).to_contain_text("You will be signed out in 2 minutes.")
    axe(page)
    picture(page, f"warning-{size[0]}")
    time_left(person, 58)
    page.evaluate(WAKE_UP)
    expect(warning).to_contain_text("You will be signed out in one minute.")


def test_after_the_longest_time_nobody_can_stay(
    page: Page, axe: Callable[[Page], None], settings: LazySettings
) -> None:
    settings.SESSION_LONGEST = timedelta(seconds=100)
    person = nurse()
    sit_down(page, person)
    page.goto(NEW)
    warning = page.get_by_role("alertdialog", name="Your time here is almost over")
    expect(warning).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_role("button", name="Stay signed in")).to_be_hidden()
    axe(page)
    picture(page, "longest")
    go_on = page.get_by_role("button", name="Go on for now")
    expect(go_on).to_be_focused()
    page.keyboard.press("Enter")
    expect(warning).to_be_hidden()
    page.get_by_label("Job title", exact=True).fill("Nurse")
    time_left(person, 1)
    page.evaluate(WAKE_UP)
    expect(page).to_have_url(re.compile("login"), timeout=PATIENCE)
    expect(page.get_by_role("main")).to_contain_text("What you had typed is kept.")


def test_tabs_agree(page: Page) -> None:
    person = nurse()
    sit_down(page, person)
    page.goto(NEW)
    other = page.context.new_page()
    other.goto("/help/")
    page.get_by_label("Job title", exact=True).fill("Nurse")
    time_left(person, 60)
    other.evaluate(WAKE_UP)
    expect(warning_on(other)).to_be_visible()
    expect(warning_on(page)).to_be_visible()
    other.get_by_role("button", name="Stay signed in").click()
    expect(warning_on(other)).to_be_hidden()
    expect(warning_on(page)).to_be_hidden()
    assert left_to(person) > 1700
    expect(page.get_by_label("Job title", exact=True)).to_have_value("Nurse")


def test_whoever_is_active_in_one_tab_is_not_warned_in_another(page: Page) -> None:
    person = nurse()
    sit_down(page, person)
    page.goto(NEW)
    time_left(person, 60)
    page.evaluate(WAKE_UP)
    expect(warning_on(page)).to_be_visible()
    time_left(person, 600)
    other = page.context.new_page()
    other.goto("/help/")
    expect(warning_on(page)).to_be_hidden()


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desk", "phone"])
def test_where_one_is_signed_in(
    new_page: NewPage, axe: Callable[[Page], None], size: tuple[int, int]
) -> None:
    person = nurse()
    here, there = new_page(size=size), new_page()
    for page in (here, there):
        page.goto("/accounts/login/")
        sign_in(page, person)
    here.goto("/accounts/sessions/")
    expect(here.get_by_role("row", name=re.compile("This browser"))).to_have_count(1)
    expect(here.get_by_role("main")).to_contain_text("Chrome on Linux")
    axe(here)
    picture(here, f"sessions-{size[0]}")
    here.get_by_role("button", name="Sign out everywhere else").click()
    expect(here.get_by_role("main")).to_contain_text("Signed out in 1 other browser.")
    axe(here)
    there.goto(NEW)
    expect(there).to_have_url(re.compile("/accounts/login/"))
