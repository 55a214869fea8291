"""What the tables refuse, by name; and what a morning costs."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from access_requests.models import Nudge, Reminder, ReminderLetter
from access_requests.waiting import absences, helping, nudging, reminding
from tests import builders as make

pytestmark = pytest.mark.django_db

FRIDAY = datetime(2026, 11, 6, 15, tzinfo=UTC)
TWO_DAYS_ON = datetime(2026, 11, 10, 12, tzinfo=UTC)
TEN_DAYS_ON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def refused_by(constraint: str) -> pytest.RaisesExc[IntegrityError]:
    return pytest.raises(IntegrityError, match=constraint)


def test_each_step_nudge_and_letter_is_there_once_and_stays() -> None:
    home = make.provider()
    with time_machine.travel(FRIDAY, tick=False):
        make.pso(home)
        asked = make.submit(make.person(), home)
        nudging.nudge(asked.pk, by=asked.requester)
    with time_machine.travel(TWO_DAYS_ON, tick=False):
        reminding.run()
    for model, name in (
        (Reminder, "reminder_once"),
        (ReminderLetter, "reminder_letter_once_a_day"),
        (Nudge, "nudge_once_a_day"),
    ):
        row = model._default_manager.get()
        row.pk = None
        with refused_by(name), transaction.atomic():
            row.save(force_insert=True)
        with refused_by("never_changes"), transaction.atomic():
            model._default_manager.update(at=timezone.now())
        with refused_by("never_changes"), transaction.atomic():
            model._default_manager.get().delete()


def test_an_absence_ends_after_it_begins() -> None:
    with refused_by("absence_ends_after_it_begins"):
        absences.name(make.person(), date(2026, 12, 2), date(2026, 12, 1))


def test_a_morning_takes_the_same_statements_for_one_and_for_twenty() -> None:
    def taken(number: int) -> int:
        home = make.provider()
        with time_machine.travel(FRIDAY, tick=False):
            make.pso(home)
            make.pso(home)
            for _ in range(number):
                make.submit(make.person(), home)
        with CaptureQueriesContext(connection) as captured:
            with time_machine.travel(TWO_DAYS_ON, tick=False):
                assert reminding.run() == 2
            with time_machine.travel(TEN_DAYS_ON, tick=False):
                assert helping.run() == number
        return len(captured)

    # Which requests a letter about several is about takes one statement more.
    assert taken(1) + 1 == taken(2) == taken(20)
