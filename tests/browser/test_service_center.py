"""A phone call to the Service Center, in a browser; and what whoever gets no email sees."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page, expect

from access_requests import workflow
from accounts import bounce_folder
from accounts.mail.delivery import deliver
from accounts.models import AuditEvent, CaseNote, FactorReset, OutgoingEmail, User
from providers.models import Provider
from tests import builders as make
from tests.accounts.resets import with_factor
from tests.browser.person import Person
from tests.mail import returned
from tests.mail_server import MailServer

pytestmark = pytest.mark.django_db(transaction=True)

People = Callable[[User, str], Person]


@pytest.fixture(params=[True, False], ids=["scripts", "no scripts"])
def people(
    request: pytest.FixtureRequest,
    smtp_server: MailServer,
    new_page: Callable[..., Page],
    axe: Callable[[Page], None],
) -> People:
    looked_at: set[str] = set()

    def sit_down(user: User, folder: str) -> Person:
        """As if they had just signed in with this browser."""
        page = new_page(javascript=request.param)
        client = Client()
        client.force_login(user)
        # Not opened in the page: the browser would ask for a favicon meanwhile, and the answer to
        # that can come with a CSRF cookie that is not the first form's.
        url = page.request.get("/healthz").url
        cookie = {
            "name": settings.SESSION_COOKIE_NAME,
            "value": client.cookies[settings.SESSION_COOKIE_NAME].value,
            "url": url.removesuffix("/healthz"),
        }
        page.context.add_cookies([cookie])  # type: ignore[list-item]
        album = folder if request.param else f"{folder}-no-scripts"
        return Person(page, smtp_server, axe, user.username, user.full_name, looked_at, album)

    return sit_down


@pytest.fixture
def home(transactional_db: None) -> Provider:
    return make.provider("015009", name="BURNS NURSING HOME", city="RUSSELLVILLE")


@pytest.fixture
def dana(home: Provider) -> User:
    return make.pso(home, make.person("dquill52", full_name="Dana Quill"))


@pytest.fixture
def erin(home: Provider, dana: User) -> User:
    erin = with_factor("efrost31", email="erin@burns-home.example", full_name="Erin Frost")
    make.person("evanfrost8", full_name="Evan Frost")
    early = make.submit(erin, home, "assessment_viewer")
    workflow.approve(early.pk, by=dana)
    make.submit(erin, home, "assessment_submitter")
    deliver()
    return erin


def comes_back(person: User) -> None:
    email = OutgoingEmail.objects.filter(to_address=person.email, state="sent").latest("pk")
    bounce_folder.take(returned.postfix(email))


def test_a_phone_call(people: People, erin: User) -> None:
    agent = people(make.agent("agent7"), "service-center")
    agent.go("/")
    agent.look("home-agent")
    finds(agent)
    reads_the_answer(agent)
    writes_a_note(agent)
    starts_a_reset(agent)
    stops_it(agent)


def finds(agent: Person) -> None:
    search = "User ID, name, email, request number or CCN"
    agent.fill_labelled(search, "fros")
    agent.click("Search")
    agent.sees("2 people", "Evan Frost")
    agent.look("found-people")
    assert "fros" not in agent.page.url
    agent.fill_labelled(search, "015009")
    agent.click("Search")
    agent.sees("Burns Nursing Home", "One PSO", "Dana Quill", "The PSO of this CCN has it")
    agent.look("found-provider")
    agent.fill_labelled(search, "Eryn Frosst")
    agent.click("Search")
    agent.sees("People with a name like it")
    agent.look("found-alike")
    agent.fill_labelled(search, "zzz")
    agent.click("Search")
    agent.look("found-nothing")
    agent.fill_labelled(search, "")
    agent.click("Search")
    agent.look("found-error")
    agent.fill_labelled(search, "erin frost")
    agent.click("Search")
    expect(agent.page).to_have_url(re.compile(r"/service-center/people/\d+/$"))


def reads_the_answer(agent: Person) -> None:
    agent.sees("Erin Frost", "Account active", "Assessment Submitter at Burns Nursing Home")
    agent.sees("The PSO of this CCN has it", "1 sent", "Authenticator app")
    agent.look("person")
    approve = agent.page.get_by_role("button", name="Approve", exact=True)
    expect(approve).to_have_count(0)


def writes_a_note(agent: Person) -> None:
    agent.click("Keep the note")
    agent.sees("There is a problem", "Enter the ticket number of the call.")
    agent.look("note-missing")
    agent.fill_labelled("Ticket number", "INC-1042")
    agent.fill_labelled("Note", "Asked where the request is. Told her that Dana Quill has it.")
    agent.page.get_by_label("About request").select_option(index=1)
    agent.click("Keep the note")
    agent.sees("The note is kept.", "Ticket INC-1042")
    agent.look("note-kept")
    assert CaseNote.objects.get().request_id is not None


def starts_a_reset(agent: Person) -> None:
    agent.click("Start a second-factor reset", "link")
    agent.sees("Nothing for 24 hours")
    agent.look("reset")
    agent.click("Start the reset")
    agent.sees("Enter the ticket number of the call.")
    agent.look("reset-missing")
    agent.fill_labelled("Ticket number", "INC-1042")
    agent.click("Start the reset")
    agent.sees("The reset has started", "The second factor is about to be removed")
    agent.look("person-reset")
    deliver()
    agent.mail.wait_for("erin@burns-home.example", "Your second factor is going to be removed")


def stops_it(agent: Person) -> None:
    agent.click("Stop the reset")
    agent.sees("Stopped. The second factor stays")
    assert FactorReset.objects.get().stopped_at is not None
    looks = AuditEvent.objects.filter(type="person_viewed", actor__username="agent7")
    assert looks.filter(person__username="efrost31").count() >= 5


@pytest.mark.parametrize("people", [True], indirect=True, ids=["scripts"])
def test_a_note_half_written_outlives_another_step(people: People, erin: User) -> None:
    agent, path = people(make.agent("agent9"), "note"), f"/service-center/people/{erin.pk}/"
    ticket = agent.page.get_by_label("Ticket number")
    note = agent.page.get_by_label("Note", exact=True)
    agent.go(path)
    agent.fill_labelled("Ticket number", "INC-1042")
    agent.fill_labelled("Note", "Asked where the email is.")
    agent.page.get_by_role("button", name=re.compile("^Send again")).first.click()
    agent.sees("is on its way again")
    expect(ticket).to_have_value("INC-1042")
    expect(note).to_have_value("Asked where the email is.")
    agent.click("Keep the note")
    agent.sees("The note is kept.")
    expect(note).to_have_value("")

    agent.fill_labelled("Note", "She calls again.")
    agent.page.get_by_role("button", name="Sign out").first.click()
    expect(agent.page.get_by_role("button", name="Sign out")).to_have_count(0)
    kept = agent.page.evaluate("Object.keys(sessionStorage).join()")
    assert "portal-note" not in kept


def test_email_that_comes_back(people: People, home: Provider, dana: User, erin: User) -> None:
    comes_back(erin)
    pso = people(dana, "bounced")
    pso.go(f"/providers/{home.ccn}/")
    pso.sees("Email comes back", "Tell this person another way.")
    pso.look("provider-pso")
    pso.open_from_queue("Erin Frost")
    pso.sees("Tell this person another way.")
    pso.look("request-pso")

    agent = people(make.agent("agent8"), "bounced")
    agent.go(f"/service-center/people/{erin.pk}/")
    agent.sees("Email to this person comes back", "Bounced")
    agent.look("person")
    agent.click("The address works again", "link")
    agent.look("clear")
    agent.go(f"/service-center/people/{erin.pk}/")
    agent.page.get_by_role("button", name=re.compile("^Send again")).first.click()
    agent.sees("is on its way again")

    her = people(erin, "bounced")
    her.go("/")
    her.sees("Our emails do not reach you", "e…@burns-home.example")
    her.look("home")
    her.click("Confirm that it works", "link")
    her.look("confirm")
    her.click("Send the code")
    deliver()
    her.look("confirm-code")
    her.fill(code="AAAA-AAAA")
    her.click("Confirm")
    her.look("confirm-wrong")
    subject = "Your code for verifying your email address"
    her.user_id, her.domain = "erin", "burns-home.example"
    her.fill(code=her.code_from(subject))
    her.click("Confirm")
    her.sees("Your address works.")
    expect(her.page.get_by_text("Our emails do not reach you")).to_have_count(0)


def test_the_person_is_held_up_and_closed(people: People, erin: User) -> None:
    """Every obstacle at once, as a reviewer reads it."""
    comes_back(erin)
    erin.is_active = False
    erin.save(update_fields=["is_active"])
    erin.emailaddress_set.update(verified=False)
    reviewer = people(make.reviewer("creviewer7"), "service-center")
    reviewer.go("/")
    reviewer.look("home-reviewer")
    reviewer.go(f"/service-center/people/{erin.pk}/")
    reviewer.sees("This account is closed.", "The email address is not verified.")
    reviewer.look("person-obstacles")
    expect(reviewer.page.get_by_role("button", name="Keep the note")).to_have_count(0)
