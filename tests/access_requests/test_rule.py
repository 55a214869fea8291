"""The rule: who decides, before, at and after the moment a CCN has a PSO."""

from __future__ import annotations

import pytest

from access_requests import policy, workflow
from access_requests.models import (
    AccessRequest,
    Authority,
    RejectionReason,
    RoleAssignment,
    Status,
)
from access_requests.policy import Refusal, StepRefused, Waiting
from accounts.models import User
from tests import builders as make

pytestmark = pytest.mark.django_db


def standing(request: AccessRequest, user: User) -> AccessRequest:
    return policy.with_standing(AccessRequest.objects.all(), user).get(pk=request.pk)


def waiting(request: AccessRequest) -> Waiting:
    return policy.waiting_on(standing(request, request.requester))


def refusal_of(request: AccessRequest, user: User) -> Refusal:
    with pytest.raises(StepRefused) as refused:
        workflow.approve(request.pk, by=user)
    return refused.value.refusal


def test_first_pso_is_approved_by_cms() -> None:
    home, reviewer = make.provider(), make.reviewer()
    asked = make.submit(make.person(), home, "pso")
    assert waiting(asked) == Waiting.CMS

    approved = workflow.approve(asked.pk, by=reviewer)

    assert (approved.status, approved.decided_as) == (Status.APPROVED, Authority.CMS)
    assert RoleAssignment.objects.get().user == asked.requester


def test_further_psos_are_the_psos_to_decide_and_cms_decides_none() -> None:
    home = make.provider()
    first = make.pso(home)
    asked = make.submit(make.person(), home, "pso")
    assert waiting(asked) == Waiting.PSOS
    assert refusal_of(asked, make.reviewer()) == Refusal.PSO_DECIDES

    assert workflow.approve(asked.pk, by=first).decided_as == Authority.PSO


def test_working_role_without_a_pso_waits_and_nobody_decides_it() -> None:
    home = make.provider()
    asked = make.submit(make.person(), home)
    assert waiting(asked) == Waiting.FIRST_PSO
    assert refusal_of(asked, make.reviewer()) == Refusal.NO_PSO_YET

    pso = make.pso(home)

    assert waiting(asked) == Waiting.PSOS
    assert workflow.approve(asked.pk, by=pso).status == Status.APPROVED


def test_pso_elsewhere_and_former_pso_do_not_see_the_request() -> None:
    home = make.provider()
    make.pso(home)
    former, elsewhere = make.pso(home), make.pso(make.provider())
    asked = make.submit(make.person(), home)
    held = RoleAssignment.objects.get(user=former)
    workflow.give_up(held.pk, by=former)
    for stranger in (former, elsewhere, make.person()):
        with pytest.raises(AccessRequest.DoesNotExist):
            workflow.approve(asked.pk, by=stranger)


def test_nobody_decides_their_own_request() -> None:
    home = make.provider()
    sole = make.pso(home)
    asked = make.submit(sole, home)
    assert waiting(asked) == Waiting.SECOND_PSO
    assert refusal_of(asked, sole) == Refusal.OWN_REQUEST

    second = make.person()
    workflow.approve(make.submit(second, home, "pso").pk, by=sole)

    assert waiting(asked) == Waiting.PSOS
    assert workflow.approve(asked.pk, by=second).status == Status.APPROVED


def test_agent_decides_nothing() -> None:
    home = make.provider()
    asked = make.submit(make.person(), home, "pso")
    assert refusal_of(asked, make.agent()) == Refusal.CMS_DECIDES


def test_rivals_move_to_the_new_pso_and_a_returned_one_stays_returned() -> None:
    home, reviewer = make.provider(), make.reviewer()
    winner = make.submit(make.person(), home, "pso")
    rival = make.submit(make.person(), home, "pso")
    asked_back = make.submit(make.person(), home, "pso")
    workflow.return_for_information(asked_back.pk, by=reviewer, question="Who employs you?")

    workflow.approve(winner.pk, by=reviewer)

    assert waiting(rival) == Waiting.PSOS
    assert refusal_of(rival, reviewer) == Refusal.PSO_DECIDES
    assert waiting(asked_back) == Waiting.REQUESTER
    answered = workflow.answer(asked_back.pk, by=asked_back.requester, text="Sunrise Care LLC")
    assert waiting(answered) == Waiting.PSOS
    assert workflow.approve(rival.pk, by=winner.requester).decided_as == Authority.PSO


def test_after_the_last_pso_left_pso_requests_are_cms_again_and_others_wait() -> None:
    home, reviewer = make.provider(), make.reviewer()
    pso = make.pso(home)
    next_pso = make.submit(make.person(), home, "pso")
    viewer = make.submit(make.person(), home)

    workflow.give_up(RoleAssignment.objects.get(user=pso).pk, by=pso)

    assert (waiting(next_pso), waiting(viewer)) == (Waiting.CMS, Waiting.FIRST_PSO)
    approved = workflow.approve(next_pso.pk, by=reviewer)
    assert approved.decided_as == Authority.CMS


def test_a_question_holds_the_decision_until_answered_or_taken_back_by_its_asker() -> None:
    home = make.provider()
    first = make.pso(home)
    second = make.pso(home)
    asked = make.submit(make.person(), home)
    workflow.return_for_information(asked.pk, by=first, question="Which unit?")
    assert refusal_of(asked, second) == Refusal.RETURNED

    with pytest.raises(StepRefused) as refused:
        workflow.take_back(asked.pk, by=second)
    assert refused.value.refusal == Refusal.NOT_THE_ASKER

    kept_place = asked.submitted_at
    assert workflow.take_back(asked.pk, by=first).submitted_at == kept_place
    assert workflow.approve(asked.pk, by=second).status == Status.APPROVED


def test_an_ended_request_says_who_decided_it_but_not_to_its_requester() -> None:
    home = make.provider()
    pso = make.pso(home, make.person("namedpso", full_name="Nora Pace"))
    other = make.pso(home)
    asked = make.submit(make.person(), home)
    workflow.reject(
        asked.pk, by=pso, reason=RejectionReason.NOT_NEEDED, explanation="Not on our staff list."
    )
    with pytest.raises(StepRefused, match="already decided by Nora Pace"):
        workflow.approve(asked.pk, by=other)
    with pytest.raises(StepRefused) as refused:
        workflow.withdraw(asked.pk, by=asked.requester)
    assert "Nora" not in str(refused.value)


@pytest.mark.parametrize("status", list(Status))
def test_every_status_says_whose_turn_it_is(status: Status) -> None:
    asked = make.submit(make.person(), make.provider())
    seen = standing(asked, asked.requester)
    seen.status = status
    expected = {Status.PENDING: Waiting.FIRST_PSO, Status.RETURNED: Waiting.REQUESTER}
    assert policy.waiting_on(seen) == expected.get(status, Waiting.NOBODY)
