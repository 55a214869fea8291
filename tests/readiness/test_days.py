from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

from access_requests.models import CcnReadiness, ReadinessDay, RoleAssignment
from access_requests.readiness import days, trend
from access_requests.readiness.counting import Counts
from access_requests.readiness.scope import Scope
from access_requests.workflow import give_up
from tests import builders as make

pytestmark = pytest.mark.django_db
EASTERN = ZoneInfo("America/New_York")
# Daylight saving ended in this night.
NIGHT = datetime(2026, 11, 1, 0, 25, tzinfo=EASTERN)
YESTERDAY = date(2026, 10, 31)


def on_record() -> list[tuple[date, str, str, int, int, int]]:
    return list(
        ReadinessDay.objects.order_by("day", "state", "kind").values_list(
            "day", "state", "kind", "none", "one", "two_or_more"
        )
    )


def test_a_day_is_written_once_in_the_small_hours() -> None:
    one, two = make.provider(), make.provider("055001", state="CA")
    make.provider("055002", state="CA")
    make.provider("015999", closed_on=date(2026, 1, 2))
    make.pso(one)
    make.pso(two)
    leaver = make.pso(two)
    assert days.write_day(NIGHT) == 2
    expected = [(YESTERDAY, "AL", "snf", 0, 1, 0), (YESTERDAY, "CA", "snf", 1, 0, 1)]
    assert on_record() == expected

    give_up(RoleAssignment.objects.get(user=leaver).pk, by=leaver)
    make.provider("675001", state="TX")
    again = NIGHT.replace(hour=2)
    assert days.write_day(again) == 0, "the figures of another moment would not agree"
    assert on_record() == expected


def test_a_day_that_was_missed_stays_a_gap() -> None:
    make.provider()
    assert days.write_day(NIGHT.replace(hour=3)) == 0
    assert on_record() == []


def test_what_a_trigger_was_kept_from_is_put_right() -> None:
    at = make.provider()
    make.pso(at)
    other = make.provider()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE access_requests_ccnreadiness SET psos = 7 WHERE ccn = %s", [at.ccn])
        cursor.execute("DELETE FROM access_requests_ccnreadiness WHERE ccn = %s", [other.ccn])
    assert days.put_right() == 2
    assert days.put_right() == 0
    assert dict(CcnReadiness.objects.values_list("ccn", "psos")) == {at.ccn: 1, other.ccn: 0}


def test_the_trend_has_gaps_and_ends_today() -> None:
    today = date(2026, 11, 23)
    for day in (date(2026, 8, 1), date(2026, 11, 1), date(2026, 11, 2), date(2026, 11, 16)):
        ReadinessDay.objects.create(day=day, state="AL", kind="snf", none=3, one=2, two_or_more=1)
    ReadinessDay.objects.create(
        day=date(2026, 11, 16), state="CA", kind="hospice", none=9, one=0, two_or_more=0
    )
    known = trend.days_of(Scope(state="AL"), today)
    assert known[date(2026, 11, 16)] == (3, 2, 1)
    assert date(2026, 8, 1) not in known, "more than thirteen weeks ago"
    assert trend.days_of(Scope(kind="hospice"), today) == {date(2026, 11, 16): (9, 0, 0)}
    assert trend.days_of(Scope(), today)[date(2026, 11, 16)] == (12, 2, 1)

    drawn = trend.drawn(known, today, Counts(ccns=8, none=2, one=4))
    assert [band.count("M") for band in drawn.bands] == [3, 3, 3], "a piece for each run of days"
    assert drawn.has_gaps
    table = {week.day: week.levels for week in drawn.weeks}
    assert len(table) == 14
    assert table[today] == (2, 4, 2)
    assert table[date(2026, 11, 16)] == (3, 2, 1)
    assert table[date(2026, 11, 9)] is None


def test_a_trend_without_gaps() -> None:
    today = date(2026, 11, 3)
    known = {date(2026, 11, day): (0, 0, day) for day in (1, 2)}
    drawn = trend.drawn(known, today, Counts(ccns=3))
    assert not drawn.has_gaps
    assert [band.count("M") for band in drawn.bands] == [1, 1, 1]
