"""Steps for many and for one, of several people at the same moment, at CCNs they share."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from access_requests import workflow
from access_requests.models import AccessRequest, RejectionReason, RoleAssignment
from accounts.models import User
from providers.models import Provider
from tests import builders as make
from tests.access_requests.racing import REFUSALS, at_once, check_history
from tests.together.scene import scene

pytestmark = pytest.mark.django_db(transaction=True)


def random_step(choice: random.Random, homes: list[Provider], people: list[User]) -> int:
    """How many rows it changed."""
    who = choice.choice(people)
    asked = list(AccessRequest.objects.open().filter(provider__in=homes).values_list("pk", "role"))
    held = list(RoleAssignment.objects.active().exclude(role="pso").values_list("pk", flat=True))
    choice.shuffle(asked)
    choice.shuffle(held)
    several = [pk for pk, _role in asked[:6]]
    reject: dict[str, Any] = {"reason": RejectionReason.OTHER, "explanation": "No."}
    many: list[Callable[[], Any]] = [
        partial(workflow.approve_many, several, by=who),
        partial(workflow.reject_many, several[:2], by=who, **reject),
        partial(workflow.revoke_many, held[:3], by=who, reason="Left."),
    ]
    one: list[Callable[[], Any]] = [
        partial(make.submit, choice.choice(people), choice.choice(homes)),
        partial(make.submit, choice.choice(people), choice.choice(homes), "assessment_coordinator"),
        partial(make.submit, choice.choice(people), choice.choice(homes), "pso"),
    ]
    if several:
        one.append(partial(workflow.approve, several[0], by=who))
    found = choice.choice(many * 2 + one * 3)()
    return sum(each.is_done for each in found) if isinstance(found, list) else 1


def test_random_steps_neither_deadlock_nor_break_the_rule() -> None:
    here = scene(12, homes=3)
    people = [here.pso, here.fellow, *(each.requester for each in here.asked[:3])]

    def work(number: int) -> Counter[str]:
        choice = random.Random(number)
        done: Counter[str] = Counter()
        for _ in range(10):
            try:
                done["rows"] += random_step(choice, here.homes, people)
            except REFUSALS:
                done["refused"] += 1
        return done

    done: Counter[str] = sum(at_once(partial(work, number) for number in range(4)), Counter())
    assert done["rows"] > 12
    for home in here.homes:
        check_history(home)
    approved = AccessRequest.objects.filter(status="approved")
    assert approved.count() == RoleAssignment.objects.count()
