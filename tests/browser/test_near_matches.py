"""A CCN that was meant is one click away, and nothing else that was typed is lost."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from providers.models import Provider
from tests import builders
from tests.browser.test_request_form import CCN, answer_of, sign_in
from tests.browsing import PHONE

pytestmark = pytest.mark.django_db(transaction=True)

FINGER = 24


@pytest.fixture
def home() -> Provider:
    return builders.provider("015009", name="BURNS NURSING HOME, INC.", city="RUSSELLVILLE")


def test_offered_ccn_goes_into_the_form(
    page: Page, portal_url: str, home: Provider, axe: Callable[[Page], None]
) -> None:
    sign_in(page, builders.person(), portal_url)
    page.goto("/requests/new/")
    page.get_by_label("Job title").fill("Nurse")
    page.get_by_label(CCN).press_sequentially("15009")
    offer = answer_of(page).get_by_role("link", name="Use 015009, Burns Nursing Home, Inc.")
    expect(offer).to_have_attribute("href", "/requests/new/?ccn=015009")
    axe(page)
    offer.click()
    expect(page.get_by_label(CCN)).to_have_value("015009")
    expect(page.get_by_label(CCN)).to_be_focused()
    expect(page.get_by_label("Job title")).to_have_value("Nurse")
    expect(answer_of(page)).to_contain_text("015009 is Burns Nursing Home")


def test_links_in_a_table_can_be_hit_with_a_finger(
    new_page: Callable[..., Page], portal_url: str, home: Provider
) -> None:
    page = new_page(size=PHONE)
    sign_in(page, builders.person(), portal_url)
    page.goto("/providers/?q=burns")
    box = page.get_by_role("link", name="Burns Nursing Home").bounding_box()
    assert box is not None
    assert box["height"] >= FINGER


def test_labels_of_a_table_do_not_overlap(
    new_page: Callable[..., Page], portal_url: str, home: Provider
) -> None:
    """Narrow, with a label that takes two lines: the next cell begins below it."""
    page = new_page(size=(320, 800))
    sign_in(page, builders.person(), portal_url)
    page.goto("/providers/?q=burns")
    cell = page.locator("td[data-label]").first
    cell.evaluate("cell => { cell.dataset.label = 'A label that is much longer than its value'; }")
    box = cell.bounding_box()
    assert box is not None
    assert box["height"] > 2 * FINGER
    assert page.evaluate("document.documentElement.scrollWidth") == 320
