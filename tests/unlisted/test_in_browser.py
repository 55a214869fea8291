"""A nurse whose provider is not on the roster, from the form for asking to CMS's queue."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from access_requests.models import AccessRequest, UnlistedProvider
from providers.models import Provider
from tests import builders as make
from tests.browser.at_a_desk import sit_down
from tests.browsing import BOTH, look_at

pytestmark = pytest.mark.django_db(transaction=True)

CCN = "CMS Certification Number (CCN)"
NewPage = Callable[..., Page]
Look = Callable[..., None]


@pytest.fixture
def look(axe: Callable[[Page], None]) -> Look:
    """Reads the page by axe at both widths, and takes its picture where pictures are wanted.

    `seen`: another state of the same page is read as well, so this one is when pictures are taken.
    """

    def look(page: Page, name: str, *, seen: bool = False) -> None:
        is_checked = not seen or "SCREENSHOT_DIR" in os.environ
        at = BOTH if is_checked else []
        look_at(page, name, album="unlisted", check=axe, checked_at=at)

    return look


def test_what_was_typed_arrives_in_the_queue(new_page: NewPage, look: Look) -> None:
    nurse, reviewer = make.person("nlund84", full_name="Nora Lund"), make.reviewer("creyes7")
    make.unlisted(make.person(), typed="01-5999", name="Quiet Harbor Home")
    make.provider("015998", name="QUIET HARBOUR HOME", city="MOBILE")
    page = new_page()
    sit_down(page, nurse)
    asks(page, look)
    reports(page, look)
    page.goto("/requests/")
    look(page, "my-requests")

    desk = new_page()
    sit_down(desk, reviewer)
    desk.goto("/not-listed/")
    look(desk, "list")
    desk.get_by_role("link", name="Quiet Harbor Home").last.click()
    expect(desk.get_by_role("main")).to_contain_text("Tie-in notice of October 2")
    look(desk, "report-at-cms", seen=True)
    desk.get_by_role("button", name="Send the answer").click()
    look(desk, "report-at-cms-faulty")
    desk.get_by_role("button", name="Add the provider").click()
    expect(desk.get_by_text("The roster now has 015999, Quiet Harbor Home.")).to_be_visible()

    filed = AccessRequest.objects.get(requester=nurse)
    assert (filed.provider.ccn, filed.role_id) == ("015999", "pso")
    assert (filed.job_title, filed.employer) == ("Director of Nursing", "Quiet & Sons")
    assert filed.administrator_contact == "(555) 010-0142"
    assert filed.submitted_at == UnlistedProvider.objects.get(reporter=nurse).reported_at
    desk.goto("/queue/")
    expect(desk.get_by_role("main")).to_contain_text("Nora Lund")
    page.goto(UnlistedProvider.objects.get(reporter=nurse).get_absolute_url())
    look(page, "report-added")
    page.get_by_role("link", name="See the request").click()
    expect(page.get_by_role("main")).to_contain_text("CMS has it")


def asks(page: Page, look: Look) -> None:
    page.goto("/requests/new/")
    page.get_by_label(CCN).fill("01-5999")
    answer = page.locator("#ccn-answer")
    expect(answer).to_contain_text("015999 is not on CMS's list")
    page.get_by_label("Role", exact=True).select_option("pso")
    page.get_by_label("Job title").fill("Director of Nursing")
    page.get_by_label("Employer").fill("Quiet & Sons")
    page.get_by_label("Name of the provider's administrator").fill("Ada Winter")
    page.get_by_label("How CMS can reach the administrator").fill("(555) 010-0142")
    look(page, "asking")
    answer.get_by_role("button", name="Tell CMS that it is missing").click()


def reports(page: Page, look: Look) -> None:
    expect(page.get_by_role("main")).to_contain_text("What you had typed is taken along")
    expect(page.get_by_label("CCN, as you know it")).to_have_value("01-5999")
    look(page, "report", seen=True)
    page.get_by_role("button", name="Send to CMS").click()
    expect(page.get_by_role("alert")).to_contain_text("Enter the name of the provider.")
    look(page, "report-faulty")
    page.get_by_label("Name of the provider", exact=True).fill("Quiet Harbor Home")
    page.get_by_label("City").fill("Mobile")
    page.get_by_label("State", exact=True).select_option("AL")
    page.get_by_label("How can CMS see that it exists?").fill("Tie-in notice of October 2, 2026.")
    page.get_by_role("button", name="Send to CMS").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Quiet Harbor Home")
    expect(page.get_by_role("main")).to_contain_text("CMS has it")
    look(page, "report-sent", seen=True)


def test_without_scripts_and_a_provider_that_is_not_certified(
    new_page: NewPage, look: Look
) -> None:
    nurse = make.person("nlund84", full_name="Nora Lund")
    page = new_page(javascript=False)
    sit_down(page, nurse)
    page.goto("/requests/new/")
    page.get_by_label(CCN).fill("015999")
    page.get_by_label("Role", exact=True).select_option("assessment_viewer")
    page.get_by_label("Job title").fill("Night nurse")
    page.get_by_label("Employer").fill("Quiet & Sons")
    page.get_by_role("button", name="Submit request").click()
    look(page, "asking-no-scripts", seen=True)
    page.get_by_role("button", name="Tell CMS that it is missing").click()
    page.get_by_text("Not yet").click()
    page.get_by_label("Name of the provider", exact=True).fill("Quiet Harbor Home")
    page.get_by_label("City").fill("Mobile")
    page.get_by_label("State", exact=True).select_option("AL")
    page.get_by_label("How can CMS see that it exists?").fill("License 4711 of the state.")
    page.get_by_role("button", name="Send to CMS").click()
    expect(page.get_by_role("main")).to_contain_text("CMS has it")

    desk = new_page()
    sit_down(desk, make.reviewer("creyes7"))
    desk.goto(page.url)
    desk.get_by_label("Its CCN").fill("")
    desk.get_by_label("Kind (optional)").select_option("snf")
    desk.get_by_role("button", name="Add the provider").click()
    expect(desk.get_by_role("main")).to_contain_text("The roster now has PAL00001")
    assert AccessRequest.objects.get().employer == "Quiet & Sons"
    make.provider("015999", name="QUIET HARBOR HOME", city="MOBILE")
    desk.goto("/not-listed/provisional/")
    look(desk, "provisional")
    desk.get_by_role("link", name="Give its CCN").click()
    desk.get_by_label("Its CCN").fill("015999")
    desk.get_by_role("button", name="Give the CCN").click()
    look(desk, "give-ccn")
    desk.get_by_text("It is the same provider", exact=True).click()
    desk.get_by_role("button", name="Give the CCN").click()
    expect(desk).to_have_url(f"{desk.evaluate('location.origin')}/providers/015999/")
    assert Provider.objects.get(provisional_id="PAL00001").access_requests.count() == 1
    look(desk, "provider", seen=True)
    desk.goto("/not-listed/?show=ended")
    look(desk, "ended", seen=True)
