"""With the few colours a person has chosen for themselves, nothing that matters disappears."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.accounts import factors
from tests.accounts.builders import PASSWORD
from tests.builders import person

pytestmark = pytest.mark.django_db(transaction=True)

BEFORE = """([selector, name]) =>
  getComputedStyle(document.querySelector(selector), "::before").getPropertyValue(name)"""


def test_steps_and_icons_stay_visible(page: Page) -> None:
    page.emulate_media(forced_colors="active")
    pat = factors.with_password(person("patdoe77"))
    page.goto("/accounts/signup/")
    icon = page.evaluate(BEFORE, [".usa-alert--warning .usa-alert__body", "background-color"])
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert icon != paper
    page.goto("/accounts/login/")
    page.get_by_label("User ID").fill(pat.username)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()
    page.goto("/accounts/2fa/")
    width = page.evaluate(BEFORE, [".usa-step-indicator__segment", "border-top-width"])
    assert width not in {"", "0px"}
