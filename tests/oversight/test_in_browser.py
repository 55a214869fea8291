"""A CMS reviewer at a browser: contacts, programs and roles, and the trail of it all."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from access_requests.models import Contact
from accounts import bounces
from providers.models import Program
from tests import builders as make
from tests.browser.at_a_desk import sit_down
from tests.browser.person import Person
from tests.mail_server import MailServer

pytestmark = pytest.mark.django_db(transaction=True)

LIST = (
    "CCN,Name,Position,Email,Phone,Town\n"
    "01-5009,Ada Winter,Administrator,Ada@Burns.example,(555) 010-0100,Mobile\n"
    "015009,Bob Long,Director of Nursing,bob@burns.example,,Mobile\n"
    "15009,Cy Moss,,cy@burns.example,,Mobile\n"
    "015099,Di Oak,,di at oak,,Mobile\n"
)


def test_a_morning_of_oversight(
    new_page: Callable[..., Page],
    axe: Callable[[Page], None],
    smtp_server: MailServer,
    tmp_path: Path,
) -> None:
    home = make.provider("015009", name="BURNS NURSING HOME", city="RUSSELLVILLE")
    make.pso(home, make.person("dquill52", full_name="Dana Quill"))
    make.submit(make.person("efrost31", full_name="Erin Frost"), home)
    make.person("efrost32", full_name="Evan Frost")
    make.provider("011500", kind="hospice", name="SUNSET HOSPICE")
    user, page = make.reviewer("reviewer7"), new_page()
    sit_down(page, user)
    person = Person(page, smtp_server, axe, user.username, user.full_name, set(), "oversight")
    imports(person, tmp_path)
    removes(person)
    switches_on(person)
    changes_a_role(person)
    searches(person)


def imports(person: Person, folder: Path) -> None:
    person.go("/contacts/")
    person.click("Import a list", "link")
    person.look("contacts-upload")
    file = folder / "administrators.csv"
    file.write_text(LIST)
    person.page.get_by_label("List of contacts (CSV file)").set_input_files(file)
    person.click("Upload and compare")
    person.sees("2 new, 0 already there, 2 cannot be taken.", "Columns that are left out: Town")
    person.look("contacts-comparison")
    person.click("Yes, add them")
    person.sees("2 contacts added.")
    bounces.flag("bob@burns.example", reason="", sent_at=timezone.now())
    person.go("/contacts/?ccn=99999X")
    person.look("contacts-error")
    person.go("/contacts/?ccn=015009")
    person.sees("Ada Winter", "Email comes back")
    person.look("contacts")
    person.go("/providers/015009/")
    person.look("provider-with-contacts")


def removes(person: Person) -> None:
    person.go("/contacts/new/?ccn=015009")
    person.fill_labelled("Email (optional)", "no address")
    person.click("Add the contact")
    person.look("contacts-add-error")
    person.go(f"/contacts/{Contact.objects.get(name='Bob Long').pk}/remove/")
    person.look("contacts-remove")
    person.fill(reason="Left in May.")
    person.click("Remove the contact")
    person.sees("Bob Long is removed.")


def switches_on(person: Person) -> None:
    person.go("/programs/")
    person.look("programs")
    person.go("/programs/hope/")
    person.fill_labelled("PSO requests open on", "2027-03-14")
    person.fill_labelled("PSO requests: time, Eastern Time", "02:30")
    person.click("See who is affected")
    person.sees("2:30 AM does not exist on March 14, 2027")
    person.look("program-error")
    person.fill_labelled("PSO requests open on", "2026-01-05")
    person.click("See who is affected")
    person.sees("PSO requests open at once for 1 CCN.")
    person.look("program-preview")
    Program.objects.filter(code="hope").update(note="Changed by somebody else.")
    person.click("Save the change")
    person.sees("This has changed meanwhile", "is now Changed by somebody else.")
    person.look("program-changed-meanwhile")
    person.click("See who is affected")
    person.click("Save the change")
    person.sees("is changed.")


def changes_a_role(person: Person) -> None:
    person.go("/programs/roles/pso/")
    person.look("role-pso")
    person.go("/programs/roles/assessment_viewer/")
    for label in ("Vendors may hold it", "Can be asked for"):
        person.page.locator("label", has_text=label).click()
    person.click("See who is affected")
    person.sees("Open requests for it, which can still be approved: 1.")
    person.look("role-preview")
    person.click("Save the change")
    person.sees("Not offered")


def searches(person: Person) -> None:
    person.go("/audit/")
    person.look("audit")
    person.fill(person="frost")
    person.click("Search")
    person.sees("Whom do you mean?")
    person.look("audit-people")
    person.click("Erin Frost", "link")
    person.sees("Request submitted")
    person.go("/audit/")
    person.fill(person="reviewer7")
    person.click("Search")
    person.sees("Program changed", "Contacts imported")
    for summary in person.page.locator("summary").all():
        summary.click()
    person.look("audit-lines")
    person.go("/audit/")
    person.page.get_by_label("What was done").select_option(label="All of these: Campaigns")
    person.click("Search")
    person.sees("No line found")
    person.look("audit-none")
