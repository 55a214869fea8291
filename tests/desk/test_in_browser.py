"""A reviewer's morning, in a browser: one case from the queue to its decision, then three clean
ones together. Every page is looked over at a desk and on a phone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
import time_machine
from playwright.sync_api import Page, expect

from access_requests import workflow
from access_requests.models import AccessRequest, DecisionChecklist, RejectionReason, Status
from accounts.models import IdentityProofing, User
from tests import builders as make
from tests.browser.at_a_desk import sit_down
from tests.browsing import look_at
from tests.desk import cases

pytestmark = pytest.mark.django_db(transaction=True)

Look = Callable[[str], None]
MOST_ACTIONS = 6


class Hand:
    """Counts what the reviewer does: each click and each field."""

    def __init__(self, page: Page) -> None:
        self.page, self.actions = page, 0

    def click(self, name: str, role: str = "button") -> None:
        self.actions += 1
        main = self.page.get_by_role("main")
        main.get_by_role(role, name=name, exact=True).click()  # type: ignore[arg-type]

    def fill(self, label: str, text: str) -> None:
        self.actions += 1
        self.page.get_by_label(label, exact=True).fill(text)

    def sees(self, *texts: str) -> None:
        for text in texts:
            expect(self.page.get_by_role("main")).to_contain_text(text)


@pytest.fixture
def reviewer() -> User:
    return make.reviewer("reviewer8")


@pytest.fixture
def hand(page: Page, reviewer: User) -> Hand:
    sit_down(page, reviewer)
    return Hand(page)


@pytest.fixture
def look(page: Page, axe: Callable[[Page], None]) -> Look:
    def at_both_sizes(name: str) -> None:
        look_at(page, name, album="desk", check=axe)

    return at_both_sizes


def fill_the_desk(reviewer: User) -> tuple[AccessRequest, list[AccessRequest]]:
    """One fresh case whose domain a sister home knows, three clean ones, and some of every sort."""
    _chain, homes = make.chain(5, "Harbor Care")
    for home in homes:
        home.phone = "2515550100"
        home.save()
    make.pso(homes[0], by=reviewer)
    with time_machine.travel("2026-11-12T15:00:00Z", tick=False):
        rival_home = make.provider(name="TWO OAKS", city="SELMA", phone="3345550123")
        cases.case(rival_home, full_name="Ben Rival")
        cases.case(rival_home, full_name="Cleo Rival")
    with time_machine.travel("2026-11-16T15:00:00Z", tick=False):
        attested = replace(
            make.EMPLOYED, attests_no_corporate_email=True, attests_small_organization=True
        )
        small = make.provider(name="QUIET COVE", city="FAIRHOPE")
        make.submit(
            make.person(email="cove@gmail.com", full_name="Dee Small"), small, "pso", attested
        )
    again = make.person(full_name="Ed Again")
    refused = make.submit(again, homes[4], "pso")
    why = RejectionReason.CANNOT_VERIFY
    workflow.reject(refused.pk, by=reviewer, reason=why, explanation="Nobody there knew them.")
    make.submit(again, homes[4], "pso")
    proofed = {"identity_proofing": IdentityProofing.HARP}
    names = ["Fay Clean", "Gus Clean", "Hal Clean"]
    clean = [
        cases.clean_case(reviewer, requester=make.person(full_name=n, **proofed)) for n in names
    ]
    fresh = cases.case(homes[1], make.person(full_name="Ann Fresh", **proofed))
    return fresh, clean


def test_a_morning_at_the_desk(hand: Hand, look: Look, reviewer: User) -> None:
    fresh, clean = fill_the_desk(reviewer)
    hand.page.goto("/queue/")
    look("queue")
    hand.actions = 0
    hand.click("Ann Fresh", "link")
    look("case")
    # Opening it, who answered, what they said, employed as stated, and the decision: five.
    hand.fill("Who answered (optional)", "Ada Winter, administrator")
    hand.click("Reached: the person was confirmed")
    hand.sees("The attempt was kept.")
    expect(hand.page.locator("#second-path")).to_be_focused()
    hand.click("Passes : Employed as stated")
    hand.sees("Kept: passes.")
    expect(hand.page.locator("#check-employment")).to_be_focused()
    look("case-ready")
    hand.click("Approve")
    hand.sees("Approved: Ann Fresh now has the role", "What CMS had checked")
    assert hand.actions <= MOST_ACTIONS
    look("case-decided")
    kept = DecisionChecklist.objects.get(access_request=fresh)
    assert kept.was_clean
    assert not kept.decided_with_others

    hand.page.goto("/queue/?flag=clean")
    hand.sees("3 of 7 cases")
    look("queue-clean")
    for each in clean:
        label = f"label[for=case-{each.pk}]"
        hand.page.locator(label).click()
    hand.click("Approve the selected cases")
    look("confirm")
    hand.click("Approve these 3 cases")
    hand.sees("3 of 3 approved.")
    look("approved")
    hand.page.reload()
    hand.sees("3 of 3 approved.")
    found = AccessRequest.objects.filter(pk__in=[each.pk for each in clean])
    assert {each.status for each in found} == {Status.APPROVED}
    returns_with_a_ready_question(hand, look)


def returns_with_a_ready_question(hand: Hand, look: Look) -> None:
    hand.page.goto("/queue/")
    hand.click("Dee Small", "link")
    look("case-open")
    hand.page.get_by_label("Who answered (optional)", exact=True).press("Enter")
    hand.sees("Choose what came of it")
    look("case-enter")
    hand.page.locator("#check-employment").get_by_label("Note").press("Enter")
    hand.sees("Choose what came of “Employed as stated”")
    choice = hand.page.get_by_label("Ready-made question")
    choice.select_option(value="employment-2")
    question = hand.page.get_by_label("Question for the requester", exact=True)
    expect(question).to_have_value(
        "What is your position at the provider, and since when do you work there?"
    )
    hand.click("Return for information")
    hand.sees("Returned. Dee Small was asked")
    hand.page.goto("/queue/")
    hand.click("Waiting for an answer (1)", "link")
    hand.sees("Dee Small")
    look("returned")
    cannot_approve_who_was_not_confirmed(hand, look)


def cannot_approve_who_was_not_confirmed(hand: Hand, look: Look) -> None:
    hand.page.goto("/queue/")
    hand.click("Ben Rival", "link")
    hand.sees("Cleo Rival’s request then goes to Ben Rival to decide.")
    hand.fill("Who answered (optional)", "Ada Winter, administrator")
    hand.click("Reached: not confirmed")
    hand.sees("This request cannot be approved now:")
    expect(hand.page.get_by_role("button", name="Approve", exact=True)).to_have_count(0)
    look("case-blocked")
