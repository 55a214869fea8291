"""Real people's browsers: each with its own cookies, watched for script errors, read by axe."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, CDPSession, Locator, Page, expect

DESKTOP, PHONE = (1280, 900), (390, 844)
BOTH = (PHONE, DESKTOP)
_SCRIPTS = "Emulation.setScriptExecutionDisabled"
# axe takes all that stands in a <noscript> for hidden. Under another name it is looked at.
_RENAME = """([from, to]) => document.querySelectorAll(from).forEach((old) => {
  const renamed = document.createElement(to);
  renamed.append(...old.childNodes);
  old.replaceWith(renamed);
})"""


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
        self._switches: dict[Page, CDPSession] = {}
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
        with self._scripts_may_run(page):
            results = Axe().run(page)
        assert results.violations_count == 0, f"{page.url}\n{results.generate_report()}"

    @contextmanager
    def _scripts_may_run(self, page: Page) -> Iterator[None]:
        """In a browser without JavaScript for as long as it takes, since axe is a script. The
        page's own were passed over when it was read, and stay so.

        The page is looked at where it stands. A second browser that shows the same words would
        fetch every style sheet and script anew, and would run those scripts.
        """
        if page.context not in self._without_javascript:
            yield
            return
        switch = self._switch_of(page)
        # It only hears of a change, and does not know how its page was opened.
        switch.send(_SCRIPTS, {"value": True})
        switch.send(_SCRIPTS, {"value": False})
        page.evaluate(_RENAME, ["body noscript", "without-scripts"])
        try:
            yield
        finally:
            # Put back while scripts may run, a <noscript> would not be drawn.
            switch.send(_SCRIPTS, {"value": True})
            page.evaluate(_RENAME, ["without-scripts", "noscript"])

    def _switch_of(self, page: Page) -> CDPSession:
        """Kept: whoever lets go of it turns scripts on."""
        if page not in self._switches:
            self._switches[page] = page.context.new_cdp_session(page)
        return self._switches[page]

    def close(self) -> None:
        for context in self._contexts:
            context.close()
