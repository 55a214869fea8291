"""Real people's browsers: each with its own cookies, watched for script errors, read by axe."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

DESKTOP, PHONE = (1280, 900), (390, 844)
BOTH = (PHONE, DESKTOP)


def look_at(
    page: Page,
    name: str,
    *,
    album: str,
    check: Callable[[Page], None],
    checked_at: Collection[tuple[int, int]] = BOTH,
) -> None:
    """One h1, nothing wider than the screen, nothing for axe to find, on a phone and at a desk.

    SCREENSHOT_DIR names a folder for pictures of the page at both widths.
    """
    expect(page.locator("h1")).to_have_count(1)
    for size in BOTH:
        page.set_viewport_size({"width": size[0], "height": size[1]})
        room = "document.documentElement.scrollWidth <= window.innerWidth"
        assert page.evaluate(room), f"{name}: {page.url} is wider than {size[0]} pixels"
        if size in checked_at:
            check(page)
        if folder := os.environ.get("SCREENSHOT_DIR"):
            path = Path(folder) / album / f"{name}-{size[0]}.png"
            page.screenshot(path=path, full_page=True)


def stays_at_the_foot(page: Page, button: Locator, rows: Locator) -> None:
    """On a phone the button is in sight from the top of the list on, and hides nothing that has
    the focus: the links and boxes of each row are gone through."""
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    page.evaluate("window.scrollTo(0, 0)")
    rows.first.scroll_into_view_if_needed()
    expect(button).to_be_in_viewport()
    for each in rows.locator("a, input:not([type=hidden])").all():
        each.focus()
        its = each.bounding_box()
        bar = button.locator("xpath=..").bounding_box()
        assert its
        assert bar
        assert its["y"] + its["height"] <= bar["y"] or bar["y"] + bar["height"] <= its["y"]
    page.set_viewport_size({"width": DESKTOP[0], "height": DESKTOP[1]})


class Browsers:
    def __init__(self, browser: Browser, portal_url: str) -> None:
        self._browser = browser
        self._portal_url = portal_url
        self._contexts: list[BrowserContext] = []
        self._without_javascript: set[BrowserContext] = set()
        self.errors: list[str] = []

    def open(self, *, size: tuple[int, int] = DESKTOP, javascript: bool = True) -> Page:
        """Another person's browser, with one empty page."""
        context = self._browser.new_context(
            base_url=self._portal_url,
            viewport={"width": size[0], "height": size[1]},
            java_script_enabled=javascript,
            locale="en-US",
        )
        self._contexts.append(context)
        if not javascript:
            self._without_javascript.add(context)
        page = context.new_page()
        page.on("pageerror", lambda error: self.errors.append(f"{page.url}: {error}"))
        page.on("console", lambda said: self._hear(page, said))
        return page

    def _hear(self, page: Page, said: Any) -> None:
        # A page that answers 404 or 422 on purpose is logged as well.
        if said.type == "error" and not said.text.startswith("Failed to load resource"):
            self.errors.append(f"{page.url}: {said.text}")

    def check(self, page: Page) -> None:
        """Fails the test where axe finds anything on the page as it stands."""
        twin = self._twin(page) if page.context in self._without_javascript else None
        results = Axe().run(twin or page)
        if twin is not None:
            twin.close()
        assert results.violations_count == 0, f"{page.url}\n{results.generate_report()}"

    def _twin(self, page: Page) -> Page:
        """The same page where scripts run, since axe is one."""
        size = page.viewport_size
        assert size is not None
        twin = self.open(size=(size["width"], size["height"]))
        twin.context.add_cookies(page.context.cookies())  # type: ignore[arg-type]
        twin.goto("/healthz")
        # What a form answered cannot be asked for again, so its very text is shown.
        twin.set_content(page.content())
        return twin

    def close(self) -> None:
        for context in self._contexts:
            context.close()
