"""Steps taken at the same moment, in real transactions. What proves the lock itself is in
test_provider_lock.py: a race may pass by luck."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from django.test import Client

from access_requests import workflow
from access_requests.models import (
    OPEN_STATUSES,
    AccessRequest,
    AssignmentStatus,
    Authority,
    EventType,
    RejectionReason,
    RoleAssignment,
    Status,
)
from access_requests.policy import Refusal, StepRefused
from access_requests.statement import NotEligible
from accounts.models import AuditEvent, User
from providers.models import Provider
from tests import builders as make
from tests.access_requests.racing import REFUSALS, at_once, check_history

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 6
CROWD = 16


def approving(request: AccessRequest, by: User) -> Callable[[], AccessRequest]:
    return partial(workflow.approve, request.pk, by=by)


def rejecting(request: AccessRequest, by: User) -> Callable[[], AccessRequest]:
    return partial(
        workflow.reject, request.pk, by=by, reason=RejectionReason.OTHER, explanation="No."
    )


def submitting(who: User, at: Provider, *args: Any) -> Callable[[], AccessRequest]:
    return partial(make.submit, who, at, *args)


def giving_up(holder: User, at: Provider) -> Callable[[], RoleAssignment]:
    held = RoleAssignment.objects.get(user=holder, provider=at, role="pso")
    return partial(workflow.give_up, held.pk, by=holder)


def test_two_reviewers_approve_two_rivals_and_one_becomes_pso() -> None:
    reviewers = [make.reviewer(), make.reviewer()]
    for _ in range(ROUNDS):
        two_reviewers_approve_two_rivals(reviewers, make.provider())


def two_reviewers_approve_two_rivals(reviewers: list[User], home: Provider) -> None:
    rivals = [make.submit(make.person(), home, "pso") for _ in reviewers]
    outcomes = at_once(map(approving, rivals, reviewers))

    refused = [each for each in outcomes if isinstance(each, StepRefused)]
    assert [each.refusal for each in refused] == [Refusal.PSO_DECIDES]
    first = RoleAssignment.objects.active().psos().get(provider=home)
    moved = AccessRequest.objects.get(provider=home, status=Status.PENDING)
    line = AuditEvent.objects.get(request_id=moved.pk, type=EventType.MOVED)
    assert line.details["to"] == Authority.PSO
    decided = workflow.approve(moved.pk, by=first.user)
    assert decided.decided_as == Authority.PSO
    check_history(home)


def test_sixteen_decide_one_request_and_one_does() -> None:
    home = make.provider()
    asked = make.submit(make.person(), home, "pso")
    reviewers = [make.reviewer() for _ in range(CROWD)]
    outcomes = at_once(
        (approving if number % 2 else rejecting)(asked, each)
        for number, each in enumerate(reviewers)
    )
    ended = AccessRequest.objects.get(pk=asked.pk)
    refused = [each for each in outcomes if isinstance(each, StepRefused)]
    sentence = f"This request was already decided by {ended.decided_by}: "
    assert [str(each).startswith(sentence) for each in refused] == [True] * (CROWD - 1)
    decisions = AuditEvent.objects.filter(type__in=[EventType.APPROVED, EventType.REJECTED])
    assert decisions.count() == 1


def test_sixteen_press_approve_and_fifteen_read_who_was_first() -> None:
    home = make.provider()
    psos = [make.pso(home) for _ in range(CROWD)]
    asked = make.submit(make.person(), home)
    clients = []
    for each in psos:
        client = Client(raise_request_exception=False)
        client.force_login(each)
        clients.append(client)
    address, read = f"{asked.get_absolute_url()}approve/", make.as_read(asked)
    answers = at_once(partial(client.post, address, read) for client in clients)

    assert Counter(each.status_code for each in answers) == {302: 1, 409: CROWD - 1}
    decider = AccessRequest.objects.get(pk=asked.pk).decided_by
    for each in answers:
        if each.status_code == 409:
            assert f"already decided by {decider}" in each.content.decode()
    assert RoleAssignment.objects.filter(user=asked.requester).count() == 1


@pytest.mark.parametrize("code", ["pso", "assessment_viewer"])
def test_sixteen_identical_submissions_leave_one_request(code: str) -> None:
    home, person = make.provider(), make.person()
    outcomes = at_once([submitting(person, home, code)] * CROWD)

    filed = AccessRequest.objects.get()
    refused = [str(each) for each in outcomes if isinstance(each, NotEligible)]
    sentence = f"You already have an open request for this role at this CCN: request {filed.pk}."
    assert [each.startswith(sentence) for each in refused] == [True] * (CROWD - 1)


def test_the_last_pso_gives_up_while_requests_are_decided() -> None:
    reviewer = make.reviewer()
    for _ in range(ROUNDS):
        last_pso_gives_up_while_requests_are_decided(reviewer, make.provider())


def last_pso_gives_up_while_requests_are_decided(reviewer: User, home: Provider) -> None:
    pso = make.pso(home, by=reviewer)
    viewer = make.submit(make.person(), home)
    next_pso = make.submit(make.person(), home, "pso")
    at_once(
        [
            approving(viewer, pso),
            approving(next_pso, reviewer),
            approving(next_pso, pso),
            giving_up(pso, home),
        ]
    )
    check_history(home)
    viewer.refresh_from_db()
    next_pso.refresh_from_db()
    if viewer.is_open:
        moves = AuditEvent.objects.filter(request_id=viewer.pk, type=EventType.MOVED)
        expected = {"pso": [], "cms": ["", "pso"], "": [""]}[next_pso.decided_as]
        assert [line.details["to"] for line in moves] == expected


def test_nobody_gets_in_as_pso_and_vendor_at_once() -> None:
    for _ in range(ROUNDS):
        home, person = make.provider(), make.person()
        as_pso = submitting(person, home, "pso")
        as_vendor = submitting(person, home, "assessment_viewer", make.VENDOR)
        outcomes = at_once([as_pso, as_vendor])
        assert [type(each) for each in outcomes].count(NotEligible) == 1
        assert AccessRequest.objects.filter(provider=home).count() == 1


def test_a_personal_address_gets_two_ccns_however_many_are_asked_at_once() -> None:
    person = make.person(email="nurse@gmail.com")
    attested = replace(
        make.EMPLOYED, attests_no_corporate_email=True, attests_small_organization=True
    )
    outcomes = at_once(submitting(person, make.provider(), "pso", attested) for _ in range(8))

    assert AccessRequest.objects.open().for_pso_role().filter(requester=person).count() == 2
    refused = [str(each) for each in outcomes if isinstance(each, NotEligible)]
    assert ["at most two CCNs" in each for each in refused] == [True] * 6


def random_step(choice: random.Random, homes: list[Provider], people: list[User]) -> None:
    """One step somebody might take, mostly on what is there to be taken."""
    at, who = choice.choice(homes), choice.choice(people)
    asked = list(AccessRequest.objects.filter(provider=at, status__in=OPEN_STATUSES))
    roles = list(RoleAssignment.objects.filter(provider=at, status=AssignmentStatus.ACTIVE))
    steps: list[Callable[[], Any]] = [
        submitting(who, at, "pso"),
        submitting(who, at, "assessment_viewer", choice.choice([make.EMPLOYED, make.VENDOR])),
    ]
    if asked:
        request = choice.choice(asked)
        steps += [approving(request, who)] * 3
        steps += [rejecting(request, who)]
        steps += [partial(workflow.withdraw, request.pk, by=request.requester)]
        steps += [partial(workflow.return_for_information, request.pk, by=who, question="Why?")]
        steps += [partial(workflow.answer, request.pk, by=request.requester, text="So.")]
        steps += [partial(workflow.take_back, request.pk, by=who)]
    if roles:
        role = choice.choice(roles)
        steps += [partial(workflow.give_up, role.pk, by=role.user)]
        steps += [partial(workflow.revoke, role.pk, by=who, reason="Left.")] * 2
    choice.choice(steps)()


@pytest.mark.parametrize("seed", range(2))
def test_random_steps_of_many_people_neither_deadlock_nor_break_the_rule(seed: int) -> None:
    homes = [make.provider() for _ in range(2)]
    people = [make.person() for _ in range(5)] + [make.reviewer() for _ in range(2)]

    def work(number: int) -> Counter[str]:
        choice = random.Random(f"{seed}-{number}")
        done: Counter[str] = Counter()
        for _ in range(40):
            try:
                random_step(choice, homes, people)
                done["taken"] += 1
            except REFUSALS:
                done["refused"] += 1
        return done

    done = sum(at_once(partial(work, number) for number in range(6)), Counter())
    assert done["taken"] > 30
    for home in homes:
        check_history(home)
