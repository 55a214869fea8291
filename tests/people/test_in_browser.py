"""A PSO looks after their people in a browser: with scripts at a desk, without them on a phone."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timezone import localdate
from playwright.sync_api import Page, expect

from access_requests import workflow
from access_requests.models import AssignmentStatus, RoleAssignment
from accounts.models import User
from tests import builders as make
from tests.browser.at_a_desk import sit_down
from tests.browsing import PHONE, look_at, stays_at_the_foot
from tests.people.builders import home_with_pso, role_at

pytestmark = pytest.mark.django_db(transaction=True)

Look = Callable[[Page, str], None]


@pytest.fixture
def look(axe: Callable[[Page], None]) -> Look:
    def at_both_sizes(page: Page, name: str) -> None:
        before = page.viewport_size
        look_at(page, name, album="people", check=axe, checked_at=[])
        assert before is not None
        page.set_viewport_size(before)
        axe(page)

    return at_both_sizes


@pytest.fixture
def pso() -> User:
    """PSO of two homes, with nurses and vendors of all sorts."""
    pso = make.person("pwinters", full_name="Pat Winters")
    home, _ = home_with_pso(pso)
    other, _ = home_with_pso(pso)
    make.pso(home, make.person("ssecond", full_name="Sam Second"))
    role_at(home, make.person("anurse", full_name="Ann Nurse"))
    role_at(home, make.person("bnurse", full_name="Bea Nurse"))
    today = localdate()
    billing = make.person("vclerk", full_name="Vic Clerk", email="vic@billing.example")
    role_at(home, billing, vendor=True, ends_on=today + timedelta(days=9))
    role_at(other, billing, vendor=True, ends_on=today + timedelta(days=60))
    role_at(other, make.person("standin", full_name="Sue Standin"), ends_on=today)
    User.objects.filter(username="bnurse").update(last_login=timezone.now() - timedelta(days=80))
    User.objects.filter(username="anurse").update(last_login=timezone.now())
    return pso


def in_main(page: Page, *texts: str) -> None:
    for text in texts:
        expect(page.get_by_role("main")).to_contain_text(text)


def press(page: Page, name: str, role: str = "button") -> None:
    page.get_by_role("main").get_by_role(role, name=name, exact=True).click()  # type: ignore[arg-type]


def test_a_morning_with_ones_people(page: Page, look: Look, pso: User) -> None:
    sit_down(page, pso)
    page.goto("/people/")
    in_main(page, "Vendors", "Ann Nurse", "Vic Clerk", "today is the last day")
    look(page, "list")
    step = page.get_by_role("button", name="Revoke the selected roles")
    stays_at_the_foot(page, step, page.locator(".portal-people tbody tr"))
    page.get_by_label("Last day and sign-in").select_option(label="Ends within 30 days")
    press(page, "Show these people")
    in_main(page, "Sue Standin", "the first to end on top")
    look(page, "ending")
    until = date_format(localdate() + timedelta(days=99), "M j, Y")
    enter_on_a_tick_asks_and_changes_nothing(page)
    page.get_by_role("link", name=f"Extend to {until} : Vic Clerk").click()
    in_main(page, "Extend Vic Clerk’s role", "The person is told by email at once.")
    look(page, "extend")
    press(page, f"Extend to {until}")
    in_main(page, "The last day of Vic Clerk’s role", "They have been told.")
    expect(page).to_have_url(re.compile("when=ending"))
    page.get_by_label("Name or User ID").fill("nurse")
    press(page, "Find")
    in_main(page, "Nobody is found")
    look(page, "nobody")
    press(page, "End the search", "link")
    page.goto("/people/")
    page.get_by_label("Name or User ID").fill("nurse")
    press(page, "Find")
    in_main(page, "2 roles", "Found for “nurse”.")
    assert "nurse" not in page.url
    expect(page).to_have_title(re.compile("^2 roles, People"))
    expect(page.locator("#found")).to_be_focused()
    look(page, "found")
    press(page, "Revoke the selected roles")
    in_main(page, "Tick at least one role first.")
    page.locator("label", has_text="Select all on this page").click()
    in_main(page, "2 roles are selected.")
    press(page, "Revoke the selected roles")
    in_main(page, "These 2 roles end at once")
    press(page, "Revoke these 2 roles")
    in_main(page, "Give the reason.")
    look(page, "revoke")
    page.get_by_label("Reason", exact=True).fill("The unit has closed.")
    ann = RoleAssignment.objects.get(user__username="anurse")
    workflow.give_up(ann.pk, by=ann.user)
    press(page, "Revoke these 2 roles")
    in_main(page, "1 of 2 revoked.", "This role has already ended.")
    page.reload()
    in_main(page, "1 of 2 revoked.")
    look(page, "revoked")
    approve_until_a_day(page, look, pso)


def enter_on_a_tick_asks_and_changes_nothing(page: Page) -> None:
    """With scripts, the list says to tick; without them, the next page does."""
    before = set(RoleAssignment.objects.values_list("pk", "ends_on", "status"))
    page.locator("input[name=role]").first.press("Enter")
    expect(page.get_by_text("Tick at least one role")).to_be_visible()
    assert set(RoleAssignment.objects.values_list("pk", "ends_on", "status")) == before


def approve_until_a_day(page: Page, look: Look, pso: User) -> None:
    home = RoleAssignment.objects.filter(user=pso).order_by("provider__ccn")[0].provider
    asked = make.submit(make.person("newone", full_name="Nia Newone"), home)
    page.goto(asked.get_absolute_url())
    expect(page.get_by_label("Last day (optional)")).to_be_visible()
    look(page, "approve")
    day = localdate() + timedelta(days=200)
    page.get_by_label("Last day (optional)").fill(day.isoformat())
    press(page, "Approve")
    in_main(page, "Approved: Nia Newone")
    assert RoleAssignment.objects.get(access_request=asked).ends_on == day


def test_on_a_phone_without_scripts(new_page: Callable[..., Page], look: Look, pso: User) -> None:
    page = new_page(size=PHONE, javascript=False)
    sit_down(page, pso)
    page.goto("/people/?kind=vendor")
    in_main(page, "Vic Clerk")
    expect(page.get_by_text("Select all on this page")).to_be_hidden()
    until = date_format(localdate() + timedelta(days=99), "M j, Y")
    enter_on_a_tick_asks_and_changes_nothing(page)
    page.goto("/people/?kind=vendor")
    page.get_by_role("link", name=f"Extend to {until} : Vic Clerk").click()
    press(page, f"Extend to {until}")
    in_main(page, "They have been told.")
    page.get_by_role("link", name="Vic Clerk").first.click()
    in_main(page, "Roles at your CCNs", "vclerk")
    look(page, "person")
    page.get_by_role("link", name="Change the last day").first.click()
    page.get_by_label("Last day (optional)").fill("2020-01-01")
    press(page, "Keep this last day")
    in_main(page, "Choose today or a later day")
    look(page, "end-date")
    page.get_by_label("Last day (optional)").fill("")
    press(page, "Keep this last day")
    in_main(page, "keeps the role")
    for box in page.locator("label[for^=role-]").all():
        box.click()
    press(page, "Revoke the selected roles")
    page.get_by_label("Reason", exact=True).fill("The contract is over.")
    press(page, "Revoke these 2 roles")
    in_main(page, "2 of 2 revoked.")
    roles = RoleAssignment.objects.filter(user__username="vclerk")
    assert {each.status for each in roles} == {AssignmentStatus.ENDED}
    page.goto(f"/people/{roles[0].user_id}/")
    in_main(page, "None now.", "Ended at your CCNs")
