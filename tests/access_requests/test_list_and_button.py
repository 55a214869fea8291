"""What a person can decide as a list and as a button is one rule, whatever has happened before."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.db import transaction
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from access_requests import policy, queue, workflow
from access_requests.desk import waiting as desk
from access_requests.desk.filters import Filters
from access_requests.models import (
    AccessRequest,
    RejectionReason,
    RoleAssignment,
    Status,
)
from access_requests.policy import Waiting
from access_requests.pso_queue import listing
from access_requests.pso_queue.filters import KINDS
from access_requests.pso_queue.filters import Filters as PsoFilters
from accounts.models import User
from tests import builders as make
from tests.access_requests.racing import REFUSALS, check_history

pytestmark = pytest.mark.django_db


class World:
    """A few people, CCNs with no PSO, one and two, and what the drawn numbers choose of them."""

    def __init__(self) -> None:
        self.homes = [make.provider() for _ in range(3)]
        self.reviewers = [make.reviewer() for _ in range(2)]
        self.people = [*(make.person() for _ in range(5)), *self.reviewers, make.agent()]
        for home, psos in zip(self.homes, ([], [0], [1, 2]), strict=True):
            for pso in psos:
                make.pso(home, self.people[pso], by=None if pso == 2 else self.reviewers[0])

    def fresh(self) -> list[User]:
        return list(User.objects.filter(pk__in=[each.pk for each in self.people]).order_by("pk"))

    def request(self, pick: int, *statuses: Status) -> AccessRequest | None:
        found = list(AccessRequest.objects.filter(status__in=statuses).order_by("-pk"))
        return found[pick % len(found)] if found else None

    def decider(self, request: AccessRequest, pick: int) -> User:
        able = [each for each in self.fresh() if policy.may_decide(each, seen_by(each, request))]
        return (able or self.fresh())[pick % len(able or self.people)]

    def role(self, pick: int) -> RoleAssignment | None:
        found = list(RoleAssignment.objects.active().order_by("-role", "-pk"))
        return found[pick % len(found)] if found else None


def seen_by(user: User, request: AccessRequest) -> AccessRequest:
    return policy.with_standing(AccessRequest.objects.all(), user).get(pk=request.pk)


Step = Callable[[World, int, int, int], Any]


def submit(code: str, statement: Any = make.EMPLOYED) -> Step:
    return lambda world, who, where, _: make.submit(
        world.people[who], world.homes[where], code, statement
    )


def approve(world: World, who: int, _where: int, pick: int) -> None:
    if request := world.request(pick, Status.PENDING):
        workflow.approve(request.pk, by=world.decider(request, who))


def reject(world: World, who: int, _where: int, pick: int) -> None:
    if request := world.request(pick, Status.PENDING):
        by = world.decider(request, who)
        workflow.reject(request.pk, by=by, reason=RejectionReason.OTHER, explanation="No.")


def decide_anyhow(world: World, who: int, _where: int, pick: int) -> None:
    if request := world.request(pick, *Status):
        workflow.approve(request.pk, by=world.fresh()[who])


def ask(world: World, who: int, _where: int, pick: int) -> None:
    if request := world.request(pick, Status.PENDING):
        by = world.decider(request, who)
        workflow.return_for_information(request.pk, by=by, question="Which unit?")


def answer(world: World, _who: int, _where: int, pick: int) -> None:
    if request := world.request(pick, Status.RETURNED):
        workflow.answer(request.pk, by=request.requester, text="North.")


def take_back(world: World, _who: int, _where: int, pick: int) -> None:
    if request := world.request(pick, Status.RETURNED):
        question = request.questions.get(answered_at=None, taken_back_at=None)
        workflow.take_back(request.pk, by=question.asked_by)


def withdraw(world: World, _who: int, _where: int, pick: int) -> None:
    if request := world.request(pick, Status.PENDING, Status.RETURNED):
        workflow.withdraw(request.pk, by=request.requester)


def give_up(world: World, _who: int, _where: int, pick: int) -> None:
    if role := world.role(pick):
        workflow.give_up(role.pk, by=role.user)


def revoke(world: World, who: int, _where: int, pick: int) -> None:
    if role := world.role(pick):
        workflow.revoke(role.pk, by=world.fresh()[who], reason="Left.")


def switch_account(world: World, who: int, _where: int, _pick: int) -> None:
    """Somebody's account is switched off, or on again. One reviewer always stays."""
    person = world.fresh()[who]
    if person != world.reviewers[0]:
        person.is_active = not person.is_active
        person.save(update_fields=["is_active"])


ASKING = [
    submit("pso"),
    submit("assessment_viewer"),
    submit("assessment_coordinator"),
    submit("assessment_submitter", make.VENDOR),
]
DECIDING: list[Step] = [approve, reject, decide_anyhow, ask]
ENDING: list[Step] = [answer, take_back, withdraw, give_up, revoke, switch_account]
STEPS: list[Step] = [*ASKING * 4, *DECIDING, *ENDING]
NUMBERS = (st.sampled_from(STEPS), st.integers(0, 7), st.integers(0, 2), st.integers(0, 3))
HISTORIES = st.lists(st.tuples(*NUMBERS), min_size=20, max_size=30)


def check(world: World) -> None:
    deciders: dict[int, list[User]] = {}
    said: dict[int, set[Waiting]] = {}
    for person in world.fresh():
        rows = policy.with_standing(AccessRequest.objects.all(), person)
        requests = list(rows.order_by("submitted_at", "pk"))
        can = [each.pk for each in requests if policy.may_decide(person, each)]
        assert queue.decidable_ids(person, limit=1000) == can
        assert queue.count(person) == len(can)
        if person.is_cms_reviewer and person.is_active:
            assert paged(person) == can
            assert desk.ids(person, Filters(), limit=1000) == can
            assert desk.ids(person, Filters(state="AL"), limit=1000) == can
            assert desk.ids(person, Filters(state="TX"), limit=1000) == []
        if not person.is_cms:
            assert paged(person) == can
            kinds = [narrowed(person, PsoFilters(kind=kind)) for kind in KINDS]
            assert sorted(pk for ids in kinds for pk in ids) == sorted(can)
            assert narrowed(person, PsoFilters(state="AL")) == can
            assert narrowed(person, PsoFilters(state="TX")) == []
        for each in requests:
            said.setdefault(each.pk, set()).add(policy.waiting_on(each))
            deciders.setdefault(each.pk, []).extend([person] if each.pk in can else [])
    for each in AccessRequest.objects.all():
        [waiting] = said[each.pk]
        check_who_has_it(each, waiting, deciders[each.pk])


def check_who_has_it(request: AccessRequest, waiting: Waiting, deciders: list[User]) -> None:
    """The page names somebody exactly when somebody can decide."""
    psos = RoleAssignment.objects.active().psos().filter(provider=request.provider_id)
    others = psos.exclude(user=request.requester_id)
    match waiting:
        case Waiting.CMS:
            assert deciders
            assert all(each.is_cms_reviewer for each in deciders)
            assert not psos.exists()
        case Waiting.PSOS:
            assert others.exists()
            able = set(others.filter(user__is_active=True).values_list("user", flat=True))
            assert {each.pk for each in deciders} == able
        case _:
            assert deciders == []


def narrowed(person: User, filters: PsoFilters) -> list[int]:
    return queue.decidable_ids(person, limit=1000, narrowed=filters.narrowed())


def paged(person: User) -> list[int]:
    """The whole queue as its pages show it, one after the other."""
    ids: list[int] = []
    after = None
    while True:
        if person.is_cms:
            cases = desk.page(person, Filters(), after)
            ids += [each.facts.request.pk for each in cases.cases]
            after = cases.after
        else:
            page = listing.page(person, PsoFilters(size=2), after)
            ids += [each.pk for each in page.rows]
            after = page.after
        if after is None:
            return ids


def walk(world: World, history: list[tuple[Step, int, int, int]]) -> None:
    taken = 0
    for step, who, where, pick in history:
        try:
            step(world, who, where, pick)
            taken += 1
        except REFUSALS:
            continue
        if taken % 4 == 0:
            check(world)
    check(world)
    for home in world.homes:
        check_history(home)


def test_the_list_and_the_button_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk, "PAGE_SIZE", 2)
    world = World()

    # Shrinking a history would walk it hundreds of times and take minutes.
    @settings(max_examples=15, deadline=None, database=None, phases=[Phase.generate])
    @given(HISTORIES)
    def agree(history: list[tuple[Step, int, int, int]]) -> None:
        with transaction.atomic():
            walk(world, history)
            transaction.set_rollback(True)

    agree()


def test_the_page_ends_where_the_queue_ends() -> None:
    """No empty last page, and no row lost, when several were submitted at one instant."""
    by_three = PsoFilters(size=3)
    home = make.provider()
    pso = make.pso(home)
    with time_machine.travel("2026-11-23T12:00:00Z", tick=False):
        asked = [make.submit(make.person(), home).pk for _ in range(6)]
    first = listing.page(pso, by_three)
    last = listing.page(pso, by_three, first.after)
    assert [[each.pk for each in page.rows] for page in (first, last)] == [asked[:3], asked[3:]]
    assert last.after is None
