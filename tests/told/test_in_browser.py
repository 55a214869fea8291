"""A PSO's notices and preferences, with JavaScript and without, at a desk and on a phone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from accounts import notices
from accounts.models import EmailPreference, Notice, User
from tests import builders as make
from tests.browser.at_a_desk import sit_down
from tests.browsing import PHONE, look_at

pytestmark = pytest.mark.django_db(transaction=True)

Look = Callable[[Page, str], None]


@pytest.fixture
def look(axe: Callable[[Page], None]) -> Look:
    def at_both_sizes(page: Page, name: str) -> None:
        look_at(page, name, album="told", check=axe, checked_at=[PHONE])

    return at_both_sizes


def busy_pso() -> User:
    here = make.provider(name="BURNS NURSING HOME")
    pso = make.pso(here, make.person(full_name="Paula Stone"))
    for name in ("Ana Diaz", "Ben Moss", "Cora Oak"):
        make.submit(make.person(full_name=name), here)
    notices.tell(recipient=pso, kind="test", subject="About your account", body="b", path="/help/")
    return pso


@pytest.mark.parametrize("javascript", [True, False])
def test_notices_are_read_and_one_email_a_day_is_chosen(
    new_page: Callable[..., Page], look: Look, javascript: bool
) -> None:
    pso = busy_pso()
    page = new_page(javascript=javascript)
    sit_down(page, pso)
    page.goto("/notices/")
    main = page.get_by_role("main")
    rows = main.locator(".portal-notice")
    expect(rows).to_have_count(6)
    look(page, "notices")

    # One by its mark, and unread again.
    first = rows.nth(0)
    first.get_by_role("button", name="Mark as read").click()
    expect(rows.nth(0)).not_to_contain_text("New")
    expect(main.get_by_role("status")).to_have_text("Marked as read.")
    if javascript:
        expect(rows.nth(0).get_by_role("button", name="Mark as unread")).to_be_focused()
    rows.nth(0).get_by_role("button", name="Mark as unread").click()
    expect(rows.nth(0)).to_contain_text("New")

    # One by its link; one by the page of its request.
    main.get_by_role("link", name="About your account").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Help")
    page.goto("/notices/?show=unread")
    expect(rows).to_have_count(5)
    main.get_by_role("link", name="A request waits for you").first.click()
    expect(main).to_contain_text("Cora Oak")
    page.goto("/notices/?show=unread")
    expect(rows).to_have_count(4)
    look(page, "unread")
    main.get_by_role("button", name="Mark all as read").click()
    expect(main.get_by_role("button", name="Mark all as read")).to_have_count(0)
    said = main.get_by_role("status")
    expect(said).to_have_text("4 notices are marked as read.")
    if javascript:
        expect(said).to_be_focused()
    main.get_by_role("link", name="Unread only").click()
    expect(main).to_contain_text("Nothing unread")
    look(page, "nothing-unread")
    assert not Notice.objects.filter(recipient=pso, read_at=None).exists()

    main.get_by_role("link", name="Email preferences").click()
    look(page, "preferences")
    main.get_by_text("One email a day, in the morning").click()
    main.get_by_role("button", name="Save").click()
    expect(main).to_contain_text("From now on you get one email a day")
    make.submit(make.person(full_name="Dora Elm"), pso.role_assignments.get().provider)
    page.reload()
    expect(main).to_contain_text("1 notice is kept for your email of")
    look(page, "preferences-kept")
    page.goto("/notices/")
    expect(rows.nth(0)).to_contain_text("Waits for the daily email")
    assert EmailPreference.objects.get(user=pso).approvals == "daily"
