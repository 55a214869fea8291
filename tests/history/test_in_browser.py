"""Proof of effort, and the last PSO's way to a successor, in a browser: with scripts and without,
on the screen at both widths and on paper."""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from tests import builders as make
from tests.browser.at_a_desk import NewPage, sit_down
from tests.browsing import DESKTOP, PHONE
from tests.history import scene
from tests.invitations.builders import invite

pytestmark = pytest.mark.django_db(transaction=True)

Look = Callable[[str], None]
# As wide as WCAG 1.4.10 has a page be read without scrolling sideways.
NARROW = (320, 640)
# Words that stand beyond the right edge.
BEYOND = """() => {
  const found = [], words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = words.nextNode(); node; node = words.nextNode()) {
    const range = document.createRange();
    range.selectNodeContents(node);
    if (range.getBoundingClientRect().right > window.innerWidth) found.push(node.data.trim());
  }
  return found;
}"""


def looker(page: Page, axe: Callable[[Page], None]) -> Look:
    """axe at both widths, nothing wider than the screen; SCREENSHOT_DIR names a folder."""
    folder = os.environ.get("SCREENSHOT_DIR")

    def look(name: str) -> None:
        expect(page.locator("h1")).to_have_count(1)
        for width, height in (NARROW, PHONE, DESKTOP):
            page.set_viewport_size({"width": width, "height": height})
            room = "document.documentElement.scrollWidth <= window.innerWidth"
            assert page.evaluate(room), (name, width, page.evaluate(BEYOND))
            if folder:
                file = Path(folder) / f"{name}-{width}.png"
                page.screenshot(path=file, full_page=True)
        axe(page)

    return look


def on_paper(page: Page, name: str) -> None:
    """What is printed: the sheet and whose it is, without what can only be clicked."""
    page.emulate_media(media="print")
    main = page.get_by_role("main")
    for clicked in ("Print", "Save as CSV", "Show these days"):
        expect(main.get_by_text(clicked, exact=True)).to_be_hidden()
    expect(page.get_by_role("button", name="Sign out")).to_be_hidden()
    expect(page.locator(".portal-menu")).to_be_hidden()
    expect(page.locator(".portal-footer")).to_be_hidden()
    # At the head of each page of the long table.
    running = page.locator(".proof-running").first
    expect(running).to_be_visible()
    expect(running).to_contain_text("CCN 015009, issued")
    head = page.locator("table.proof-steps thead").first
    assert head.evaluate("head => getComputedStyle(head).display") == "table-header-group"
    row = page.locator("table.proof-steps tbody tr").first
    assert row.evaluate("row => getComputedStyle(row).breakInside") == "avoid"
    # One size of type, and none that is hard to read: 12 pixels are 9 points.
    read = main.locator(".proof :is(p, dt, dd, th, td, caption, .portal-quiet):visible")
    sizes = read.evaluate_all("all => all.map(each => parseFloat(getComputedStyle(each).fontSize))")
    assert len(set(sizes)) == 1, set(sizes)
    assert sizes[0] >= 12
    # Each table begins where there is room; only its rows are kept whole.
    tables = main.locator("table")
    breaks = tables.evaluate_all("all => all.map(each => getComputedStyle(each).breakInside)")
    assert set(breaks) == {"auto"}
    folder = os.environ.get("SCREENSHOT_DIR")
    if folder:
        page.pdf(path=Path(folder) / f"{name}.pdf", format="Letter")
    page.emulate_media(media="screen")


def saved(page: Page) -> str:
    with page.expect_download() as download:
        page.get_by_role("link", name="Save as CSV").click()
    return Path(download.value.path()).read_text(encoding="utf-8-sig")


def test_a_pso_prints_and_saves_what_was_done_at_the_ccn(
    new_page: NewPage, axe: Callable[[Page], None]
) -> None:
    past = scene.told()
    page = new_page(size=DESKTOP)
    look = looker(page, axe)
    sit_down(page, past.nora)
    page.goto("/providers/015009/")
    card = page.locator(".coverage-card")
    expect(card).to_contain_text("1 PSO can decide today.")
    expect(card.get_by_role("link", name="Invite a second PSO")).to_be_visible()
    look("provider")
    # No page prints its menus, whatever the width of the paper.
    page.emulate_media(media="print")
    for name in ("Sign out", "Menu"):
        expect(page.get_by_role("button", name=name)).to_be_hidden()
    expect(page.get_by_role("link", name="My requests").first).to_be_hidden()
    page.emulate_media(media="screen")

    # Nothing in them says where it may be broken.
    invite(past.nora, past.home, address=f"{'olga' * 12}@sunrise-care.example")
    long = make.person("vanessa" * 8, full_name="Vanessavanessavanessavanessavanessa Long")
    make.submit(long, past.home)
    page.get_by_role("link", name="History of this CCN, to print or save").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("History of CCN 015009")
    expect(page.get_by_role("img", name="PSOs of this CCN")).to_be_visible()
    look("history-provider")
    on_paper(page, "history-provider")
    page.evaluate("window.print = () => { document.title = 'printed' }")
    page.get_by_role("button", name="Print").click()
    expect(page).to_have_title("printed")
    assert '"=""015009"""' in saved(page)

    page.get_by_role("link", name=f"Request {past.anns.pk}", exact=True).first.click()
    page.get_by_role("link", name="This history to print or save").click()
    expect(page.get_by_role("main")).to_contain_text("Emails, and whether they left")
    look("history-request")
    on_paper(page, "history-request")

    page.goto(f"/history/requests/{long.access_requests.get().pk}/")
    look("history-long")

    page.goto("/coverage/")
    look("coverage")


def test_without_scripts_a_requester_reads_theirs_and_the_last_pso_what_leaving_means(
    new_page: NewPage, axe: Callable[[Page], None]
) -> None:
    past = scene.told()
    page = new_page(javascript=False)
    sit_down(page, User.objects.get(pk=past.vera.pk))
    page.goto("/history/providers/015009/")
    main = page.get_by_role("main")
    expect(main).to_contain_text("To print, use your browser’s menu")
    expect(main.get_by_role("button", name="Print")).to_be_hidden()
    expect(main).not_to_contain_text("Ann Gray")
    on_paper(page, "history-own")
    page.get_by_label("From", exact=True).fill("2026-11-13")
    page.get_by_role("button", name="Show these days").click()
    expect(main).to_contain_text("From November 13, 2026 on")
    expect(main).not_to_contain_text("Request submitted")
    [row] = csv.DictReader(StringIO(saved(page)))
    assert row["What happened"] == "Rejected"
    looker(page, axe)("history-own")

    page = new_page(javascript=False)
    sit_down(page, past.nora)
    page.goto("/providers/015009/")
    page.get_by_role("main").get_by_role("link", name="Give up", exact=False).first.click()
    expect(page.get_by_role("main")).to_contain_text("What happens if you leave now")
    looker(page, axe)("leaving")
    page.get_by_role("link", name="Invite a successor").click()
    expect(page).to_have_url(re.compile(r"/invitations/new/\?ccn=015009&role=pso$"))
    page.go_back()
    page.get_by_role("button", name="Give up the role").click()
    expect(page.get_by_role("main")).to_contain_text("You gave the role up. It has ended.")
    expect(page.locator(".coverage-card")).to_contain_text("Nobody can decide here")
