"""A campaign from the form to its result, in a browser."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from access_requests.campaigns import sending
from access_requests.models import CampaignLetter, CampaignStep
from accounts.mail import delivery
from tests import builders as make
from tests.browser.at_a_desk import sit_down
from tests.browser.person import Person
from tests.browsing import PHONE
from tests.campaigns import builders as campaigns
from tests.mail_server import MailServer

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def desk(smtp_server: MailServer, page: Page, axe: Callable[[Page], None]) -> Person:
    reviewer = make.reviewer("creviewer7")
    sit_down(page, reviewer)
    return Person(page, smtp_server, axe, reviewer.username, "", set(), "campaigns")


def test_a_campaign_from_the_form_to_its_result(
    desk: Person, monkeypatch: pytest.MonkeyPatch, new_page: Callable[..., Page]
) -> None:
    monkeypatch.setattr(sending, "BATCH", 2)
    homes = campaigns.homes(4)
    _chain, of_chain = make.chain(12, "SUNRISE HOMES")
    for home in of_chain:
        campaigns.contact(home, "chief@chain.example")
    for place in ("FUQUAY-VARINA", "MOBILE"):
        make.provider(city=place, address_line_1="1 MAIN ST", zip_code="36601")
    make.pso(make.provider())
    desk.go("/campaigns/")
    desk.look("list-empty")
    makes_it(desk)
    reads_and_edits_the_message(desk)
    desk.click("Start sending")
    desk.sees("Send 5 emails?", "18 CCNs are meant.", "2 CCNs have no address that works")
    desk.look("start")
    desk.click("Yes, send 5 emails")
    step = CampaignStep.objects.get()
    watches_it(desk, step)
    while campaigns.next_batch(step) is not None:
        delivery.deliver()
    expect(desk.page.get_by_role("main")).to_contain_text("100 %", timeout=10_000)
    make.pso(homes[0])
    make.submit(make.person(), homes[1], "pso")
    reads_the_result(desk, step)
    declines(desk, new_page(size=PHONE))


def makes_it(desk: Person) -> None:
    desk.click("Make a campaign", "link")
    meant = desk.page.locator("#meant")
    desk.page.locator("label", has_text="One PSO").click()
    expect(meant).to_contain_text("CCNs meant now 1 ")
    desk.page.locator("label", has_text="No PSO").click()
    desk.page.get_by_text("Only some states").click()
    desk.page.locator("label", has_text="Alabama").click()
    expect(meant).to_contain_text("CCNs meant now 18")
    expect(meant).to_contain_text("Addresses to write to 5")
    expect(meant).to_contain_text("CCNs without an address 2")
    desk.look("new")
    desk.click("Make the campaign")
    desk.sees("There is a problem", "Give the campaign a name.")
    desk.look("new-error")
    desk.fill_labelled("Name of the campaign", "Alabama, no PSO, November")
    desk.click("Make the campaign")
    desk.sees("Action needed: name a Provider Security Official for CCN")


def reads_and_edits_the_message(desk: Person) -> None:
    desk.look("draft")
    desk.click("Edit the message", "link")
    desk.look("edit")
    message = desk.page.get_by_label("Message", exact=True)
    kept = message.input_value()
    message.fill(kept + "\n\n{{ adress }}")
    desk.click("Keep and preview")
    desk.sees("{{ adress }} cannot be filled in here.")
    desk.look("edit-error")
    message.fill(kept + "\n\nYour CMS regional office")
    desk.click("Keep and preview")
    desk.sees("The message is kept.", "Your CMS regional office")
    desk.click("Send a test to myself")
    desk.sees("on its way to your own address")


def watches_it(desk: Person, step: CampaignStep) -> None:
    desk.sees("Sending has begun.", "0 of 5 emails sent or left out")
    campaigns.next_batch(step)
    delivery.deliver()
    expect(desk.page.get_by_role("main")).to_contain_text("2 of 5 emails sent or left out")
    desk.look("sending")
    campaigns.next_batch(step)
    desk.click("Pause")
    desk.sees("Paused. Nothing more leaves", "Waiting to leave 2")
    desk.look("paused")
    assert delivery.deliver() == 0
    desk.click("Resume")
    desk.sees("Sending goes on.")


def reads_the_result(desk: Person, step: CampaignStep) -> None:
    desk.page.reload()
    desk.sees("What came of it", "first PSO approved since")
    desk.look("result")
    desk.click("16 Sent, and not come back", "link")
    desk.sees("CCNs of Alabama, no PSO, November, step 1.")
    desk.look("ccns")
    desk.go(f"/campaigns/steps/{step.pk}/ccns/?which=on-paper")
    desk.look("ccns-paper")
    desk.go(f"/campaigns/{step.campaign_id}/")
    desk.look("campaign")
    desk.go("/campaigns/")
    desk.look("list")


def declines(desk: Person, phone: Page) -> None:
    letter = CampaignLetter.objects.get(address="chief@chain.example")
    phone.goto(f"/campaigns/not-me/{campaigns.token(letter)}/")
    contact = Person(phone, desk.mail, desk.check, "", "", desk.looked_at, "campaigns")
    contact.look("decline")
    contact.click("I am not the right person")
    contact.sees("Thank you.")
    contact.look("declined")
    expect(phone).to_have_url(re.compile("/campaigns/not-me/"))
