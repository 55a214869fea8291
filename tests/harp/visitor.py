"""Somebody with a HARP account, at a browser: what they do there, and what they see here."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browsing import DESKTOP, PHONE
from tests.stand_in_harp.people import PASSWORD


@dataclass(frozen=True)
class Visitor:
    page: Page
    axe: Callable[[Page], None]
    harp_url: str

    def goes_to_harp(self) -> None:
        self.page.goto("/accounts/login/")
        self.page.get_by_role("button", name="Sign in with HARP").click()
        expect(self.page).to_have_url(re.compile(re.escape(self.harp_url)))

    def signs_in_at_harp(self, name: str) -> None:
        self.page.get_by_label("Username").fill(name)
        self.types_password_at_harp()
        self.page.get_by_role("button", name="Authorize").click()

    def types_password_at_harp(self) -> None:
        self.page.get_by_label("Password").fill(PASSWORD)
        self.page.get_by_role("button").last.click()

    def comes_from_harp(self, name: str) -> None:
        self.goes_to_harp()
        self.signs_in_at_harp(name)

    def accepts_terms(self) -> None:
        self.click("I accept")

    def click(self, name: str, role: str = "button") -> None:
        main = self.page.get_by_role("main")
        main.get_by_role(role, name=name, exact=True).click()  # type: ignore[arg-type]

    def reads(self, heading: str, *texts: str) -> None:
        """The page under this heading, which is looked over: axe, and no wider than the screen.

        SCREENSHOT_DIR names a folder for pictures of it, at a desk and on a phone.
        """
        page = self.page
        expect(page.get_by_role("heading", level=1)).to_have_text(heading)
        for text in texts:
            expect(page.get_by_role("main")).to_contain_text(text)
        for width, height in (PHONE, DESKTOP):
            page.set_viewport_size({"width": width, "height": height})
            room = "document.documentElement.scrollWidth <= window.innerWidth"
            assert page.evaluate(room), f"{page.url} is wider than {width} pixels"
            self.axe(page)
            folder = os.environ.get("SCREENSHOT_DIR")
            if folder:
                name = re.sub(r"[^a-z]+", "-", heading.lower()).strip("-")
                page.screenshot(path=Path(folder) / f"harp-{name}-{width}.png", full_page=True)

    def is_signed_in_as(self, name: str) -> None:
        expect(self.page.get_by_role("button", name="Sign out", include_hidden=True)).to_have_count(
            1
        )
        expect(self.page.get_by_role("banner")).to_contain_text(name)
