"""Roles that end by themselves, when two do it at once or the PSO extends meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
import time_machine
from django.db import connections

from access_requests import workflow
from access_requests.models import (
    AssignmentStatus,
    EndWarning,
)
from access_requests.people import warnings
from accounts.models import Notice
from tests import builders as make
from tests.access_requests.racing import at_once, held, wait_until_somebody_waits
from tests.people.builders import home_with_pso, role_at, told

pytestmark = pytest.mark.django_db

# A Wednesday in Eastern Time; Thanksgiving is the 26th, a Thursday.
GRANTED = "2026-09-02T15:00:00Z"


@pytest.mark.django_db(transaction=True)
def test_two_beats_at_once_end_and_warn_each_once() -> None:
    with time_machine.travel(GRANTED, tick=False):
        pso = make.person("psoofall")
        vendors = [make.person(f"vendor{n}") for n in range(4)]
        for _number in range(3):
            home, _pso = home_with_pso(pso)
            for each in vendors:
                role_at(home, each, ends_on=date(2026, 10, 1), vendor=True)
                role_at(
                    home,
                    each,
                    code="assessment_submitter",
                    ends_on=date(2026, 9, 28),
                    vendor=True,
                )
    with time_machine.travel("2026-09-29T15:00:00Z", tick=False):
        ended = at_once([workflow.end_past_last_days] * 3)
        warned = at_once([warnings.warn] * 3)
    assert sum(ended) == 12
    assert sum(warned) == 12
    assert set(told("roles_ended").values()) == {1}
    assert set(told("roles_end_soon").values()) == {1}
    assert told("people_end_soon") == {"psoofall": 1}
    assert EndWarning.objects.count() == 12


@pytest.mark.django_db(transaction=True)
def test_whoever_is_extended_while_the_end_waits_for_the_lock_keeps_the_role() -> None:
    with time_machine.travel(GRANTED, tick=False):
        home, _pso = home_with_pso()
        role = role_at(home, ends_on=date(2026, 10, 1))
    with time_machine.travel("2026-10-02T05:05:00Z", tick=False), ThreadPoolExecutor() as pool:
        with held(home) as cursor:
            ending = pool.submit(in_its_own_connection, workflow.end_past_last_days)
            wait_until_somebody_waits()
            cursor.execute(
                "UPDATE access_requests_roleassignment SET ends_on = '2026-12-31' WHERE id = %s",
                [role.pk],
            )
            cursor.connection.commit()
        assert ending.result() == 0
    role.refresh_from_db()
    assert role.status == AssignmentStatus.ACTIVE


@pytest.mark.django_db(transaction=True)
def test_who_comes_second_to_a_warning_tells_nobody() -> None:
    with time_machine.travel(GRANTED, tick=False):
        home, _pso = home_with_pso()
        role = role_at(home, ends_on=date(2026, 10, 1))
    with time_machine.travel("2026-09-28T12:10:00Z", tick=False), ThreadPoolExecutor() as pool:
        with held(make.provider()) as cursor:
            cursor.execute(
                "INSERT INTO access_requests_endwarning (assignment_id, ends_on, days_before, at)"
                " VALUES (%s, '2026-10-01', 3, now())",
                [role.pk],
            )
            warning = pool.submit(in_its_own_connection, warnings.warn)
            wait_until_somebody_waits()
            cursor.connection.commit()
        assert warning.result() == 0
    assert not Notice.objects.filter(kind__endswith="_end_soon").exists()


def in_its_own_connection(step: Callable[[], int]) -> int:
    try:
        return step()
    finally:
        connections.close_all()
