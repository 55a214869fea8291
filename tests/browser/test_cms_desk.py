"""CMS's whole journey on the real roster: from the file to a state that has its first PSOs.

The list is uploaded as CMS publishes it and imported by a Celery worker in its own process; a
campaign leaves over SMTP; ten cases are approved at once; readiness moves. Each page is looked
over at both widths.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from access_requests.desk import steps
from access_requests.models import (
    AccessRequest,
    CheckConfirmation,
    ContactAttempt,
    RoleAssignment,
    Status,
)
from accounts.models import IdentityProofing, User
from providers.models import Provider
from tests import builders as make
from tests.browser.at_a_desk import sit_down
from tests.browsing import DESKTOP, look_at
from tests.mail_server import MailServer, text_of

pytestmark = pytest.mark.django_db(transaction=True)

ROSTER = "SNF_Enrollments_2026.07.31.csv"
STATE, NAME = "AK", "Alaska"
CLAIMED = 10
# Comparing and importing the country takes a worker some seconds each.
PATIENCE = 120_000


class Desk:
    """A CMS reviewer at a browser; every page they come to is looked over once."""

    def __init__(self, page: Page, check: Callable[[Page], None]) -> None:
        self.page, self.check = page, check

    def go(self, path: str) -> None:
        self.page.goto(path)

    def click(self, name: str, role: str = "button") -> None:
        main = self.page.get_by_role("main")
        main.get_by_role(role, name=name, exact=True).first.click()  # type: ignore[arg-type]

    def sees(self, *texts: str | re.Pattern[str], patience: float = 10_000) -> None:
        for text in texts:
            expect(self.page.get_by_role("main")).to_contain_text(text, timeout=patience)

    def look(self, name: str) -> None:
        look_at(self.page, name, album="cms", check=self.check, checked_at=[DESKTOP])


@pytest.fixture
def reviewer() -> User:
    return make.reviewer("creviewer7")


@pytest.fixture
def desk(
    celery_worker_process: Any,
    reviewer: User,
    new_page: Callable[..., Page],
    axe: Callable[[Page], None],
) -> Desk:
    page = new_page()
    sit_down(page, reviewer)
    return Desk(page, axe)


def test_from_the_roster_to_ten_first_psos(
    desk: Desk, reviewer: User, smtp_server: MailServer, cms_data: Path
) -> None:
    imports_the_roster(desk, cms_data / "cms" / ROSTER)
    homes = list(Provider.objects.open().filter(state=STATE).order_by("ccn"))
    assert len(homes) > CLAIMED
    readiness_says(desk, none=len(homes), one=0)
    imports_contacts(desk, homes)
    runs_a_campaign(desk, homes, smtp_server)
    people = [claims(home) for home in homes[:CLAIMED]]
    for person in people[1:]:
        is_verified(person, reviewer)
    verifies_in_the_browser(desk, people[0])
    approves_all_at_once(desk, people)
    readiness_says(desk, none=len(homes) - CLAIMED, one=CLAIMED)
    sees_what_came_of_the_campaign(desk, len(homes))


def imports_the_roster(desk: Desk, file: Path) -> None:
    desk.go("/")
    desk.look("home")
    desk.click("Rosters", "link")
    desk.look("rosters-empty")
    desk.go("/rosters/new/")
    desk.look("roster-upload")
    desk.page.get_by_label("File", exact=True).set_input_files(file)
    desk.click("Upload and compare")
    desk.sees("Nothing is changed yet", patience=PATIENCE)
    assert not Provider.objects.exists()
    desk.look("roster-compared")
    desk.click("Accept and import")
    desk.sees("Accepted by", patience=PATIENCE)
    assert Provider.objects.count() > 14_000
    desk.look("roster-imported")


def readiness_says(desk: Desk, *, none: int, one: int) -> None:
    desk.go("/readiness/")
    desk.look(f"readiness-{one}")
    row = desk.page.get_by_role("row").filter(has_text=NAME)
    cells = [cell.strip() for cell in row.get_by_role("cell").all_inner_texts()]
    assert cells[:4] == [str(none + one), str(none), str(one), "0"]
    desk.go(f"/readiness/states/{STATE}/")
    desk.look(f"readiness-state-{one}")


def imports_contacts(desk: Desk, homes: list[Provider]) -> None:
    table = io.StringIO()
    rows = csv.writer(table)
    rows.writerow(["CCN", "Name", "Position", "Email", "Phone"])
    for home in homes:
        rows.writerow([home.ccn, "Robin Abbott", "Administrator", address(home), ""])
    desk.go("/contacts/")
    desk.look("contacts")
    desk.go("/contacts/import/")
    desk.page.get_by_label("List of contacts (CSV file)", exact=True).set_input_files(
        {"name": "contacts.csv", "mimeType": "text/csv", "buffer": table.getvalue().encode()}
    )
    desk.click("Upload and compare")
    desk.look("contacts-compared")
    desk.click("Yes, add them")
    desk.sees(f"{len(homes)}")


def runs_a_campaign(desk: Desk, homes: list[Provider], mail: MailServer) -> None:
    desk.go(f"/readiness/ccns/?state={STATE}&level=0")
    desk.look("readiness-list")
    desk.click("Write to these", "link")
    desk.page.get_by_label("Name of the campaign").fill("Alaska, no PSO")
    desk.look("campaign-new")
    desk.click("Make the campaign")
    desk.sees("Read its first message")
    desk.look("campaign-step")
    desk.click("Start sending")
    desk.sees(f"{len(homes)} CCNs are meant")
    desk.look("campaign-start")
    desk.click(f"Yes, send {len(homes)} emails")
    sent = f"100 %: {len(homes)} of {len(homes)} emails sent or left out"
    desk.sees(sent, patience=PATIENCE)
    desk.look("campaign-sending")
    assert homes[0].ccn in text_of(mail.wait_for(address(homes[0])))
    assert [len(mail.to(address(home))) for home in homes] == [1] * len(homes)


def claims(home: Provider) -> User:
    """Somebody HARP has proofed asks, with an address of the home, whose contact is told."""
    person = make.person(
        f"claims{home.ccn}",
        email=f"nurse{home.ccn}@home{home.ccn}.example",
        identity_proofing=IdentityProofing.HARP,
    )
    make.submit(person, home, "pso")
    return person


def is_verified(person: User, reviewer: User) -> None:
    [asked] = AccessRequest.objects.filter(requester=person)
    steps.record_attempt(
        asked.pk,
        by=reviewer,
        how=ContactAttempt.How.CALL,
        reached_at="(907) 555-0142",
        who="Ada Winter, administrator",
        outcome=ContactAttempt.Outcome.CONFIRMED,
    )
    for code in ("employment", "email"):
        steps.answer_check(asked.pk, by=reviewer, code=code, answer=CheckConfirmation.Answer.HOLDS)


def verifies_in_the_browser(desk: Desk, person: User) -> None:
    desk.go(f"/queue/?state={STATE}")
    desk.look("queue")
    desk.click(str(person), "link")
    desk.look("case-open")
    desk.page.get_by_label("Who answered").fill("Ada Winter, administrator")
    desk.page.get_by_label("Number called").fill("(907) 555-0142")
    desk.page.get_by_label("What was said").fill("The number stands on the home's own page.")
    desk.click("Reached: the person was confirmed")
    for check in ("employment", "email"):
        passes = re.compile("^Passes")
        desk.page.locator(f"#check-{check}").get_by_role("button", name=passes).click()
    desk.look("case-verified")


def approves_all_at_once(desk: Desk, people: list[User]) -> None:
    desk.go(f"/queue/?state={STATE}")
    desk.look("queue-clean")
    for label in desk.page.locator("label[for^=case-]").all():
        label.click()
    desk.click("Approve the selected cases")
    desk.look("approve-confirm")
    desk.click(f"Approve these {len(people)} cases")
    desk.sees(f"{len(people)} of {len(people)} approved")
    desk.look("approve-done")
    held = RoleAssignment.objects.active().psos().filter(user__in=people)
    assert held.values("provider").distinct().count() == len(people)
    assert not AccessRequest.objects.filter(requester__in=people, status=Status.PENDING).exists()


def sees_what_came_of_the_campaign(desk: Desk, number: int) -> None:
    desk.go("/campaigns/")
    desk.look("campaigns")
    desk.click("Alaska, no PSO", "link")
    desk.click("Step 1", "link")
    desk.look("campaign-outcome")
    row = desk.page.get_by_role("row").filter(has_text=re.compile("approved", re.IGNORECASE))
    expect(row).to_contain_text(str(CLAIMED))


def address(home: Provider) -> str:
    return f"administrator@home{home.ccn}.example"
