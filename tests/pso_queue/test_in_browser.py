"""A chain's PSO goes through the queue, with and without JavaScript, at a desk and on a phone."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from access_requests import workflow
from access_requests.models import RejectionReason
from accounts.models import User
from tests import builders as make
from tests.browser.at_a_desk import sit_down
from tests.browsing import look_at, stays_at_the_foot

pytestmark = pytest.mark.django_db(transaction=True)

Check = Callable[[Page], None]


@pytest.fixture
def pso() -> User:
    """PSO of three CCNs in two states; six wait, of whom two have a past."""
    _, homes = make.chain(3, "Harbor Care")
    for home, (name, state) in zip(
        homes, (("HARBOR HOME", "AL"), ("LONE STAR", "TX"), ("BAYOU", "AL")), strict=True
    ):
        home.name, home.state = name, state
        home.save()
    pso, reviewer = make.person("chainpso", full_name="Olga Own"), make.reviewer()
    for home in homes:
        make.pso(home, pso, by=reviewer)
    make.holder(homes[0])
    again = make.person("againada", full_name="Ada Again", email="ada@agency.example")
    refused = make.submit(again, homes[0])
    why = RejectionReason.CANNOT_VERIFY
    workflow.reject(refused.pk, by=pso, reason=why, explanation="Nobody there knew her.")
    make.submit(again, homes[0])
    make.submit(make.person(full_name="Ben Vendor"), homes[1], "assessment_submitter", make.VENDOR)
    make.submit(make.person(full_name="Cleo Second"), homes[2], "pso")
    for name in ("Dee Winter", "Ed Winter", "Fay Stone"):
        make.submit(make.person(full_name=name), homes[0], "assessment_coordinator")
    return pso


def look(page: Page, axe: Check, name: str) -> None:
    look_at(page, name, album="pso_queue", check=axe)


@pytest.mark.parametrize("javascript", [True, False])
def test_from_the_queue_to_deciding_together(
    pso: User, new_page: Callable[..., Page], axe: Check, javascript: bool
) -> None:
    page = new_page(javascript=javascript)
    sit_down(page, pso)
    main = page.get_by_role("main")
    page.goto("/queue/")
    expect(main).to_contain_text("6 requests")
    expect(main).to_contain_text("Rejected at this CCN before")
    look(page, axe, f"queue-{javascript}")
    step = main.get_by_role("button", name="Decide together", exact=True)
    stays_at_the_foot(page, step, page.locator(".portal-queue-table tbody tr"))

    page.get_by_label("State", exact=True).select_option("AL")
    page.get_by_label("Belongs as", exact=True).select_option("employed")
    main.get_by_role("button", name="Show these requests", exact=True).click()
    expect(main).to_contain_text("5 requests")
    expect(main).not_to_contain_text("Ben Vendor")

    page.get_by_label("Find a person or a CCN", exact=True).fill("winter")
    main.get_by_role("button", name="Search", exact=True).click()
    expect(main).to_contain_text("2 requests")
    expect(main).to_contain_text("“winter”")
    assert "winter" not in page.url
    expect(page).to_have_title(re.compile("^2 requests, Queue"))
    expect(page.locator("#found")).to_be_focused()
    look(page, axe, f"search-{javascript}")

    page.get_by_label("Find a person or a CCN", exact=True).fill("")
    main.get_by_role("button", name="Search", exact=True).click()
    expect(main).to_contain_text("Type a name, a User ID or a CCN.")
    look(page, axe, f"faulty-{javascript}")
    page.go_back()
    select(page, javascript)
    main.get_by_role("button", name="Decide together", exact=True).click()
    expect(page).to_have_url(re.compile(r"/queue/together/\?n=\w+"))
    expect(main).to_contain_text("Dee Winter")
    expect(main).to_contain_text("Ed Winter")

    page.goto("/queue/?state=TX&role=pso")
    expect(main).to_contain_text("No request is like this")
    look(page, axe, f"none-{javascript}")
    main.get_by_role("link", name="Show all requests").first.click()
    main.get_by_role("link", name="Ada Again", exact=True).click()
    expect(main).to_contain_text("What is known")
    look(page, axe, f"request-{javascript}")


def select(page: Page, javascript: bool) -> None:
    """Both: by one box where scripts run, else each."""
    if not javascript:
        expect(page.get_by_text("Select all on this page")).to_have_count(0)
        for label in page.locator("label[for^=request-]").all():
            label.click()
        return
    page.get_by_text("Select all on this page").click()
    expect(page.get_by_role("status").filter(has_text="2 selected")).to_be_visible()
    page.locator("label[for^=request-]").first.click()
    expect(page.get_by_role("status").filter(has_text="1 selected")).to_be_visible()
    page.locator("label[for^=request-]").first.click()
    expect(page.get_by_role("checkbox", name="Select all on this page")).to_be_checked()
