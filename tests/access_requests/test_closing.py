"""What the system ends by itself: unanswered questions, and all there is at a closed provider."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from access_requests import tasks, workflow
from access_requests.models import (
    AccessRequest,
    AssignmentStatus,
    ClosedReason,
    EventType,
    RoleAssignment,
    Status,
)
from accounts.models import AuditEvent
from providers.models import Provider
from tests import builders as make

pytestmark = pytest.mark.django_db

ASKED_AT = datetime(2026, 12, 1, 15, tzinfo=UTC)
DUE = ASKED_AT + timedelta(days=30)
MOMENT = timedelta(seconds=1)


@pytest.fixture
def returned() -> AccessRequest:
    home = make.provider()
    pso = make.pso(home)
    asked = make.submit(make.person(), home)
    with time_machine.travel(ASKED_AT, tick=False):
        return workflow.return_for_information(asked.pk, by=pso, question="Which unit?")


def closed_at(moment: datetime) -> int:
    with time_machine.travel(moment, tick=False):
        return tasks.close_unanswered()


def test_a_question_has_thirty_days(returned: AccessRequest) -> None:
    assert closed_at(DUE) == 0
    assert closed_at(DUE + MOMENT) == 1
    assert closed_at(DUE + timedelta(days=1)) == 0
    returned.refresh_from_db()
    assert (returned.status, returned.closed_reason) == (Status.CLOSED, ClosedReason.NOT_ANSWERED)
    assert (returned.ended_at, returned.decided_by) == (DUE + MOMENT, None)
    line = AuditEvent.objects.get(type=EventType.CLOSED)
    assert (line.actor, line.request_id) == (None, returned.pk)
    assert make.submit(returned.requester, returned.provider).pk


def test_the_days_begin_anew_with_a_new_question(returned: AccessRequest) -> None:
    with time_machine.travel(DUE - timedelta(days=1), tick=False):
        workflow.answer(returned.pk, by=returned.requester, text="North.")
        pso = RoleAssignment.objects.get(role="pso").user
        workflow.return_for_information(returned.pk, by=pso, question="Which shift?")
    assert closed_at(DUE + MOMENT) == 0
    assert closed_at(DUE + timedelta(days=29, seconds=1)) == 1


@pytest.mark.parametrize("step", ["answer", "take_back", "withdraw"])
def test_what_was_answered_or_taken_back_stays(returned: AccessRequest, step: str) -> None:
    pso = RoleAssignment.objects.get(role="pso").user
    match step:
        case "answer":
            workflow.answer(returned.pk, by=returned.requester, text="North.")
        case "take_back":
            workflow.take_back(returned.pk, by=pso)
        case _:
            workflow.withdraw(returned.pk, by=returned.requester)
    assert closed_at(DUE + timedelta(days=365)) == 0


def test_a_closed_provider_ends_everything_there_and_nothing_elsewhere() -> None:
    home, other = make.provider(), make.provider()
    for place in (home, other):
        pso = make.pso(place)
        make.holder(place)
        make.submit(make.person(), place)
        asked_back = make.submit(make.person(), place)
        workflow.return_for_information(asked_back.pk, by=pso, question="Why?")
    assert workflow.close_at_closed_provider(home.pk) == 0

    Provider.objects.filter(pk=home.pk).update(closed_on=date(2026, 11, 20))
    assert tasks.close_at_closed_providers() == 4
    assert tasks.close_at_closed_providers() == 0

    roles = RoleAssignment.objects.filter(provider=home)
    assert {(each.status, each.ended_how, each.ended_by) for each in roles} == {
        (AssignmentStatus.ENDED, "provider_closed", None)
    }
    closed = AccessRequest.objects.filter(provider=home, status=Status.CLOSED)
    assert {each.closed_reason for each in closed} == {ClosedReason.PROVIDER_CLOSED}
    assert closed.count() == 2
    assert not AccessRequest.objects.open().filter(provider=home).exists()
    assert AccessRequest.objects.open().filter(provider=other).count() == 2
    assert RoleAssignment.objects.active().filter(provider=other).count() == 2


def test_each_that_ended_with_the_provider_is_on_record() -> None:
    home = make.provider()
    make.pso(home)
    asked = make.submit(make.person(), home)
    Provider.objects.filter(pk=home.pk).update(closed_on=date(2026, 11, 20))
    workflow.close_at_closed_provider(home.pk)
    lines = AuditEvent.objects.filter(type__in=[EventType.CLOSED, EventType.ROLE_ENDED])
    assert {(line.type, line.actor, line.ccn) for line in lines} == {
        (EventType.CLOSED, None, home.ccn),
        (EventType.ROLE_ENDED, None, home.ccn),
    }
    assert lines.get(type=EventType.CLOSED).request_id == asked.pk
