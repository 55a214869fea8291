"""A step that cannot be put on record, or told, has not happened."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import models
from django.utils import timezone

from access_requests import emails, workflow
from access_requests.models import AccessRequest, Question, RoleAssignment
from accounts import audit
from accounts.models import AuditEvent, Notice, OutgoingEmail, User
from providers.models import Provider
from tests import builders as make
from tests.access_requests.steps import steps_at

pytestmark = pytest.mark.django_db

TABLES: list[type[models.Model]] = [
    AccessRequest,
    AuditEvent,
    Notice,
    OutgoingEmail,
    Provider,
    Question,
    RoleAssignment,
    User,
]
STEPS = (
    *("submit", "withdraw", "answer", "approve", "reject", "return", "take_back", "give_up"),
    *("revoke", "close", "close_unanswered", "first_pso", "last_pso"),
)
FAULTS = [
    (name, fault)
    for name in STEPS
    for fault in ("audit", "letters")
    # Nobody is written to when a request is withdrawn.
    if (name, fault) != ("withdraw", "letters")
]


class Broken(Exception):
    pass


def broken(*_args: Any, **_kwargs: Any) -> None:
    raise Broken


def everything() -> list[list[dict[str, Any]]]:
    return [list(table._default_manager.order_by("pk").values()) for table in TABLES]


def prepared(name: str) -> Any:
    home = make.provider()
    steps = steps_at(home)
    match name:
        case "close":
            Provider.objects.filter(pk=home.pk).update(closed_on=timezone.localdate())
        case "close_unanswered":
            return workflow.close_unanswered
        case "first_pso":
            place, reviewer = make.provider(), make.reviewer()
            make.submit(make.person(), place)
            asked = make.submit(make.person(), place, "pso")
            return lambda: workflow.approve(asked.pk, by=reviewer)
        case "last_pso":
            held = RoleAssignment.objects.psos().get(provider=home)
            return lambda: workflow.give_up(held.pk, by=held.user)
    return steps[name]


@pytest.mark.parametrize(("name", "fault"), FAULTS)
def test_a_fault_undoes_the_whole_step(
    name: str, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    step = prepared(name)
    before = everything()
    with monkeypatch.context() as patch, time_machine.travel(timezone.now() + timedelta(days=31)):
        if fault == "audit":
            patch.setattr(audit, "record_many", broken)
        else:
            patch.setattr(emails, "tell_each", broken)
        with pytest.raises(Broken):
            step()
    assert everything() == before
    # The same step, with nothing broken, is one that changes something.
    with time_machine.travel(timezone.now() + timedelta(days=31)):
        step()
    assert everything() != before
