"""The form for asking: by keyboard alone, answering while one types, and without scripts."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Locator, Page, expect

from access_requests.models import AccessRequest
from accounts.models import User
from providers.models import Provider
from tests import builders
from tests.browsing import DESKTOP, PHONE

pytestmark = pytest.mark.django_db(transaction=True)

CCN = "CMS Certification Number (CCN)"
NewPage = Callable[..., Page]
Check = Callable[[Page], None]


@pytest.fixture
def home() -> Provider:
    return builders.provider("015009", name="BURNS NURSING HOME, INC.", city="RUSSELLVILLE")


def sign_in(page: Page, user: User, portal_url: str) -> None:
    """How a session begins is tried elsewhere: this one is simply there."""
    client = Client()
    client.force_login(user)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    name = settings.SESSION_COOKIE_NAME
    page.context.add_cookies([{"name": name, "value": session, "url": portal_url}])


def answer_of(page: Page) -> Locator:
    return page.locator("#ccn-answer")


def test_by_keyboard_alone(page: Page, portal_url: str, home: Provider, axe: Check) -> None:
    sign_in(page, builders.person(full_name=""), portal_url)
    page.goto("/requests/new/")
    keys = page.keyboard
    keys.press("Tab")
    expect(page.get_by_role("link", name="Skip to main content")).to_be_focused()
    keys.press("Enter")
    tab_to(page, page.get_by_label(CCN))
    keys.type("01-5009")
    expect(answer_of(page)).to_contain_text("015009 is Burns Nursing Home, Inc.")
    tab_to(page, page.get_by_label("Role", exact=True))
    keys.type("Assessment V")
    tab_to(page, page.get_by_label("Your legal name"))
    keys.type("Ada Winter")
    tab_to(page, page.get_by_role("radio", name="I work for it"))
    keys.press("ArrowDown")
    expect(page.get_by_role("radio", name="I work for a vendor")).to_be_checked()
    keys.press("ArrowUp")
    tab_to(page, page.get_by_label("Job title"))
    keys.type("Night nurse")
    axe(page)
    keys.press("Enter")
    summary = page.get_by_role("alert").filter(has_text="There is a problem")
    expect(summary).to_be_focused()
    axe(page)
    keys.press("Tab")
    expect(summary.get_by_role("link")).to_be_focused()
    keys.press("Enter")
    expect(page.get_by_label("Employer")).to_be_focused()
    expect(page.get_by_label("Job title")).to_have_value("Night nurse")
    keys.type("Burns Nursing Home")
    tab_to(page, page.get_by_role("button", name="Submit request"))
    keys.press("Space")
    expect(page.get_by_text("Your request was submitted.")).to_be_visible()
    filed = AccessRequest.objects.get()
    assert (filed.role_id, filed.affiliation) == ("assessment_viewer", "employed")


def test_the_skip_link_used_before_does_not_take_the_focus_from_the_errors(page: Page) -> None:
    page.goto("/accounts/user-id/forgotten/#main-content")
    page.get_by_role("button", name="Send my User ID").click()
    expect(page.get_by_role("alert")).to_be_focused()
    assert page.url.endswith("#main-content")


def tab_to(page: Page, wanted: Locator) -> None:
    """The next few presses of Tab come to it, and what has the focus shows it."""
    for _ in range(6):
        page.keyboard.press("Tab")
        if wanted.evaluate("each => each === document.activeElement"):
            break
    expect(wanted).to_be_focused()


def test_the_answer_follows_what_is_typed(
    page: Page, portal_url: str, home: Provider, axe: Check
) -> None:
    builders.provider("015011", closed_on="2024-05-01")
    sign_in(page, builders.person(), portal_url)
    page.goto("/requests/new/")
    field, answer = page.get_by_label(CCN), answer_of(page)
    expect(answer).to_have_attribute("role", "status")
    for typed, said in (
        ("015009", "015009 is Burns Nursing Home, Inc., Russellville, AL."),
        ("15009", "015009"),
        ("012500", "dialysis"),
        ("015011", "closed"),
        ("015008", "015009"),
        ("4.40E+233", ""),
    ):
        field.fill("")
        field.press_sequentially(typed)
        expect(answer).to_contain_text(said)
        axe(page)
    assert page.url.endswith("/requests/new/")


def test_a_ccn_that_is_there_already_is_answered_at_once(
    page: Page, portal_url: str, home: Provider
) -> None:
    sign_in(page, builders.person(), portal_url)
    page.goto(f"/requests/new/?ccn={home.ccn}")
    expect(answer_of(page)).to_contain_text("015009 is Burns Nursing Home, Inc.")


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no scripts"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desk", "phone"])
def test_what_only_a_pso_needs_is_shown_when_that_role_is_chosen(
    new_page: NewPage,
    portal_url: str,
    home: Provider,
    axe: Check,
    javascript: bool,
    size: tuple[int, int],
) -> None:
    page = new_page(javascript=javascript, size=size)
    sign_in(page, builders.person(), portal_url)
    page.goto("/requests/new/")
    administrator = page.get_by_label("Name of the provider's administrator")
    expect(administrator).to_be_hidden()
    page.get_by_label("Role", exact=True).select_option("pso")
    expect(administrator).to_be_visible()
    expect(page.get_by_text("I work for a vendor")).to_be_visible()
    page.get_by_label(CCN).fill("15009")
    page.get_by_role("button", name="Submit request").click()
    problem = page.locator("#id_ccn_error")
    expect(problem).to_contain_text("015009")
    expect(administrator).to_be_visible()
    assert page.title().startswith("Error:")
    axe(page)
