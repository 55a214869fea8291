"""Approve, reject, return, take back, answer, withdraw: what each answers, and when it refuses."""

from __future__ import annotations

from typing import Any

import pytest

from access_requests import workflow
from access_requests.models import AccessRequest, RejectionReason, RoleAssignment, Status
from accounts.models import User
from tests import builders
from tests.pages.browsing import browser_of, field_error, value_of, words
from tests.pages.cast import Cast, gather

pytestmark = pytest.mark.django_db

REJECTION = {"reject-reason": "cannot_verify", "reject-explanation": "Nobody knows you."}


@pytest.fixture
def scene() -> Cast:
    return gather()


def take(step: str, access_request: AccessRequest, user: User, **body: str) -> Any:
    if step == "approve":
        body = builders.as_read(access_request) | body
    return browser_of(user).post(f"{access_request.get_absolute_url()}{step}/", body)


def landed(response: Any, user: User) -> str:
    assert response.status_code == 302
    return words(browser_of(user).get(response["Location"]))


def status_of(access_request: AccessRequest) -> str:
    return AccessRequest.objects.get(pk=access_request.pk).status


def test_approving_gives_the_role(scene: Cast) -> None:
    landed(take("approve", scene.request, scene["pso_here"]), scene["pso_here"])
    assert RoleAssignment.objects.active().filter(access_request=scene.request).exists()


def test_what_was_read_of_something_else_approves_nothing(scene: Cast) -> None:
    url = f"{scene.request.get_absolute_url()}approve/"
    response = browser_of(scene["pso_here"]).post(url, {"seen": "of another page"})
    assert response.status_code == 409
    assert "Look at the request again, then decide." in words(response)
    assert status_of(scene.request) == Status.PENDING


@pytest.mark.parametrize("body", [{}, {"seen": ""}])
def test_the_address_alone_approves(scene: Cast, body: dict[str, str]) -> None:
    url = f"{scene.request.get_absolute_url()}approve/"
    assert browser_of(scene["pso_here"]).post(url, body).status_code == 302
    assert status_of(scene.request) == Status.APPROVED


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ({}, ["reject-reason", "reject-explanation"]),
        ({"reject-reason": "other"}, ["reject-explanation"]),
        ({"reject-reason": "other", "reject-explanation": "  "}, ["reject-explanation"]),
        ({"reject-explanation": "Not known here."}, ["reject-reason"]),
        ({"reject-reason": "because", "reject-explanation": "No."}, ["reject-reason"]),
        ({"reject-reason": "other", "reject-explanation": "x" * 2001}, ["reject-explanation"]),
        ({"reject-reason": "other", "reject-explanation": "a\x00b"}, ["reject-explanation"]),
    ],
)
def test_a_rejection_needs_a_reason_and_a_sentence(
    scene: Cast, body: dict[str, str], wrong: list[str]
) -> None:
    response = take("reject", scene.request, scene["pso_here"], **body)
    assert response.status_code == 422
    for name in ("reject-reason", "reject-explanation"):
        assert bool(field_error(response, name)) == (name in wrong), name
    for name, typed in body.items():
        if typed != "because" and "\x00" not in typed:
            assert value_of(response, name) == typed.strip()
    assert "There is a problem" in words(response)
    assert status_of(scene.request) == Status.PENDING


@pytest.mark.parametrize("question", ["", "  ", "x" * 2001, "a\x00b"])
def test_a_question_says_something(scene: Cast, question: str) -> None:
    body = {"return-question": question}
    response = take("return", scene.request, scene["pso_here"], **body)
    assert response.status_code == 422
    assert field_error(response, "return-question")
    assert field_error(response, "reject-explanation") == ""
    assert status_of(scene.request) == Status.PENDING


@pytest.mark.parametrize("answer", ["", "  ", "x" * 2001, "a\x00b"])
def test_an_answer_says_something(scene: Cast, answer: str) -> None:
    workflow.return_for_information(scene.request.pk, by=scene["pso_here"], question="Which ward?")
    response = take("answer", scene.request, scene["requester"], answer=answer)
    assert response.status_code == 422
    assert field_error(response, "answer")
    assert "Which ward?" in words(response)
    assert status_of(scene.request) == Status.RETURNED


def test_a_question_is_asked_answered_and_the_request_decided(scene: Cast) -> None:
    pso, requester = scene["pso_here"], scene["requester"]
    body = {"return-question": "Which ward?\n\nAnd since when?"}
    landed(take("return", scene.request, pso, **body), pso)
    refused = take("approve", scene.request, pso)
    assert refused.status_code == 409
    assert "A question about this request is still open" in words(refused)
    page = landed(take("answer", scene.request, requester, answer="Ward 3."), requester)
    assert "Ward 3." in page
    assert "Which ward?" in page
    landed(take("approve", scene.request, pso), pso)
    assert status_of(scene.request) == Status.APPROVED


def test_a_question_can_be_taken_back_by_its_asker_alone(scene: Cast) -> None:
    pso = scene["pso_here"]
    fellow = User.objects.get(username="psofellow")
    workflow.return_for_information(scene.request.pk, by=pso, question="Which ward?")
    refused = take("take-back", scene.request, fellow)
    assert refused.status_code == 409
    assert "Only the person who asked the question" in words(refused)
    landed(take("take-back", scene.request, pso), pso)
    refused = take("answer", scene.request, scene["requester"], answer="Ward 3.")
    assert refused.status_code == 409
    assert "No question about this request is open." in words(refused)


@pytest.mark.parametrize("step", ["approve", "reject", "return"])
@pytest.mark.parametrize("body", [{}, {**REJECTION, "return-question": "Which ward?"}])
def test_the_slower_of_two_reads_who_decided(scene: Cast, step: str, body: dict[str, str]) -> None:
    workflow.reject(
        scene.request.pk,
        by=User.objects.get(username="psofellow"),
        reason=RejectionReason.NOT_NEEDED,
        explanation="Not on our list.",
    )
    response = take(step, scene.request, scene["pso_here"], **body)
    assert response.status_code == 409
    page = words(response)
    assert "This step was not taken" in page
    assert "already decided by P psofellow: Rejected" in page


def test_the_requester_reads_that_it_was_decided_but_not_by_whom(scene: Cast) -> None:
    workflow.reject(
        scene.request.pk,
        by=scene["pso_here"],
        reason=RejectionReason.NOT_NEEDED,
        explanation="Not on our list.",
    )
    response = take("withdraw", scene.request, scene["requester"])
    assert response.status_code == 409
    assert "already decided: Rejected" in words(response)
    assert "psohere" not in words(response)


def test_withdrawing_twice_says_that_it_has_ended(scene: Cast) -> None:
    requester = scene["requester"]
    landed(take("withdraw", scene.request, requester), requester)
    response = take("withdraw", scene.request, requester)
    assert response.status_code == 409
    assert "already ended: Withdrawn" in words(response)


def test_nobody_decides_their_own_request() -> None:
    here = builders.provider()
    pso = builders.pso(here)
    own = builders.submit(pso, here)
    response = take("approve", own, pso)
    assert response.status_code == 409
    assert "Nobody decides their own request." in words(response)
    assert status_of(own) == Status.PENDING


def test_cms_reads_that_the_psos_decide_and_a_pso_that_cms_does(scene: Cast) -> None:
    response = take("approve", scene.request, scene["reviewer"])
    assert response.status_code == 409
    assert "Only a PSO of this CCN can decide this request." in words(response)
    waits = builders.submit(builders.person(), builders.provider())
    response = take("approve", waits, scene["reviewer"])
    assert "has no Provider Security Official (PSO) yet" in words(response)
    first = builders.submit(builders.person(), builders.provider(), "pso")
    response = take("approve", first, scene["agent"])
    assert response.status_code == 409
    assert "CMS decides the first PSO" in words(response)


def test_an_approval_that_has_become_impossible_says_why(scene: Cast) -> None:
    User.objects.filter(pk=scene["requester"].pk).update(is_active=False)
    response = take("approve", scene.request, scene["pso_here"])
    assert response.status_code == 409
    assert "This account is not active." in words(response)
    assert status_of(scene.request) == Status.PENDING


def test_a_pso_who_gave_the_role_up_no_longer_finds_the_request(scene: Cast) -> None:
    pso = scene["pso_here"]
    workflow.give_up(pso.role_assignments.get().pk, by=pso)
    assert take("approve", scene.request, pso).status_code == 404


@pytest.mark.parametrize("step", ["approve", "reject", "return", "take-back", "answer", "withdraw"])
def test_a_step_is_never_taken_by_opening_a_link(scene: Cast, step: str) -> None:
    url = f"{scene.request.get_absolute_url()}{step}/"
    for user in (scene["pso_here"], scene["requester"]):
        response = browser_of(user).get(url)
        assert response["Location"] == scene.request.get_absolute_url()
    assert status_of(scene.request) == Status.PENDING
    for method in ("put", "delete", "patch", "options"):
        assert getattr(browser_of(scene["pso_here"]), method)(url).status_code == 405


def test_a_step_from_a_foreign_page_meets_the_page_that_says_why(scene: Cast) -> None:
    client = browser_of(scene["pso_here"], enforce_csrf_checks=True)
    response = client.post(f"{scene.request.get_absolute_url()}approve/")
    assert response.status_code == 403
    assert "This form has expired" in words(response)
    assert status_of(scene.request) == Status.PENDING
