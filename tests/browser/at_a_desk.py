"""Somebody who has signed in at a real browser, and then goes away from it."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from accounts.models import Session, User
from tests import builders as make
from tests.browsing import DESKTOP, PHONE

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
        # A page that names its icon: for another one the browser asks /favicon.ico on its own, and
        # that answer's CSRF cookie might take the place of the next page's.
        page.goto("/help/")
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
