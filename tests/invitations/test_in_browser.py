"""From a PSO's invitation to the request in the queue; from somebody who waits to a first PSO."""

from __future__ import annotations

import os
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from access_requests import workflow
from access_requests.models import AccessRequest, InvitationLetter
from accounts.models import User
from providers.models import Provider
from tests import builders as make
from tests.browser.at_a_desk import nurse, sign_in, sit_down
from tests.browsing import DESKTOP, look_at
from tests.invitations.builders import ADDRESS, invite, link_of

pytestmark = pytest.mark.django_db(transaction=True)

NewPage = Callable[..., Page]
Look = Callable[..., None]


@pytest.fixture
def look(axe: Callable[[Page], None]) -> Look:
    """Reads the page by axe, and takes its picture at both widths where pictures are wanted.

    `seen`: another state of the same page is read as well, so this one is when pictures are taken.
    """

    def look(page: Page, name: str, *, seen: bool = False) -> None:
        is_checked = not seen or "SCREENSHOT_DIR" in os.environ
        at = [DESKTOP] if is_checked else []
        look_at(page, name, album="invitations", check=axe, checked_at=at)

    return look


def olga() -> User:
    person = nurse("omeyer3")
    User.objects.filter(pk=person.pk).update(email=ADDRESS, full_name="Olga Meyer")
    person.emailaddress_set.update(email=ADDRESS)
    return person


def two_homes(pso: User) -> list[Provider]:
    homes = [
        make.provider("015009", name="BURNS NURSING HOME", city="RUSSELLVILLE"),
        make.provider("015010", name="COOSA VALLEY HOME", city="SYLACAUGA"),
    ]
    for home in homes:
        make.pso(home, pso)
    return homes


def test_a_pso_invites_and_finds_the_request_in_the_queue(new_page: NewPage, look: Look) -> None:
    pso = make.person("pstone", full_name="Paula Stone")
    two_homes(pso)
    make.pso(Provider.objects.get(ccn="015010"))
    page = new_page()
    sit_down(page, pso)
    page.goto("/invitations/")
    look(page, "list-empty", seen=True)
    page.goto("/providers/015009/")
    look(page, "provider")
    page.get_by_role("main").get_by_role("link", name="Invite somebody").click()
    look(page, "new", seen=True)
    page.get_by_role("button", name="Send the invitation").click()
    expect(page.get_by_role("alert")).to_contain_text("Enter the person’s email address.")
    look(page, "new-faulty")
    page.get_by_label("Their email address").fill(ADDRESS)
    page.get_by_label("Name of the person").fill("Olga Meyer")
    page.locator("label", has_text="Works for it").click()
    page.get_by_label("Role", exact=True).select_option("pso")
    expect(page.get_by_label("Last day of the role")).to_be_hidden()
    page.get_by_label("Role", exact=True).select_option("assessment_submitter")
    page.locator("label", has_text="Coosa Valley").click()
    page.get_by_role("button", name="Send the invitation").click()
    expect(page.get_by_role("main")).to_contain_text("Your invitation is on its way.")
    look(page, "sent")
    accepts(new_page(), look)
    page.reload()
    expect(page.get_by_role("main")).to_contain_text("2 accepted")
    look(page, "accepted", seen=True)
    page.goto("/invitations/")
    look(page, "list")
    page.goto("/queue/")
    page.get_by_role("main").get_by_role("link", name="Olga Meyer").first.click()
    expect(page.get_by_role("main")).to_contain_text("By invitation")
    look(page, "request-invited")


def accepts(page: Page, look: Look) -> None:
    """Not signed in, and back after the sign-in."""
    person = olga()
    link = link_of(InvitationLetter.objects.get())
    page.goto(link)
    expect(page.get_by_role("main")).to_contain_text("Paula Stone")
    look(page, "link")
    signs_up = page.get_by_role("link", name="Create an account first")
    assert "next=%2Finvitations%2Fopen" in (signs_up.get_attribute("href") or "")
    page.get_by_role("link", name="Sign in and go on").click()
    sign_in(page, person)
    expect(page).to_have_url(re.compile(r"/invitations/open/.+/accept/$"))
    look(page, "accept")
    page.get_by_label("Job title").fill("Assessment nurse")
    page.get_by_role("button", name="Send my requests").click()
    expect(page.get_by_role("alert")).to_contain_text("Employer")
    page.get_by_label("Employer").fill("Burns Nursing Home, Inc.")
    page.get_by_role("button", name="Send my requests").click()
    expect(page.get_by_role("main")).to_contain_text("Your 2 requests were submitted.")
    look(page, "link-accepted")
    assert AccessRequest.objects.filter(requester=person).count() == 2


def test_without_scripts_a_waiting_nurse_finds_a_first_pso(new_page: NewPage, look: Look) -> None:
    waits, quiet = make.person("wlund4", full_name="Wanda Lund"), make.provider("015009")
    asked = make.submit(waits, quiet)
    page = new_page(javascript=False)
    sit_down(page, waits)
    page.goto(asked.get_absolute_url())
    look(page, "request-waiting", seen=True)
    page.get_by_role("link", name="Invite a colleague").click()
    look(page, "new-pso")
    page.get_by_label("Their email address").fill(ADDRESS)
    page.get_by_role("button", name="Send the invitation").click()
    expect(page.get_by_role("main")).to_contain_text("Your invitation is on its way.")
    page.goto(asked.get_absolute_url())
    expect(page.get_by_role("main")).to_contain_text(ADDRESS)
    look(page, "request-waiting-invited")

    colleague = new_page(javascript=False)
    person = olga()
    colleague.goto(link_of(InvitationLetter.objects.get()))
    look(colleague, "link-pso", seen=True)
    colleague.get_by_role("link", name="Sign in and go on").click()
    sign_in(colleague, person)
    colleague.get_by_label("Job title").fill("Director of Nursing")
    colleague.get_by_label("Employer").fill("Burns Nursing Home, Inc.")
    colleague.get_by_role("button", name="Send my request").click()
    look(colleague, "accept-pso-faulty")
    colleague.get_by_label("Name of the provider's administrator").fill("Ada Winter")
    colleague.get_by_label("How CMS can reach the administrator").fill("(555) 010-0142")
    colleague.get_by_role("button", name="Send my request").click()
    expect(colleague.get_by_role("main")).to_contain_text("CMS has it")
    workflow.approve(AccessRequest.objects.get(requester=person).pk, by=make.reviewer())
    # With the second factor that a PSO must have.
    sit_down(colleague, person)
    colleague.reload()
    expect(colleague.get_by_role("main")).to_contain_text("Next: invite a second PSO")
    look(colleague, "second")


def test_links_that_have_ended(new_page: NewPage, look: Look) -> None:
    home = make.provider("015009", name="BURNS NURSING HOME")
    pso = make.pso(home, make.person("pstone", full_name="Paula Stone"))
    page = new_page(javascript=False)
    page.goto(link_of(invite(pso, home)))
    page.locator("label", has_text="Send no invitations to my address").click()
    page.get_by_role("button", name="Decline the invitation").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The invitation is declined")
    look(page, "link-declined")
    page.goto(f"/invitations/open/{'x' * 43}/")
    look(page, "link-unknown")
    letter = invite(pso, home, address="nora@sunrise-care.example")
    link = link_of(letter)
    letter.invitations.update(ended_at=letter.written_at, ended_how="expired")
    page.goto(link)
    expect(page.get_by_role("main")).to_contain_text("has expired")
    look(page, "link-expired")
    sit_down(page, make.person())
    page.goto("/invitations/new/")
    look(page, "nowhere")
