"""The main job, walked in a browser from one end to the other, with no shortcut.

Pages are served by the portal, emails are delivered by a Celery worker in its own process over
SMTP, and every code is read from the email that arrived. The provider is a real one.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import call_command
from playwright.sync_api import Page, expect

from tests.browser.person import Person
from tests.mail_server import MailServer

pytestmark = pytest.mark.django_db(transaction=True)

CCN = "015009"
HOME = "Burns Nursing Home"
PSO = "Provider Security Official"
People = Callable[..., Person]


@pytest.fixture
def roster(transactional_db: None) -> None:
    call_command("load_roster", stdout=io.StringIO())


@pytest.fixture(params=[True, False], ids=["scripts", "no scripts"])
def people(
    request: pytest.FixtureRequest,
    roster: None,
    celery_worker_process: Any,
    smtp_server: MailServer,
    new_page: Callable[..., Page],
    axe: Callable[[Page], None],
) -> People:
    looked_at: set[str] = set()
    album = "scripts" if request.param else "no-scripts"

    def arrive(user_id: str, name: str, **more: str) -> Person:
        page = new_page(javascript=request.param)
        return Person(page, smtp_server, axe, user_id, name, looked_at, album, **more)

    return arrive


def test_the_main_job(people: People) -> None:
    reviewer = cms_reviewer(people)
    early = asks_before_there_is_a_pso(people)
    dana = becomes_first_pso(people, reviewer)
    finds_the_early_request_asks_and_approves(dana, early)
    approves_a_colleague(people, dana)
    rejects_a_vendor(people, dana)
    gives_up_and_cms_decides_again(people, dana, reviewer, early)


def cms_reviewer(people: People) -> Person:
    """Made by the command; chooses a password by the code that is mailed."""
    reviewer = people("creviewer7", "Carmen Reyes", domain="cms-reviewers.example")
    command = ["create_cms_user", reviewer.user_id, reviewer.email]
    call_command(*command, "--role", "reviewer", stdout=io.StringIO())
    assert "/accounts/password/reset/" in reviewer.gets("You are now a CMS reviewer")
    reviewer.choose_password()
    reviewer.sign_in()
    reviewer.sets_up_app()
    reviewer.accepts_terms()
    reviewer.look("home-reviewer-empty")
    reviewer.go("/queue/")
    reviewer.look("queue-empty")
    reviewer.sees("Nothing waits for your decision")
    return reviewer


def asks_before_there_is_a_pso(people: People) -> Person:
    early = people("efrost31", "Erin Frost")
    early.sign_up()
    early.ask(f" {CCN[:2]}-{CCN[2:]} ", "Assessment Submitter")
    early.sees("It waits: this CCN has no PSO yet", HOME)
    early.look("request-waits-for-first-pso")
    assert "no Provider Security Official" in early.gets("We received your request")
    return early


def becomes_first_pso(people: People, reviewer: Person) -> Person:
    dana = people("dquill52", "Dana Quill")
    dana.sign_up()
    dana.go("/providers/?q=burns+nursing")
    dana.look("search")
    dana.click(f"{HOME}, Inc.", "link")
    dana.look("provider-no-pso")
    dana.sees("No PSO", "Russellville, AL")
    dana.click("Ask for a role here", "link")
    dana.ask(CCN, PSO)
    dana.sees("CMS has it")
    dana.look("request-cms-has-it")
    asked = dana.page.url
    assert "A CMS reviewer may call the administrator" in dana.gets("We received your request")

    assert "Dana Quill asks for the role" in reviewer.gets("A request waits for you")
    reviewer.go("/")
    reviewer.look("home-reviewer")
    reviewer.go("/queue/")
    reviewer.look("queue-reviewer")
    reviewer.click("Dana Quill", "link")
    expect(reviewer.page).to_have_url(asked)
    reviewer.sees("Ada Winter, (555) 010-0142")
    reviewer.look("decide-reviewer")
    reviewer.click("Approve")
    reviewer.sees("Approved: Dana Quill now has the role")
    reviewer.look("request-approved-by-cms")

    assert "request already waits in your queue" in dana.gets("You are now a Provider Security")
    dana.go("/")
    # Whoever decides shows a second factor: from now on she needs one.
    dana.sets_up_app()
    dana.look("home-pso")
    dana.sees("Next: invite a second PSO", "1 request waits for your decision.")
    return dana


def finds_the_early_request_asks_and_approves(dana: Person, early: Person) -> None:
    assert "now has a Provider Security Official" in early.gets("The wait is over")
    dana.go("/queue/")
    dana.look("queue-pso")
    dana.click("Erin Frost", "link")
    dana.look("decide-pso")
    dana.fill_labelled("Question for the requester", "Which wing do you work in?")
    dana.click("Return for information")
    dana.sees("Returned. Erin Frost was asked", "The question is open")
    dana.look("request-returned-asker")
    dana.go("/queue/")
    dana.sees("Nothing waits for your decision")

    assert "Which wing do you work in?" in early.gets("A question about your request")
    early.go("/")
    early.look("home-requester")
    early.click("Assessment Submitter", "link")
    early.sees("You have it", "Which wing do you work in?")
    early.look("request-returned")
    early.click("Send answer")
    early.sees("There is a problem")
    early.look("request-answer-missing")
    early.fill_labelled("Your answer", "The east wing, since March.")
    early.click("Send answer")
    early.sees("The PSO of this CCN has it", "The east wing, since March.")

    dana.gets("Answered: Assessment Submitter")
    dana.open_from_queue("Erin Frost")
    dana.sees("The east wing, since March.")
    dana.click("Approve")
    dana.sees("Approved: Erin Frost now has the role Assessment Submitter.")
    early.gets("Approved: Assessment Submitter")
    early.page.reload()
    early.sees("What happened", "You can work with this role.", "Dana Quill")
    early.look("request-approved")


def approves_a_colleague(people: People, dana: Person) -> None:
    nora = people("nlund84", "Nora Lund")
    nora.sign_up()
    nora.ask(CCN, "Assessment Coordinator")
    nora.sees("The PSO of this CCN has it")
    assert "Nora Lund asks for the role" in dana.gets("A request waits for you")
    dana.open_from_queue("Nora Lund")
    dana.click("Approve")
    dana.sees("Approved: Nora Lund")
    assert "You can work in iQIES" in nora.gets("Approved: Assessment Coordinator")
    nora.go("/")
    nora.look("home-role-holder")
    nora.go("/notices/")
    nora.look("notices")
    nora.sees("Approved: Assessment Coordinator")


def rejects_a_vendor(people: People, dana: Person) -> None:
    vic = people("vstone65", "Vic Stone", domain="billing-partners.example")
    vic.sign_up()
    vic.ask(CCN, "Assessment Viewer", vendor="Billing Partners Inc")
    dana.open_from_queue("Vic Stone")
    dana.sees("Vendor", "Billing Partners Inc", "billing-partners.example")
    dana.click("Reject")
    dana.look("reject-faulty")
    dana.sees("There is a problem")
    dana.page.get_by_label("Reason", exact=True).select_option("not_employed")
    dana.fill_labelled("Explanation for the requester", "Our contract with you ended in May.")
    dana.click("Reject")
    dana.sees("Rejected. Vic Stone was told the reason")

    told = vic.gets("Rejected: Assessment Viewer")
    assert "Our contract with you ended in May." in told
    assert "If you do work for this provider" in told
    vic.page.reload()
    vic.sees("What happened", "Rejected", "Our contract with you ended in May.")
    vic.sees("If you do work for this provider")
    expect(vic.page.get_by_role("main")).not_to_contain_text("Dana Quill")
    vic.look("request-rejected")
    vic.go("/requests/")
    vic.look("my-requests")


def gives_up_and_cms_decides_again(
    people: People, dana: Person, reviewer: Person, early: Person
) -> None:
    dana.page.get_by_role("banner").get_by_role("button", name="Sign out").click()
    dana.sign_in()
    dana.go(f"/providers/{CCN}/")
    dana.sees("Nora Lund", "Erin Frost", "One PSO")
    dana.look("provider-pso")
    dana.page.get_by_role("main").get_by_role("link", name="Give up").first.click()
    dana.sees("This is the last PSO of this CCN")
    dana.look("give-up-last-pso")
    dana.click("Give up the role")
    dana.sees("You gave the role up. It has ended.", "No PSO")
    dana.look("provider-after-giving-up")
    for told in (reviewer, early):
        assert "lost its last" in told.gets(f"CCN {CCN} has no PSO now")
    dana.go("/queue/")
    expect(dana.page.get_by_role("heading", level=1)).to_have_text("Page not found")
    dana.look("not-found")

    noel = people("nhart96", "Noel Hart")
    noel.sign_up()
    noel.ask(CCN, PSO)
    noel.sees("CMS has it")
    reviewer.open_from_queue("Noel Hart")
    reviewer.sees("You have it")
    noel.go("/help/")
    noel.look("help")
