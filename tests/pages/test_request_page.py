"""/requests/<id>/: who has it now, what the viewer may do, and who may look at all."""

from __future__ import annotations

import re

import pytest

from access_requests import workflow
from access_requests.models import AccessRequest, EventType, RejectionReason
from accounts.models import AuditEvent, User
from tests import builders
from tests.pages.browsing import browser_of, words
from tests.pages.cast import Cast, gather

pytestmark = pytest.mark.django_db

BUTTONS = {"Approve", "Reject", "Return for information", "Take the question back", "Send answer"}
BUTTONS |= {"Withdraw"}


@pytest.fixture
def scene() -> Cast:
    return gather()


def page_of(access_request: AccessRequest, user: User) -> str:
    response = browser_of(user).get(access_request.get_absolute_url())
    assert response.status_code == 200
    return words(response)


def buttons_of(access_request: AccessRequest, user: User) -> set[str]:
    html = browser_of(user).get(access_request.get_absolute_url()).content.decode()
    return {each for each in BUTTONS if f">{each}</button>" in html}


def test_the_buttons_are_those_that_work(scene: Cast) -> None:
    deciding = {"Approve", "Reject", "Return for information"}
    assert buttons_of(scene.request, scene["pso_here"]) == deciding
    assert buttons_of(scene.request, scene["requester"]) == {"Withdraw"}
    assert buttons_of(scene.request, scene["reviewer"]) == set()
    assert buttons_of(scene.request, scene["agent"]) == set()


def test_a_returned_request_waits_for_its_requester(scene: Cast) -> None:
    asker, requester = scene["pso_here"], scene["requester"]
    workflow.return_for_information(scene.request.pk, by=asker, question="Which ward is it?")
    assert buttons_of(scene.request, requester) == {"Send answer", "Withdraw"}
    assert buttons_of(scene.request, asker) == {"Take the question back"}
    assert "You have it" in page_of(scene.request, requester)
    assert "Which ward is it?" in page_of(scene.request, requester)
    assert "The requester has it" in page_of(scene.request, asker)


def test_an_ended_request_has_no_buttons(scene: Cast) -> None:
    workflow.reject(
        scene.request.pk,
        by=scene["pso_here"],
        reason=RejectionReason.WRONG_ROLE,
        explanation="Ask for the submitter role.",
    )
    for kind in ("pso_here", "requester", "reviewer", "agent"):
        assert buttons_of(scene.request, scene[kind]) == set()
    page = page_of(scene.request, scene["requester"])
    assert "Ask for the submitter role." in page
    assert RejectionReason.WRONG_ROLE.next_step in page


def test_whoever_decides_comes_to_the_decision_before_what_is_beside_it(scene: Cast) -> None:
    beside = "How long it has waited"
    page = page_of(scene.request, scene["pso_here"])
    order = ["You have it", "Go to your decision", "What was asked", "What is known"]
    places = [page.index(each) for each in [*order, "Your decision", beside]]
    assert places == sorted(places)
    assert "The Service Center can help" in page
    # Of the address, once.
    assert len(re.findall(f"uses? {scene['requester'].email_domain}", page)) == 1
    page = page_of(scene.request, scene["requester"])
    assert page.index(beside) < page.index("What was asked")
    assert "Go to your decision" not in page


def test_it_always_says_who_has_it_now() -> None:
    here, asker = builders.provider(), builders.person()
    waits = builders.submit(asker, here)
    assert "It waits: this CCN has no PSO yet" in page_of(waits, asker)
    assert "What you can do: find somebody to become PSO." in page_of(waits, asker)
    of_a_vendor = builders.submit(builders.person(), here, statement=builders.VENDOR)
    page = page_of(of_a_vendor, of_a_vendor.requester)
    assert "Invite somebody who works for the provider" in page
    assert "colleague" not in page
    workflow.withdraw(of_a_vendor.pk, by=of_a_vendor.requester)
    first = builders.submit(builders.person(), here, "pso")
    assert "CMS has it" in page_of(first, first.requester)
    reviewer = builders.reviewer()
    assert "You have it" in page_of(first, reviewer)
    workflow.approve(first.pk, by=reviewer)
    assert "The PSO of this CCN has it" in page_of(waits, asker)
    builders.pso(here)
    assert "The 2 PSOs of this CCN have it" in page_of(waits, asker)
    workflow.withdraw(waits.pk, by=asker)
    assert "What happened Withdrawn" in page_of(waits, asker)


def test_a_sole_pso_is_told_that_their_own_request_needs_a_second_one() -> None:
    here = builders.provider()
    pso = builders.pso(here)
    own = builders.submit(pso, here)
    assert "this CCN needs a second PSO" in page_of(own, pso)
    assert buttons_of(own, pso) == {"Withdraw"}


def test_a_requester_reads_that_a_pso_acted_but_not_which(scene: Cast) -> None:
    page = page_of(scene.request, scene["requester"])
    assert "A PSO of this CCN" in page
    assert str(scene["pso_here"]) not in page
    assert str(scene["pso_here"]) in page_of(scene.request, scene["reviewer"])


def test_whoever_got_the_role_may_know_the_psos_name_until_it_ends(scene: Cast) -> None:
    approved = workflow.approve(scene.request.pk, by=scene["pso_here"])
    name = str(scene["pso_here"])
    assert name in page_of(scene.request, scene["requester"])
    workflow.give_up(approved.role_assignment.pk, by=scene["requester"])
    page = page_of(scene.request, scene["requester"])
    assert name not in page
    assert "You can work with this role" not in page
    assert "The role has ended since: Given up" in page


def test_each_look_of_cms_is_put_on_record_and_no_look_of_a_pso(scene: Cast) -> None:
    looks = AuditEvent.objects.filter(
        type=EventType.PERSON_VIEWED, request_id=scene.request.pk, person=scene["requester"]
    )
    page_of(scene.request, scene["pso_here"])
    page_of(scene.request, scene["requester"])
    assert not looks.exists()
    page_of(scene.request, scene["agent"])
    page_of(scene.request, scene["reviewer"])
    assert {look.actor for look in looks} == {scene["agent"], scene["reviewer"]}
    assert "Person looked at" not in page_of(scene.request, scene["agent"])


def test_the_reviewer_of_a_first_pso_sees_the_second_path_to_verify() -> None:
    here = builders.provider(phone="2515550100")
    asked = builders.submit(builders.person(), here, "pso")
    page = page_of(asked, builders.reviewer())
    assert "Ada Winter, (555) 010-0100" in page
    assert "Phone of record" in page
    assert "2515550100" in page
    assert "sunrise-care.example" in page


def test_the_deliveries_of_others_are_hidden_from_the_requester(scene: Cast) -> None:
    to_psos = "to P psohere"
    assert to_psos not in page_of(scene.request, scene["requester"])
    assert "to you" in page_of(scene.request, scene["requester"])
    assert to_psos in page_of(scene.request, scene["agent"])


def test_what_was_typed_cannot_write_into_the_page(scene: Cast) -> None:
    bad = "<img src=x onerror=alert(1)>"
    workflow.return_for_information(scene.request.pk, by=scene["pso_here"], question=bad)
    response = browser_of(scene["requester"]).get(scene.request.get_absolute_url())
    assert bad.encode() not in response.content
    assert bad in words(response)
