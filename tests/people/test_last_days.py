"""Roles that end by themselves: warned of in time, over weekends and holidays, and each once."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
import time_machine
from django.conf import settings
from django.urls import resolve
from django.utils.timezone import localdate

from access_requests import tasks, workflow
from access_requests.models import (
    AccessRequest,
    AssignmentStatus,
    DayEvent,
    EndedHow,
    EndWarning,
    EventType,
    RoleAssignment,
)
from access_requests.people import warnings
from access_requests.policy import Refusal, StepRefused
from accounts.models import AuditEvent, Notice
from tests import builders as make
from tests.people.builders import home_with_pso, role_at, told

pytestmark = pytest.mark.django_db

# A Wednesday in Eastern Time; Thanksgiving is the 26th, a Thursday.
GRANTED = "2026-09-02T15:00:00Z"


def warned_on(first: date, days: int) -> dict[date, int]:
    """On which of so many days the morning's run warns, and how many roles of."""
    found = {}
    for number in range(days):
        day = first + timedelta(days=number)
        with time_machine.travel(f"{day}T12:10:00Z", tick=False):
            told = warnings.warn()
            assert warnings.warn() == 0
        if told:
            found[day] = told
    return found


def test_warnings_come_30_14_and_3_days_before_and_never_on_a_free_day() -> None:
    with time_machine.travel(GRANTED, tick=False):
        home, _pso = home_with_pso()
        # Ends on a Sunday: 3 days before is Thanksgiving, so the warning goes out the day before.
        role_at(home, ends_on=date(2026, 11, 29))
    days = warned_on(date(2026, 10, 20), 42)
    # 30 days before is a Friday; 14 days before a Sunday, so the Friday before.
    assert list(days) == [date(2026, 10, 30), date(2026, 11, 13), date(2026, 11, 25)]
    assert [each.days_before for each in EndWarning.objects.order_by("at")] == [30, 14, 3]


def test_days_on_which_nothing_ran_are_made_up_for_by_the_latest_warning_alone() -> None:
    with time_machine.travel(GRANTED, tick=False):
        home, _pso = home_with_pso()
        role_at(home, ends_on=date(2026, 11, 29))
    assert warned_on(date(2026, 11, 27), 4) == {date(2026, 11, 27): 1}
    assert EndWarning.objects.get().days_before == 3


def test_holder_and_psos_get_one_letter_each_however_many_roles() -> None:
    with time_machine.travel(GRANTED, tick=False):
        homes = [home_with_pso(pso) for pso in [make.person("psoofboth")] * 2]
        make.pso(homes[0][0], make.person("psoofone"))
        vendor = make.person("vendor7", full_name="Vera Vendor")
        for home, _pso in homes:
            role_at(home, vendor, ends_on=date(2026, 11, 10), vendor=True)
    with time_machine.travel("2026-10-12T15:00:00Z", tick=False):
        assert warnings.warn() == 2
    assert told("roles_end_soon") == {"vendor7": 1}
    assert told("people_end_soon") == {"psoofboth": 1, "psoofone": 1}
    to_both = Notice.objects.get(recipient__username="psoofboth", kind="people_end_soon")
    assert to_both.body.count("Vera Vendor") == 2
    assert to_both.subject == "2 roles at your CCNs end soon, the first on November 10, 2026"
    to_one = Notice.objects.get(recipient__username="psoofone", kind="people_end_soon")
    assert to_one.body.count("Vera Vendor") == 1
    assert to_one.email is not None
    assert AuditEvent.objects.filter(type=DayEvent.END_WARNED).count() == 2


def test_a_pso_with_a_working_role_is_not_told_of_it_as_if_of_somebody_else() -> None:
    with time_machine.travel(GRANTED, tick=False):
        home, first = home_with_pso()
        second = make.pso(home, make.person("second"))
        asked = make.submit(second, home)
        workflow.approve(asked.pk, by=first, ends_on=date(2026, 11, 10))
    with time_machine.travel("2026-11-09T15:00:00Z", tick=False):
        warnings.warn()
    assert told("roles_end_soon") == {"second": 1}
    assert told("people_end_soon") == {first.username: 1}


def test_a_role_lasts_its_whole_last_day_and_not_longer() -> None:
    with time_machine.travel(GRANTED, tick=False):
        home, _pso = home_with_pso()
        # The day before Thanksgiving, and a holiday itself.
        holder = make.person("holder7")
        role_at(home, holder, ends_on=date(2026, 11, 25))
        role_at(home, holder, code="assessment_submitter", ends_on=date(2026, 11, 26))
        role_at(home, code="assessment_submitter")
    # Five to midnight in Eastern Time, then five past.
    with time_machine.travel("2026-11-26T04:55:00Z", tick=False):
        assert workflow.end_past_last_days() == 0
    with time_machine.travel("2026-11-26T05:05:00Z", tick=False):
        assert workflow.end_past_last_days() == 1
        assert workflow.end_past_last_days() == 0
    with time_machine.travel("2026-11-27T05:05:00Z", tick=False):
        assert workflow.end_past_last_days() == 1
    ended = RoleAssignment.objects.filter(status=AssignmentStatus.ENDED)
    assert {each.ended_how for each in ended} == {EndedHow.END_DATE}
    assert {each.ended_by for each in ended} == {None}
    assert RoleAssignment.objects.active().filter(provider=home).count() == 2
    lines = AuditEvent.objects.filter(type=EventType.ROLE_ENDED, person=holder, ccn=home.ccn)
    assert [each.details["reason"] for each in lines] == ["end_date", "end_date"]
    assert told("roles_ended") == {"holder7": 2}


def test_many_roles_that_end_on_one_day_are_one_letter() -> None:
    with time_machine.travel(GRANTED, tick=False):
        pso, vendor = make.person(), make.person("vendor7")
        for _ in range(3):
            home, _pso = home_with_pso(pso)
            role_at(home, vendor, ends_on=date(2026, 11, 25), vendor=True)
    with time_machine.travel("2026-11-28T15:00:00Z", tick=False):
        assert workflow.end_past_last_days() == 3
    assert told("roles_ended") == {"vendor7": 1}
    assert Notice.objects.get(kind="roles_ended").subject == "3 of your roles have ended"


def test_the_words_of_the_letters() -> None:
    with time_machine.travel(GRANTED, tick=False):
        home, pso = home_with_pso()
        vendor = make.person("vendor7", full_name="Vera O'Vendor")
        for _ in range(2):
            other, _pso = home_with_pso(pso)
            role_at(other, vendor, ends_on=date(2026, 9, 30), vendor=True)
        role = role_at(home, vendor, vendor=True)
        for day in (date(2026, 9, 30), None, date(2026, 10, 1)):
            workflow.set_end_date(role.pk, by=pso, ends_on=day)
    for at in ("2026-09-28T15:00:00Z", "2026-10-01T15:00:00Z", "2026-10-02T15:00:00Z"):
        with time_machine.travel(at, tick=False):
            warnings.warn()
            workflow.end_past_last_days()
    kinds = ["end_date_set", "roles_end_soon", "people_end_soon", "roles_ended"]
    told = Notice.objects.filter(kind__in=kinds)
    assert set(told.values_list("kind", flat=True)) == set(kinds)
    for each in told:
        assert re.search(r"\{[{%]|%\(|None|&#x27;|\n{3}", each.subject + each.body) is None
        assert resolve(each.path.partition("?")[0])
    subjects = {each.subject for each in told.filter(kind="roles_ended")}
    assert "2 of your roles have ended" in subjects
    assert f"Your role has ended: Assessment Viewer at CCN {home.ccn}" in subjects
    assert any("Vera O'Vendor, Assessment Viewer at" in each.body for each in told)


def test_an_extension_is_told_once_and_warned_of_anew() -> None:
    with time_machine.travel(GRANTED, tick=False):
        home, pso = home_with_pso()
        role = role_at(home, ends_on=date(2026, 10, 1))
        warnings.warn()
        for _ in range(2):
            workflow.set_end_date(role.pk, by=pso, ends_on=date(2026, 11, 13))
    assert Notice.objects.filter(kind="end_date_set").count() == 1
    line = AuditEvent.objects.get(type=DayEvent.END_DATE_SET)
    assert (line.details["before"], line.details["after"]) == ("2026-10-01", "2026-11-13")
    assert list(warned_on(date(2026, 9, 3), 73)) == [
        date(2026, 10, 14),
        date(2026, 10, 30),
        date(2026, 11, 10),
    ]


def test_who_sets_a_near_day_has_said_so_and_nobody_is_told_it_again_next_morning() -> None:
    with time_machine.travel(GRANTED, tick=False):
        home, pso = home_with_pso()
        role = role_at(home)
        workflow.set_end_date(role.pk, by=pso, ends_on=date(2026, 9, 20))
    # In 18 days: the first warning is behind; the others come.
    assert list(warned_on(date(2026, 9, 2), 20)) == [date(2026, 9, 4), date(2026, 9, 17)]


def test_a_role_granted_for_a_few_days_is_not_warned_of_the_next_morning() -> None:
    with time_machine.travel(GRANTED, tick=False):
        home, _pso = home_with_pso()
        role_at(home, ends_on=date(2026, 9, 12))
    # The 9th is 3 days before; the warnings 30 and 14 days before would be older than the role.
    assert list(warned_on(date(2026, 9, 2), 14)) == [date(2026, 9, 9)]


def test_who_may_say_the_last_day_of_which_role() -> None:
    home, pso = home_with_pso()
    fellow = make.pso(home)
    role = role_at(home)
    of_pso = RoleAssignment.objects.get(user=fellow)
    own = workflow.approve(make.submit(pso, home).pk, by=fellow).role_assignment
    day = localdate() + timedelta(days=40)

    def refusal(assignment: RoleAssignment, by: object, ends_on: date | None) -> Refusal:
        with pytest.raises(StepRefused) as raised:
            workflow.set_end_date(assignment.pk, by=by, ends_on=ends_on)  # type: ignore[arg-type]
        return raised.value.refusal

    assert refusal(of_pso, pso, day) == Refusal.PSO_HAS_NO_END_DATE
    assert refusal(own, pso, day) == Refusal.OWN_END_DATE
    assert refusal(role, make.reviewer(), day) == Refusal.MAY_NOT_SET_END_DATE
    assert refusal(role, pso, localdate() - timedelta(days=1)) == Refusal.END_DATE_PAST
    assert refusal(role, pso, date(2206, 1, 1)) == Refusal.END_DATE_TOO_FAR
    with pytest.raises(RoleAssignment.DoesNotExist):
        workflow.set_end_date(role.pk, by=home_with_pso()[1], ends_on=day)
    workflow.revoke(role.pk, by=pso, reason="Left.")
    assert refusal(role, pso, day) == Refusal.ASSIGNMENT_ENDED
    assert not AuditEvent.objects.filter(type=DayEvent.END_DATE_SET).exists()


def test_a_pso_role_is_never_granted_until_a_day() -> None:
    home, pso = home_with_pso()
    asked = make.submit(make.person(), home, "pso")
    with pytest.raises(StepRefused) as raised:
        workflow.approve(asked.pk, by=pso, ends_on=localdate())
    assert raised.value.refusal == Refusal.PSO_HAS_NO_END_DATE
    assert AccessRequest.objects.get(pk=asked.pk).is_open


def test_the_beat_does_both() -> None:
    with time_machine.travel(GRANTED, tick=False):
        home, _pso = home_with_pso()
        role_at(home, ends_on=date(2026, 10, 1))
        role_at(home, ends_on=date(2026, 9, 30))
    with time_machine.travel("2026-10-01T12:10:00Z", tick=False):
        run = {each["task"]: each for each in settings.CELERY_BEAT_SCHEDULE.values()}
        for task in (tasks.end_roles_past_last_day, tasks.warn_of_last_days):
            assert task.name in run
            assert task() == 1
