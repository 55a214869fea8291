"""Many reviewers at once, one at a time and many at a time, rivals included; and what must hold."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Barrier

from django.db import connection, connections

from access_requests import workflow
from access_requests.desk import together
from access_requests.models import (
    AccessRequest,
    Authority,
    DecisionChecklist,
    RejectionReason,
    RoleAssignment,
    Status,
)
from access_requests.policy import StepRefused
from accounts.models import User
from providers.models import Provider
from tests import builders as make
from tests.access_requests.racing import check_history
from tests.desk import cases

Step = Callable[[User], list[str]]


@dataclass
class Crowd:
    """So many CCNs; at some of them a rival asks as well. Every second without one is clean."""

    homes: list[Provider] = field(default_factory=list)
    reviewers: list[User] = field(default_factory=list)
    clean: list[int] = field(default_factory=list)
    single: list[int] = field(default_factory=list)


def gather(reviewers: int, homes: int, requests: int) -> Crowd:
    crowd = Crowd(reviewers=[make.reviewer() for _ in range(reviewers)])
    for number in range(homes):
        home = make.provider(f"45{5000 + number:04d}", state="TX", phone="5125550100")
        crowd.homes.append(home)
        if number < requests - homes:
            crowd.single += [cases.case(home).pk, cases.case(home).pk]
        elif number % 2:
            crowd.single.append(cases.case(home).pk)
        else:
            crowd.clean.append(cases.clean_case(crowd.reviewers[0], home).pk)
    return crowd


def decide_at_once(crowd: Crowd, *, seed: int, times: int = 2, bulk: int = 10) -> Counter[str]:
    """Every case is dealt to so many reviewers; each goes through their own in an order of their
    own. One in twenty of the single ones is rejected. What happened, counted."""
    draw = random.Random(seed)
    steps: list[list[Step]] = [[] for _ in crowd.reviewers]
    for _ in range(times):
        for pk in crowd.single:
            draw.choice(steps).append(_single(pk, rejects=draw.random() < 0.05))
        mixed = draw.sample(crowd.clean, len(crowd.clean))
        for start in range(0, len(mixed), bulk):
            draw.choice(steps).append(_together(mixed[start : start + bulk]))
    for mine in steps:
        draw.shuffle(mine)
    together_now = Barrier(len(crowd.reviewers))

    def work(reviewer: User, mine: list[Step]) -> list[str]:
        try:
            connection.ensure_connection()
            together_now.wait(timeout=60)
            return [outcome for step in mine for outcome in step(reviewer)]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(crowd.reviewers)) as pool:
        done = pool.map(work, crowd.reviewers, steps)
    return Counter(outcome for outcomes in done for outcome in outcomes)


def _single(pk: int, *, rejects: bool) -> Step:
    def step(reviewer: User) -> list[str]:
        try:
            if rejects:
                reason = RejectionReason.CANNOT_VERIFY
                workflow.reject(pk, by=reviewer, reason=reason, explanation="Not known there.")
                return ["rejected"]
            workflow.approve(pk, by=reviewer)
        except StepRefused as refusal:
            return [str(refusal.refusal.value)]
        return ["approved"]

    return step


def _together(pks: list[int]) -> Step:
    def step(reviewer: User) -> list[str]:
        outcomes = together.approve_together(pks, by=reviewer)
        return [f"together: {each.code}" for each in outcomes]

    return step


def check(crowd: Crowd) -> None:
    """Every CCN ended as the rule allows, and what CMS checked was kept once for each decision."""
    for home in crowd.homes:
        asked = list(AccessRequest.objects.filter(provider=home).order_by("pk"))
        psos = RoleAssignment.objects.active().psos().filter(provider=home).count()
        by_cms = [each for each in asked if each.decided_as == Authority.CMS]
        approved = [each for each in by_cms if each.status == Status.APPROVED]
        assert len(approved) == psos <= 1, f"{home}: {psos} PSOs"
        if not psos:
            assert all(each.status == Status.REJECTED for each in asked), f"{home}: nobody decided"
        for each in set(asked) - set(by_cms):
            assert each.status == Status.PENDING, f"{each}: not left to the PSO"
        check_history(home)
    decided = AccessRequest.objects.filter(decided_as=Authority.CMS).count()
    assert DecisionChecklist.objects.count() == decided
    assert first_psos_marked() == 0


def first_psos_marked() -> int:
    """Open requests that the queue's index would still show to CMS."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM access_requests_accessrequest"
            " WHERE is_first_pso AND status IN ('pending', 'returned')"
        )
        return int(cursor.fetchone()[0])


def deadlocks() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        return int(cursor.fetchone()[0])
