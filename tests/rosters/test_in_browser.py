"""A reviewer brings a file in, at a desk and on a phone."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from providers.models import Provider
from tests import builders as make
from tests.browser.at_a_desk import sit_down
from tests.browsing import look_at
from tests.rosters.builders import content, known, row, rows, work

pytestmark = pytest.mark.django_db(transaction=True)

Look = Callable[[str], None]


@pytest.fixture
def look(page: Page, axe: Callable[[Page], None]) -> Look:
    """One h1, nothing wider than the screen, nothing for axe to find, at both widths."""

    def look(name: str) -> None:
        look_at(page, name, album="rosters", check=axe)

    return look


def choose(page: Page, name: str, raw: bytes) -> None:
    file = {"name": name, "mimeType": "text/csv", "buffer": raw}
    page.get_by_label("File", exact=True).set_input_files(file)  # type: ignore[arg-type]
    page.get_by_role("button", name="Upload and compare").click()


def test_a_file_is_uploaded_compared_repaired_accepted_and_imported(page: Page, look: Look) -> None:
    known(*rows(60), row("016000"))
    Provider.objects.filter(ccn="015007").update(closed_on="2026-01-01")
    main = page.get_by_role("main")
    sit_down(page, make.reviewer("cmsreviewer1"))
    page.goto("/rosters/")
    page.get_by_role("link", name="Upload a file").click()
    choose(page, "people.csv", b"Name,Phone\nAda,1\n")
    expect(main).to_contain_text("Its header is not one of a CMS list.")
    look("refused")

    new = [row("015009", CITY="DAPHNE", ZIP_CODE="36526"), row("015600"), row("15601")]
    raw = content(*rows(9), *new, *rows(59)[10:], row("015602", STATE="ZZ"))
    choose(page, "SNF_Enrollments_2026.07.31.csv", raw)
    expect(main).to_contain_text("Waiting for its turn")
    look("waiting")
    work()
    expect(page.get_by_role("heading", name="Nothing is changed yet")).to_be_visible()
    expect(page.locator(".portal-messages")).to_be_focused()
    expect(main.locator("ins").first).to_contain_text("DAPHNE")
    look("compared")

    main.get_by_role("link", name=re.compile("^Damaged CCNs")).click()
    page.locator("label", has_text="This is 015601").click()
    look("repairs")
    page.get_by_role("button", name="Save and compare again").click()
    expect(main).to_contain_text("The file is being compared")
    work()
    main.get_by_role("link", name=re.compile("^New 2")).click()
    expect(main).to_contain_text("by a repaired CCN")
    look("compared-new")
    main.get_by_role("link", name=re.compile("^Rejected")).first.click()
    look("compared-rejected")
    page.get_by_role("button", name="Accept and import").click()
    expect(main).to_contain_text("The file is being imported")
    work()
    expect(page.get_by_role("heading", name="Imported", exact=True)).to_be_visible()
    assert Provider.objects.get(ccn="015009").city == "DAPHNE"
    assert Provider.objects.filter(ccn__in=["015600", "015601"]).count() == 2
    look("imported")

    page.goto("/rosters/new/")
    choose(page, "SNF_Enrollments_2026.08.31.csv", content(*rows(20)))
    work()
    page.get_by_role("link", name="Go on to accept it").click()
    look("closing-many")
    page.goto("/rosters/")
    look("list")
