"""The schedule of rule 24 with a moving clock: weekends, a holiday, absences, and who is told."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from access_requests import workflow
from access_requests.models import DayEvent, Reminder
from access_requests.orphans import finding
from access_requests.orphans.finding import Filters, Why
from access_requests.waiting import absences, clock, helping, nudging, reminding
from accounts.models import AuditEvent, Notice, OutgoingEmail, User
from providers.models import Provider
from tests import builders as make

pytestmark = pytest.mark.django_db

# The Friday before Veterans Day, a Wednesday.
FRIDAY = datetime(2026, 11, 6, 15, tzinfo=UTC)


@pytest.fixture
def home() -> Provider:
    return make.provider(name="BURNS NURSING HOME")


def at(day: int, hour: int = 12) -> time_machine.travel:
    """A morning of November 2026, Eastern Time; days from 31 on are December's."""
    moment = datetime(2026, 11, 1, hour, tzinfo=UTC) + timedelta(days=day - 1)
    return time_machine.travel(moment, tick=False)


def told(kind: str = "requests_wait") -> Counter[str]:
    return Counter(Notice.objects.filter(kind=kind).values_list("recipient__username", flat=True))


def run_on(*days: int) -> list[int]:
    """How many letters went on each of these days."""
    letters = []
    for day in days:
        with at(day):
            letters.append(reminding.run() + helping.run())
    return letters


def test_two_five_and_ten_business_days_over_weekends_and_a_holiday(home: Provider) -> None:
    with time_machine.travel(FRIDAY, tick=False):
        pso = make.pso(home)
        asked = make.submit(make.person(full_name="Ann Waits"), home)
    # Monday is the first business day, Tuesday the second; Wednesday is Veterans Day.
    assert run_on(7, 8, 9) == [0, 0, 0]
    assert run_on(10) == [1]
    assert told() == {pso.username: 1}
    assert run_on(11, 12, 13, 14, 15) == [0] * 5
    assert run_on(16) == [1]
    assert told() == {pso.username: 2}
    assert run_on(17, 18, 19, 20) == [0] * 4
    assert run_on(21, 22) == [0, 0]
    assert run_on(23) == [1]
    assert told("service_center_can_help") == {asked.requester.username: 1}
    # Thanksgiving lies ahead, and nothing more is to come.
    assert run_on(24, 25, 26, 27, 28, 29, 30, 31, 45) == [0] * 9
    steps = Reminder.objects.order_by("step").values_list("step", flat=True)
    assert list(steps) == [2, 5, 10]
    lines = AuditEvent.objects.filter(request_id=asked.pk).order_by("pk")
    assert list(lines.filter(type=DayEvent.REMINDED).values_list("details__business_days")) == [
        (2,),
        (5,),
    ]
    assert lines.filter(type=DayEvent.HELP_POINTED_OUT).count() == 1


def test_ten_days_agree_with_the_list_of_unattended_queues(home: Provider) -> None:
    assert clock.SERVICE_CENTER == finding.UNATTENDED_BUSINESS_DAYS
    with time_machine.travel(FRIDAY, tick=False):
        make.submit(make.person(), home)
        busy = make.provider()
        pso = make.pso(busy)
        asked = make.submit(make.person(), busy)
        workflow.return_for_information(asked.pk, by=pso, question="Which unit?")
    with at(10):
        make.pso(home)
        workflow.answer(asked.pk, by=asked.requester, text="The north one.")
    for day in range(20, 30):
        with at(day):
            found = finding.find(Filters(), limit=10)
            listed = {each.provider_id for each in found if each.why == Why.UNATTENDED}
            helping.run()
            helped = Reminder.objects.filter(step=10, counted_from__gte=FRIDAY + timedelta(days=1))
            assert set(helped.values_list("access_request__provider", flat=True)) == listed
    assert listed == {home.pk, busy.pk}


def test_an_answer_and_a_new_pso_begin_the_days_again(home: Provider) -> None:
    with time_machine.travel(FRIDAY, tick=False):
        pso = make.pso(home)
        asked = make.submit(make.person(), home)
        waits = make.submit(make.person(), make.provider())
    with at(10):
        workflow.return_for_information(asked.pk, by=pso, question="Which unit?")
        assert reminding.run() == 0
    with at(12):
        workflow.answer(asked.pk, by=asked.requester, text="The north one.")
        new = make.pso(waits.provider)
    assert run_on(13) == [0]
    # Two business days later, over a weekend.
    assert run_on(16) == [2]
    assert told() == {pso.username: 1, new.username: 1}


def test_one_letter_for_all_that_wait_and_nothing_decided_in_it() -> None:
    pso = make.person()
    reviewer = make.reviewer()
    with time_machine.travel(FRIDAY, tick=False):
        homes = [make.provider() for _ in range(20)]
        for each in homes:
            make.pso(each, pso, by=reviewer)
        asked = [make.submit(make.person(), each) for each in homes]
        workflow.approve(asked[0].pk, by=pso)
    with at(10):
        assert reminding.run() == 1
    letter = OutgoingEmail.objects.get(to_address=pso.email, subject__contains="still wait")
    assert letter.subject == "19 requests still wait for you"
    assert letter.body_text.count("waits 2 business days") == 15
    assert "and 4 more" in letter.body_text
    assert f"CCN {homes[0].ccn}" not in letter.body_text
    assert Reminder.objects.count() == 19


def test_a_missed_run_is_made_up_for_once(home: Provider) -> None:
    with time_machine.travel(FRIDAY, tick=False):
        pso = make.pso(home)
        make.submit(make.person(), home)
    # Nothing ran on the 10th; on the 16th five days are over: one letter, not two.
    assert run_on(12, 12, 16, 17) == [1, 0, 1, 0]
    late = make.provider()
    with time_machine.travel(FRIDAY, tick=False):
        make.pso(late, pso)
        make.submit(make.person(), late)
    assert run_on(18, 18, 19) == [1, 0, 0]


def test_an_absent_approver_gets_none_and_theirs_when_back(home: Provider) -> None:
    with time_machine.travel(FRIDAY, tick=False):
        away, there = make.pso(home), make.pso(home)
        absences.name(away, date(2026, 11, 9), date(2026, 11, 12))
        make.submit(make.person(), home)
    run_on(10, 11, 12)
    assert told() == {there.username: 1}
    run_on(13)
    assert told() == {there.username: 1, away.username: 1}
    run_on(14, 15, 16)
    assert told() == {there.username: 2, away.username: 2}


def test_cms_is_an_approver_of_first_psos_and_reads_who_asked_it_to_look() -> None:
    reviewer, other = make.reviewer("reviewer1"), make.reviewer("reviewer2")
    with time_machine.travel(FRIDAY, tick=False):
        first = make.submit(make.person(), make.provider(), "pso")
        second = make.submit(make.person(), make.provider(), "pso")
    assert run_on(10) == [2]
    with at(12):
        nudging.nudge(second.pk, by=second.requester)
        assert told("request_nudged") == {}
    assert run_on(13) == [2]
    assert told() == {reviewer.username: 2, other.username: 2}
    latest = Notice.objects.filter(recipient=reviewer, kind="requests_wait").latest("pk")
    assert latest.request_id == second.pk
    workflow.reject(first.pk, by=reviewer, reason="other", explanation="No.")  # type: ignore[arg-type]
    assert run_on(16) == [2]
    assert Reminder.objects.filter(access_request=first).count() == 1


def test_nobody_is_reminded_of_what_nobody_can_decide_but_the_requester_is_helped(
    home: Provider,
) -> None:
    with time_machine.travel(FRIDAY, tick=False):
        pso = make.pso(home)
        own = make.submit(pso, home)
        waits = make.submit(make.person(), make.provider())
    assert run_on(10, 16, 17) == [0, 0, 0]
    assert run_on(23) == [2]
    said = "No Provider Security Official (PSO) of the CCN can decide it."
    for each in (own, waits):
        letter = Notice.objects.get(kind="service_center_can_help", recipient=each.requester)
        assert said in letter.body
        assert f"Request {each.pk}" in letter.body


def test_a_decided_request_and_its_ended_psos_are_left_alone(home: Provider) -> None:
    with time_machine.travel(FRIDAY, tick=False):
        stays, goes = make.pso(home), make.pso(home)
        asked = make.submit(make.person(), home)
    with at(10):
        workflow.give_up(goes.role_assignments.get().pk, by=goes)
        off: User = make.pso(home)
        off.is_active = False
        off.save(update_fields=["is_active"])
        assert reminding.run() == 1
    assert told() == {stays.username: 1}
    with at(12):
        workflow.withdraw(asked.pk, by=asked.requester)
    assert run_on(16, 23) == [0, 0]
