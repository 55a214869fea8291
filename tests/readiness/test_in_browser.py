"""The map by keyboard, a state, a list: as a reviewer's browser shows them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from access_requests.models import ReadinessDay
from providers.kinds import Kind
from providers.models import Chain
from tests import builders as make
from tests.browser.at_a_desk import sit_down
from tests.browsing import DESKTOP, look_at

pytestmark = pytest.mark.django_db(transaction=True)
NewPage = Callable[..., Page]


def country() -> None:
    """Six CCNs in three states, and a quarter of a year with a day missing."""
    chain = Chain.objects.create(name="SUNRISE HOMES")
    ready = make.provider("015001", chain=chain, city="RUSSELLVILLE")
    make.pso(ready)
    make.pso(ready)
    make.pso(make.provider("015002"))
    none = make.provider("675001", state="TX", chain=chain, city="AUSTIN", phone="5125550100")
    make.provider("675002", state="TX", kind=Kind.NF.value)
    make.provider("055001", state="CA")
    make.provider("400001", state="PR")
    make.submit(make.person(), none)
    make.submit(make.person(), none, "pso")
    today = timezone.localdate()
    ReadinessDay.objects.bulk_create(
        ReadinessDay(
            day=today - timedelta(days=ago),
            state=state,
            kind="snf",
            none=1 + ago // 23,
            one=max(0, 2 - ago // 30),
            two_or_more=max(0, 2 - ago // 40),
        )
        for ago in range(1, 91)
        if ago not in {30, 31, 32}
        for state in ("AL", "TX")
    )


def picture(page: Page, name: str, axe: Callable[[Page], None]) -> None:
    look_at(page, name, album="readiness", check=axe)


def test_from_the_map_to_the_ccns_behind_a_number(
    new_page: NewPage, axe: Callable[[Page], None]
) -> None:
    country()
    page = new_page(size=DESKTOP)
    sit_down(page, make.reviewer())
    page.goto("/readiness/")
    expect(page.get_by_role("heading", level=1, name="Readiness")).to_be_visible()
    picture(page, "country", axe)

    texas = page.get_by_role(
        "link", name="Texas: 2 CCNs, 0 % with two or more PSOs, 0 % with one, 100 % with none"
    )
    page.get_by_role("link", name="Skip the map").focus()
    # California, Texas and the others are reached one after the other, as one reads.
    for _ in range(10):
        page.keyboard.press("Tab")
        if texas.evaluate("link => link === document.activeElement"):
            break
    expect(texas).to_be_focused()
    box = texas.locator("rect")
    assert float(box.evaluate("box => parseFloat(getComputedStyle(box).strokeWidth)")) >= 5
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1, name="Readiness in Texas")).to_be_visible()
    picture(page, "state", axe)

    page.locator("[data-figure=waiting] a").click()
    expect(page.get_by_role("heading", level=2, name="1 CCN", exact=True)).to_be_visible()
    expect(page.get_by_text("2 people wait there for a first PSO")).to_be_visible()
    expect(page.get_by_role("row", name="675001")).to_contain_text("Sunrise Homes")
    picture(page, "list", axe)
    with page.expect_download() as download:
        page.get_by_role("link", name="Download as CSV").click()
    text = Path(download.value.path()).read_text(encoding="utf-8-sig")
    assert '"=""675001""","Sunrise 675001","Austin","TX"' in text

    page.goto("/readiness/chains/")
    page.get_by_role("link", name="Sunrise Homes").click()
    expect(page.get_by_role("heading", level=1, name="Sunrise Homes")).to_be_visible()
    picture(page, "chain", axe)
    page.goto("/readiness/kinds/snf/")
    picture(page, "kind", axe)
