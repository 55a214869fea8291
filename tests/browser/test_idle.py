"""Signed out for being idle: warned so that everybody notices, and nothing typed is lost."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import LazySettings, settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from access_requests.models import AccessRequest
from accounts.models import KeptForm, Session, User
from tests import builders as make
from tests.browsing import DESKTOP, PHONE

pytestmark = pytest.mark.django_db(transaction=True)

PASSWORD = "nine purple lanterns swim"
NEW = "/requests/new/"
WAKE_UP = "document.dispatchEvent(new Event('visibilitychange'))"
PATIENCE = 20_000
NewPage = Callable[..., Page]


def nurse(name: str = "") -> User:
    person = make.person(name)
    person.set_password(PASSWORD)
    person.save(update_fields=["password"])
    return person


def sit_down(page: Page, person: User) -> None:
    """As if they had just signed in with this browser."""
    client = Client()
    client.force_login(person)
    key = client.cookies[settings.SESSION_COOKIE_NAME].value
    url = page.evaluate("location.origin") if page.url.startswith("http") else None
    if url is None:
        page.goto("/healthz")
        url = page.evaluate("location.origin")
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": url}])


def sign_in(page: Page, person: User) -> None:
    page.get_by_label("User ID", exact=True).fill(person.username)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()
    expect(page).not_to_have_url(re.compile("login"))


def time_left(person: User, seconds: float) -> None:
    """Nobody waits half an hour: the time that is left is set in the database."""
    end = timezone.now() + timedelta(seconds=seconds)
    seen = end - settings.SESSION_IDLE
    assert Session.objects.filter(user=person).update(expire_date=end, last_seen_at=seen)


def left_to(person: User) -> float:
    return (Session.objects.get(user=person).expire_date - timezone.now()).total_seconds()


def warning_on(page: Page) -> Locator:
    return page.get_by_role("alertdialog", name="Are you still there?")


def picture(page: Page, name: str) -> None:
    folder = os.environ.get("SCREENSHOT_DIR")
    for width, height in (PHONE, DESKTOP):
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        if folder:
            page.screenshot(path=Path(folder) / "idle" / f"{name}-{width}.png")


def fill_in(page: Page, ccn: str, *, scripts: bool = True) -> None:
    page.get_by_label("CMS Certification Number (CCN)", exact=True).fill(ccn)
    page.get_by_label("Role", exact=True).select_option(label="Assessment Viewer")
    page.locator("label", has_text="I work for a vendor").click()
    page.get_by_label("Job title", exact=True).fill("Billing clerk")
    page.get_by_label("Employer", exact=True).fill("Billing Partners & Sons")
    if scripts:
        # What the page asks by itself while one types is a sign of life too: wait for it.
        expect(page.locator("#ccn-answer")).to_contain_text(ccn)


def expect_filled_in(page: Page, ccn: str) -> None:
    said = "What you had typed before you were signed out is filled in again."
    expect(page.get_by_role("main")).to_contain_text(said)
    expect(page.get_by_label("CMS Certification Number (CCN)", exact=True)).to_have_value(ccn)
    role = page.get_by_label("Role", exact=True)
    expect(role).to_have_value("assessment_viewer")
    expect(page.get_by_role("radio", name="I work for a vendor")).to_be_checked()
    expect(page.get_by_label("Job title", exact=True)).to_have_value("Billing clerk")
    employer = page.get_by_label("Employer", exact=True)
    expect(employer).to_have_value("Billing Partners & Sons")


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
