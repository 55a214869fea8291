"""A vendor's clerk asks at a whole chain, with scripts and without, at a desk and on a phone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from access_requests import workflow
from access_requests.groups import filing
from access_requests.models import AccessRequest, RejectionReason, RequestGroup
from accounts.models import User
from providers.models import Provider
from tests import builders as make
from tests.browser.at_a_desk import NewPage, sit_down
from tests.browsing import BOTH, PHONE, look_at

pytestmark = pytest.mark.django_db(transaction=True)

Look = Callable[[Page, str], None]
# Tables and columns are laid out in another way on a phone.
LOOKED_AT_TWICE = ("review", "outcomes")
LIST = "016409, 16410\n4.40E+233\tOak Manor\n016498"


@pytest.fixture
def look(axe: Callable[[Page], None]) -> Look:
    """One h1, nothing wider than the screen, nothing for axe to find, at both widths."""

    def look(page: Page, name: str) -> None:
        at = BOTH if name in LOOKED_AT_TWICE else [PHONE]
        look_at(page, name, album="groups", check=axe, checked_at=at)

    return look


def homes_of_a_chain() -> list[Provider]:
    _chain, homes = make.chain(9, "Harbor Care")
    make.chain(2, "Harbor View Homes")
    make.provider("016409", name="BURNS NURSING HOME", city="RUSSELLVILLE")
    make.provider("016410", name="COOSA VALLEY HEALTHCARE", city="SYLACAUGA")
    return homes


def press(page: Page, name: str) -> None:
    page.get_by_role("main").get_by_role("button", name=name, exact=True).click()


def say_the_rest(page: Page, *roles: str) -> None:
    for role in roles:
        page.locator("label", has_text=role).click()
    page.get_by_label("Job title", exact=True).fill("Director of Nursing")
    page.get_by_label("Employer", exact=True).fill("Harbor Care LLC")
    if "Provider Security Official" in roles:
        page.get_by_label("Name of the provider's administrator").fill("Ada Winter")
        page.get_by_label("How CMS can reach the administrator").fill("(555) 010-0100")


def fill_in(page: Page, look: Look) -> None:
    """A pasted list, and all of a chain."""
    ticked = page.get_by_role("main").get_by_role("status").filter(has_text="ticked")
    page.goto("/requests/new/")
    page.get_by_role("link", name="Several CCNs at once").click()
    look(page, "form")
    press(page, "Look at the list")
    expect(page.get_by_role("main")).to_contain_text("Paste at least one CCN")
    look(page, "form-errors")
    page.get_by_label("CCNs", exact=True).fill(LIST)
    page.get_by_text("Or pick from a chain", exact=True).click()
    page.get_by_label("Name of the chain").fill("harbor")
    page.get_by_label("Name of the chain").press("Enter")
    page.get_by_role("button", name="Harbor Care 9 CCNs").click()
    expect(ticked).to_have_text("9 of 9 CCNs ticked")
    press(page, "Tick none")
    expect(ticked).to_have_text("0 of 9 CCNs ticked")
    press(page, "Tick all")
    say_the_rest(page, "Provider Security Official", "Assessment Viewer")
    look(page, "form-chain")
    press(page, "Look at the list")


def correct_and_submit(page: Page, look: Look, left_out: Provider) -> None:
    main = page.get_by_role("main")
    expect(main).to_contain_text("20 requests would be submitted.")
    expect(main).to_contain_text("3 lines need a look")
    look(page, "review")
    page.get_by_role("button", name="Use 016410 Coosa Valley Healthcare").click()
    expect(main).to_contain_text("22 requests would be submitted.")
    page.get_by_label("Line 2: correct “4.40E+233”").fill("")
    page.locator(f"label[for=leave-{left_out.ccn}]").click()
    press(page, "Submit the requests")


def decide_two(at: Provider, pso: User) -> AccessRequest:
    approved, rejected = AccessRequest.objects.filter(
        provider=at, group_line__isnull=False
    ).order_by("pk")
    workflow.approve(approved.pk, by=pso)
    reason = RejectionReason.WRONG_ROLE
    workflow.reject(rejected.pk, by=pso, reason=reason, explanation="Ask for another.")
    return approved


def test_a_chain_is_asked_for(
    new_page: NewPage, look: Look, monkeypatch: pytest.MonkeyPatch
) -> None:
    homes = homes_of_a_chain()
    pso = make.pso(homes[0])
    monkeypatch.setattr(filing, "AT_ONCE", 3)
    page = new_page()
    main = page.get_by_role("main")
    sit_down(page, make.person(full_name="Pat Doe"))
    fill_in(page, look)
    correct_and_submit(page, look, left_out=homes[8])
    expect(main).to_contain_text("4 of 21 done")
    look(page, "filing")
    group = RequestGroup.objects.get()
    filing.file_some(group.pk, most=100)
    expect(page.get_by_role("heading", name="Being filed")).to_have_count(0, timeout=10_000)
    approved = decide_two(homes[0], pso)
    page.reload()
    look(page, "outcomes")
    page.get_by_role("link", name="Not filed").click()
    lines = main.get_by_role("table", name="Lines of the form", exact=True)
    expect(lines.get_by_role("row")).to_have_count(2)
    for name, path in (
        ("request", approved.get_absolute_url()),
        ("my-requests", "/requests/"),
        ("forms", "/requests/many/mine/"),
    ):
        page.goto(path)
        look(page, name)
    sit_down(page, pso)
    page.goto(group.get_absolute_url())
    expect(main).to_contain_text("Requests of Pat Doe at several CCNs")
    look(page, "for-a-pso")


def test_the_same_without_scripts(new_page: NewPage, look: Look) -> None:
    homes = homes_of_a_chain()
    page = new_page(javascript=False)
    main = page.get_by_role("main")
    sit_down(page, make.person(full_name="Pat Doe"))
    page.goto("/requests/many/")
    page.get_by_label("CCNs", exact=True).fill(LIST)
    page.get_by_text("Or pick from a chain", exact=True).click()
    page.get_by_label("Name of the chain").fill("harbor")
    press(page, "Find")
    page.get_by_role("button", name="Harbor Care 9 CCNs").click()
    expect(page.get_by_label("CCNs", exact=True)).to_have_value(LIST)
    press(page, "Tick none")
    for home in homes[:2]:
        page.locator(f"label[for=pick-{home.ccn}]").click()
    say_the_rest(page, "Assessment Viewer")
    page.locator("label", has_text="I work for a vendor").click()
    press(page, "Look at the list")
    expect(main).to_contain_text("3 requests would be submitted.")
    press(page, "Change the form")
    expect(page.get_by_label("Job title", exact=True)).to_have_value("Director of Nursing")
    press(page, "Look at the list")
    page.get_by_role("button", name="Use 016410 Coosa Valley Healthcare").click()
    press(page, "Submit the requests")
    expect(main).to_contain_text("Your 4 requests were submitted.")
    look(page, "without-scripts")
    assert AccessRequest.objects.count() == 4
    page.get_by_role("link", name="Take back all 4 requests that still wait").click()
    look(page, "withdraw")
    press(page, "Withdraw all that still wait")
    expect(main).to_contain_text("4 requests were withdrawn.")
    look(page, "withdrawn")
