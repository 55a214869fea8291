"""Ticked on the queue, read once more, decided, and each outcome seen: with scripts and without."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from playwright.sync_api import Locator, Page, expect

from access_requests import workflow
from access_requests.models import Status
from tests import builders as make
from tests.browser.at_a_desk import sit_down
from tests.browsing import PHONE, look_at
from tests.together.scene import Scene, fresh, scene

pytestmark = pytest.mark.django_db(transaction=True)

NewPage = Callable[..., Page]
Check = Callable[[Page], None]


def day() -> Scene:
    """Six who wait: one asks to be PSO, one is a vendor's, one has an unverified address."""
    here = scene(3, homes=2)
    vendor = make.submit(make.person(), here.homes[0], "assessment_submitter", make.VENDOR)
    further = make.submit(
        make.person(), here.homes[1], "pso", replace(make.EMPLOYED, job_title="Administrator")
    )
    unverified = make.submit(make.person(), here.homes[1], "assessment_coordinator")
    unverified.requester.emailaddress_set.update(verified=False)
    here.asked += [vendor, further, unverified]
    return here


def look(page: Page, check: Check, name: str) -> None:
    look_at(page, name, album="together", check=check, checked_at=[PHONE])


def main(page: Page) -> Locator:
    return page.get_by_role("main")


def click(page: Page, name: str | re.Pattern[str]) -> None:
    main(page).get_by_role("button", name=name, exact=True).click()


@pytest.mark.parametrize("javascript", [True, False])
def test_from_the_queue_to_the_outcome_of_each(
    new_page: NewPage, axe: Check, javascript: bool
) -> None:
    here, page = day(), new_page(javascript=javascript)
    sit_down(page, here.pso)

    def seen(name: str) -> None:
        """What the page looks like does not hang on scripts: once is enough."""
        if javascript:
            look(page, axe, name)

    page.goto("/queue/")
    for pk in here.ids:
        page.locator(f"label[for=request-{pk}]").click()
    click(page, "Decide together")
    expect(page.locator("h1")).to_have_text("Decide together")
    expect(main(page)).to_contain_text("You selected 6 requests.")
    expect(main(page)).to_contain_text("One of them becomes a PSO")
    seen("choose")

    # A look at one of them, and back.
    main(page).get_by_role("link", name=str(here.asked[0].requester), exact=True).click()
    expect(page.locator("h1")).not_to_have_text("Decide together")
    page.go_back()
    expect(main(page)).to_contain_text("You selected 6 requests.")

    # A reason is missing: the page comes back with what was typed.
    page.get_by_label("Explanation for the requester").fill("We do not know them.")
    click(page, "Reject these 6 requests")
    expect(main(page)).to_contain_text("Choose a reason.")
    expect(page.get_by_label("Explanation for the requester")).to_have_value("We do not know them.")
    seen("faulty")

    second, vendor, unverified = here.asked[1], here.asked[3], here.asked[5]
    click(page, re.compile(f"^Leave out.*{vendor.requester},"))
    expect(main(page)).to_contain_text("You selected 5 requests.")
    expect(page.get_by_label("Explanation for the requester")).to_have_value("We do not know them.")

    # Meanwhile a fellow PSO decides one of them.
    workflow.approve(second.pk, by=here.fellow)
    click(page, "Approve these 4 requests")
    expect(main(page)).to_contain_text("3 of 4 approved now.")
    expect(main(page)).to_contain_text(f"already decided by {here.fellow}: Approved.")
    page.reload()
    expect(main(page)).to_contain_text("3 of 4 approved now.")
    look(page, axe, "result" if javascript else "result-plain")
    wanted = [Status.APPROVED] * 3 + [Status.PENDING, Status.APPROVED, Status.PENDING]
    assert [each.status for each in fresh(here.asked)] == wanted

    # The rest, with one reason.
    main(page).get_by_role("link", name="Back to the queue").click()
    for each in (vendor, unverified):
        page.locator(f"label[for=request-{each.pk}]").click()
    click(page, "Decide together")
    page.get_by_label("Reason", exact=True).select_option("other")
    page.get_by_label("Explanation for the requester").fill("Nobody here knows them.")
    click(page, "Reject these 2 requests")
    expect(main(page)).to_contain_text("2 of 2 rejected now.")
    seen("rejected")
    assert {each.status for each in fresh([vendor, unverified])} == {Status.REJECTED}


def test_what_was_decided_meanwhile_stands_at_the_head(new_page: NewPage, axe: Check) -> None:
    here, page = scene(3), new_page(javascript=True)
    sit_down(page, here.pso)
    page.goto("/queue/")
    for pk in here.ids:
        page.locator(f"label[for=request-{pk}]").click()
    click(page, "Decide together")
    expect(main(page)).to_contain_text("You selected 3 requests.")
    workflow.approve(here.ids[0], by=here.fellow)
    page.reload()
    expect(main(page)).to_contain_text("1 of the 3 you selected was decided meanwhile")
    look(page, axe, "meanwhile")
    click(page, "Approve these 2 requests")
    expect(main(page)).to_contain_text("2 of 3 approved now.")
    look(page, axe, "meanwhile-result")
