"""Business days: weekends, and the federal holidays as OPM publishes them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from access_requests.desk import due
from accounts import business_days

# As the Office of Personnel Management lists them.
HOLIDAYS = {
    2021: "2021-01-01 2021-01-18 2021-02-15 2021-05-31 2021-06-18 2021-07-05 2021-09-06 "
    "2021-10-11 2021-11-11 2021-11-25 2021-12-24 2021-12-31",
    2022: "2022-01-17 2022-02-21 2022-05-30 2022-06-20 2022-07-04 2022-09-05 "
    "2022-10-10 2022-11-11 2022-11-24 2022-12-26",
    2023: "2023-01-02 2023-01-16 2023-02-20 2023-05-29 2023-06-19 2023-07-04 2023-09-04 "
    "2023-10-09 2023-11-10 2023-11-23 2023-12-25",
    2026: "2026-01-01 2026-01-19 2026-02-16 2026-05-25 2026-06-19 2026-07-03 2026-09-07 "
    "2026-10-12 2026-11-11 2026-11-26 2026-12-25",
}


def test_the_federal_holidays() -> None:
    for year, days in HOLIDAYS.items():
        named = {date.fromisoformat(day) for day in days.split()}
        assert business_days.holidays_on_weekdays(year) == named


def test_the_friday_before_a_new_year_on_a_saturday_is_none() -> None:
    assert not business_days.is_business_day(date(2021, 12, 31))
    assert business_days.business_days_between(date(2021, 12, 30), date(2022, 1, 3)) == 1


@pytest.mark.parametrize(
    ("submitted", "target"),
    [
        # Monday before Thanksgiving; late on a Friday in Eastern Time; a Saturday.
        ("2026-11-23T15:00:00Z", "2026-12-01"),
        ("2026-11-14T04:30:00Z", "2026-11-20"),
        ("2026-11-14T15:00:00Z", "2026-11-20"),
        ("2026-12-18T15:00:00Z", "2026-12-28"),
    ],
)
def test_the_target_is_five_business_days_on(submitted: str, target: str) -> None:
    assert due.target_of(datetime.fromisoformat(submitted)) == date.fromisoformat(target)


def test_days_between_agree_with_counting_them_one_by_one() -> None:
    start = date(2021, 12, 20)
    for length in range(0, 800, 13):
        end = start + timedelta(days=length)
        counted = sum(
            business_days.is_business_day(start + timedelta(days=n + 1)) for n in range(length)
        )
        assert business_days.business_days_between(start, end) == counted
        assert business_days.business_days_after(start, counted) <= end
    assert business_days.business_days_between(start, start - timedelta(days=9)) == 0


def test_what_was_submitted_before_a_moment_has_waited_so_long() -> None:
    for day in range(1, 29):
        now = datetime(2026, 11, day, 17, tzinfo=UTC)
        with time_machine.travel(now, tick=False):
            for number in (1, 5, 10):
                limit = business_days.submitted_before(number)
                before, after = limit - timedelta(seconds=1), limit + timedelta(seconds=1)
                assert business_days.business_days_between(before, now) >= number
                assert business_days.business_days_between(after, now) < number
