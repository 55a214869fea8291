"""Somebody waits, asks to be looked at, and is helped; a sole PSO goes away. With JavaScript and
without, at a desk and on a phone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
import time_machine
from django.utils import timezone
from playwright.sync_api import Page, expect

from access_requests import workflow
from access_requests.models import AccessRequest
from access_requests.waiting import absences, helping, reminding
from accounts.business_days import business_days_after, is_business_day
from accounts.models import User
from providers.models import Provider
from tests import builders as make
from tests.browser.at_a_desk import sit_down
from tests.browsing import look_at

pytestmark = pytest.mark.django_db(transaction=True)

NewPage = Callable[..., Page]
Look = Callable[[Page, str], None]


@pytest.fixture
def look(axe: Callable[[Page], None]) -> Look:
    def at_both_sizes(page: Page, name: str) -> None:
        look_at(page, name, album="waiting", check=axe)

    return at_both_sizes


def business_days_ago(number: int) -> date:
    """On which what is submitted has waited so many business days today."""
    day = timezone.localdate()
    while business_days_after(day, number) > timezone.localdate() or not is_business_day(day):
        day -= timedelta(days=1)
    return day


def a_queue(home: Provider, waits: int) -> tuple[User, AccessRequest]:
    """A PSO who has decided three requests, and one that has waited so many business days."""
    with time_machine.travel(business_days_ago(waits + 8), tick=False):
        pso = make.pso(home, make.person("psosmith", full_name="Pat Smith"))
        earlier = [make.submit(make.person(), home) for _ in range(3)]
    with time_machine.travel(business_days_ago(waits + 5), tick=False):
        for each in earlier:
            workflow.approve(each.pk, by=pso)
    with time_machine.travel(business_days_ago(waits), tick=False):
        asked = make.submit(make.person(full_name="Ann Waits"), home)
    return pso, asked


def signed_in(new_page: NewPage, person: User, *, javascript: bool = True) -> Page:
    page = new_page(javascript=javascript)
    # Through a page with scripts: the address of the portal is asked for by one.
    twin = page if javascript else new_page()
    sit_down(twin, person)
    if not javascript:
        page.context.add_cookies(twin.context.cookies())  # type: ignore[arg-type]
    return page


@pytest.mark.parametrize("javascript", [True, False])
def test_somebody_waits(new_page: NewPage, look: Look, javascript: bool) -> None:
    home = make.provider(name="BURNS NURSING HOME")
    _pso, asked = a_queue(home, 3)
    reminding.run()
    page = signed_in(new_page, asked.requester, javascript=javascript)
    page.goto(asked.get_absolute_url())
    main = page.get_by_role("main")
    expect(main).to_contain_text("Usual time to decide")
    expect(main).not_to_contain_text("Pat Smith")
    if javascript:
        look(page, "waits")
    main.get_by_role("button", name="Ask them to look at it", exact=True).click()
    expect(main).to_contain_text("Done: whoever decides is asked to look at your request.")
    expect(main).to_contain_text("You can ask them again on")
    if javascript:
        look(page, "asked")


def test_somebody_waits_long_and_everybody_is_away(new_page: NewPage, look: Look) -> None:
    home = make.provider(name="BURNS NURSING HOME")
    pso, asked = a_queue(home, 11)
    first = make.submit(asked.requester, make.provider(), "pso")
    absences.name(pso, timezone.localdate(), timezone.localdate() + timedelta(days=7))
    helping.run()
    page = signed_in(new_page, asked.requester)
    page.goto(asked.get_absolute_url())
    expect(page.get_by_role("main")).to_contain_text("the Service Center can help")
    expect(page.get_by_role("main")).to_contain_text("and is away until")
    look(page, "long-and-away")
    page.goto("/requests/")
    expect(page.get_by_role("main")).to_contain_text("The PSO of this CCN, away until")
    look(page, "list-away")
    page.goto(first.get_absolute_url())
    look(page, "waits-for-cms")


@pytest.mark.parametrize("javascript", [True, False])
def test_a_sole_pso_goes_away(new_page: NewPage, look: Look, javascript: bool) -> None:
    home = make.provider(name="BURNS NURSING HOME")
    pso, asked = a_queue(home, 3)
    page = signed_in(new_page, pso, javascript=javascript)
    page.goto("/waiting/absence/")
    main = page.get_by_role("main")
    main.get_by_role("button", name="Save these days", exact=True).click()
    expect(main).to_contain_text("Enter the first day.")
    if javascript:
        look(page, "absence-error")
    today = timezone.localdate()
    main.get_by_label("First day away").fill(today.isoformat())
    main.get_by_label("Last day away").fill((today + timedelta(days=7)).isoformat())
    main.get_by_role("button", name="Save these days", exact=True).click()
    expect(main).to_contain_text("Saved: you are away from")
    expect(main).to_contain_text("you are the only PSO.")
    if javascript:
        look(page, "absence")
        page.goto(asked.get_absolute_url())
        look(page, "for-the-pso")
        page.goto(home.get_absolute_url())
        expect(main).to_contain_text("away until")
        look(page, "provider")
        page.goto("/")
        expect(main).to_contain_text("You are away until")
        look(page, "home-away")
        page.goto("/waiting/absence/")
    main.get_by_role("button", name="I am back").click()
    expect(main).to_contain_text("Done: you are no longer away on these days.")
