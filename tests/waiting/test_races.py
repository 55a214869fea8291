"""Two workers, or two clicks, at the same moment: nothing is sent twice."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial

import pytest
import time_machine

from access_requests import workflow
from access_requests.models import Absence, AccessRequest, Nudge, Reminder, SharedNotice
from access_requests.policy import StepRefused
from access_requests.waiting import absences, helping, nudging, reminding
from accounts.models import AuditEvent, Notice
from tests import builders as make
from tests.access_requests.racing import at_once, held

pytestmark = pytest.mark.django_db(transaction=True)

FRIDAY = datetime(2026, 11, 6, 15, tzinfo=UTC)
LATER = {
    "reminder": datetime(2026, 11, 16, 12, tzinfo=UTC),
    "help": datetime(2026, 11, 23, 12, tzinfo=UTC),
}


def a_queue(requests: int = 3) -> None:
    with time_machine.travel(FRIDAY, tick=False):
        home = make.provider()
        make.pso(home)
        make.pso(home)
        for _ in range(requests):
            make.submit(make.person(), home)


def test_two_beats_at_once_remind_nobody_twice() -> None:
    a_queue()
    with time_machine.travel(LATER["reminder"], tick=False):
        # As found by both before either had told anybody.
        people = reminding.due_today(reminding.PSOS)
        told = at_once([partial(reminding.remind, reminding.PSOS, people)] * 4)
        assert sum(told) == 2
        assert at_once([reminding.run] * 2) == [0, 0]
    assert Notice.objects.filter(kind="requests_wait").count() == 2
    assert Reminder.objects.count() == 3
    assert AuditEvent.objects.filter(type="approvers_reminded").count() == 3


def test_two_beats_at_once_point_to_the_service_center_once() -> None:
    a_queue()
    with time_machine.travel(LATER["help"], tick=False):
        assert sum(at_once([helping.run] * 4)) == 3
    assert Notice.objects.filter(kind="service_center_can_help").count() == 3
    assert Reminder.objects.filter(step=10).count() == 3


def test_a_worker_that_dies_leaves_nothing_half_written(monkeypatch: pytest.MonkeyPatch) -> None:
    a_queue()

    def dies(_messages: object) -> None:
        raise KeyboardInterrupt

    with time_machine.travel(LATER["reminder"], tick=False):
        with monkeypatch.context() as patch:
            patch.setattr(reminding, "tell_each", dies)
            with pytest.raises(KeyboardInterrupt):
                reminding.run()
        assert Reminder.objects.count() == 0
        assert reminding.run() == 2


def test_what_is_being_decided_just_now_is_in_no_letter() -> None:
    a_queue(1)
    asked = AccessRequest.objects.pending().get()
    with time_machine.travel(LATER["reminder"], tick=False), held(asked):
        assert reminding.run() == 0


def test_the_same_click_twice_is_one_nudge_and_the_same_form_one_absence() -> None:
    home = make.provider()
    pso = make.pso(home)
    asked = make.submit(make.person(), home)
    answers = at_once([partial(nudging.nudge, asked.pk, by=asked.requester)] * 3)
    assert sorted(type(each) is StepRefused for each in answers) == [False, True, True]
    assert Nudge.objects.count() == 1
    assert Notice.objects.filter(kind="request_nudged", recipient=pso).count() == 1

    def name() -> str:
        day = datetime(2026, 12, 1, tzinfo=UTC).date()
        try:
            absences.name(pso, day, day)
        except absences.Overlaps:
            return "refused"
        return "named"

    assert sorted(at_once([name] * 3)) == ["named", "refused", "refused"]
    assert Absence.objects.count() == 1


def test_two_nudges_of_one_person_at_once_are_one_letter() -> None:
    """About two requests, which one PSO has."""
    reviewer, pso, person = make.reviewer(), make.person(), make.person()
    homes = [make.provider() for _ in range(2)]
    for home in homes:
        make.pso(home, pso, by=reviewer)
    asked = [make.submit(person, home) for home in homes]
    answers = at_once([partial(nudging.nudge, each.pk, by=person) for each in asked])
    assert sorted(type(each) is StepRefused for each in answers) == [False, True]
    assert Notice.objects.filter(kind="request_nudged", recipient=pso).count() == 1


def test_what_is_being_decided_just_now_is_in_no_nudge() -> None:
    reviewer, pso, person = make.reviewer(), make.person(), make.person()
    homes = [make.provider() for _ in range(3)]
    for home in homes:
        make.pso(home, pso, by=reviewer)
    first, other, third = (make.submit(person, home) for home in homes)
    with held(other):
        nudging.nudge(first.pk, by=person)
    [told] = Notice.objects.filter(kind="request_nudged")
    assert told.subject == f"2 requests of {person} wait for you"
    about = SharedNotice.objects.filter(notice=told).values_list("access_request", flat=True)
    assert set(about) == {first.pk, third.pk}


def test_a_nudge_meets_the_decision() -> None:
    home = make.provider()
    pso = make.pso(home)
    asked = make.submit(make.person(), home)
    at_once(
        [
            partial(workflow.approve, asked.pk, by=pso),
            partial(nudging.nudge, asked.pk, by=asked.requester),
        ]
    )
    decided = AuditEvent.objects.get(type="request_approved", request_id=asked.pk)
    nudges = AuditEvent.objects.filter(type="approvers_nudged", request_id=asked.pk)
    assert all(each.pk < decided.pk for each in nudges)
