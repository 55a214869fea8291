"""Business days: how long a request has waited, and by when CMS means to decide it.

Dates are those of the portal's time zone, Eastern Time. No business day are Saturdays, Sundays
and the eleven federal holidays (5 U.S.C. 6103) with the days on which they are observed. What a
president gives besides, such as the eve of Christmas, is not foreseen.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import lru_cache

from django.utils import timezone

# Rule 24 reminds approvers after 2 and 5 business days: CMS's own aim is the second of these.
TARGET_BUSINESS_DAYS = 5

_MONDAY, _THURSDAY, _SATURDAY = 0, 3, 5
_ONE_DAY = timedelta(days=1)


def target_of(submitted_at: datetime) -> date:
    """The day by which CMS means to have decided what was submitted then."""
    return business_days_after(_day(submitted_at), TARGET_BUSINESS_DAYS)


def business_days_after(start: date | datetime, number: int) -> date:
    """The day so many business days after this one, which itself does not count."""
    day = _day(start)
    while number > 0:
        day += _ONE_DAY
        number -= is_business_day(day)
    return day


def business_days_between(start: date | datetime, end: date | datetime) -> int:
    """How many business days have passed since `start`, the day of `end` included."""
    first, last = _day(start), _day(end)
    if last <= first:
        return 0
    days = (last - first).days
    weeks, rest = divmod(days, 7)
    beyond = (first + timedelta(days=weeks * 7 + n) for n in range(1, rest + 1))
    worked = weeks * 5 + sum(day.weekday() < _SATURDAY for day in beyond)
    return worked - sum(
        first < holiday <= last
        for year in range(first.year, last.year + 2)
        for holiday in observed_holidays(year)
    )


def submitted_before(business_days: int, now: datetime | None = None) -> datetime:
    """What was submitted before this moment has waited at least so many business days today."""
    day = _day(now or timezone.now())
    while business_days_between(day, now or timezone.now()) < business_days:
        day -= _ONE_DAY
    return timezone.make_aware(datetime.combine(day + _ONE_DAY, time.min))


def is_business_day(day: date) -> bool:
    years = (day.year, day.year + 1)
    return day.weekday() < _SATURDAY and not any(day in observed_holidays(each) for each in years)


@lru_cache(maxsize=256)
def observed_holidays(year: int) -> frozenset[date]:
    """The days on which the holidays of this year are observed: from a Saturday the Friday before,
    which for a New Year's Day lies in the year before; from a Sunday the Monday after."""
    fixed = [(1, 1, 0), (6, 19, 2021), (7, 4, 0), (11, 11, 0), (12, 25, 0)]
    floating = [
        _nth(year, 1, _MONDAY, 3),
        _nth(year, 2, _MONDAY, 3),
        _last_monday_of_may(year),
        _nth(year, 9, _MONDAY, 1),
        _nth(year, 10, _MONDAY, 2),
        _nth(year, 11, _THURSDAY, 4),
    ]
    days = [_observed(date(year, month, day)) for month, day, since in fixed if year >= since]
    return frozenset([*days, *floating])


def _observed(holiday: date) -> date:
    return holiday + timedelta(days={5: -1, 6: 1}.get(holiday.weekday(), 0))


def _nth(year: int, month: int, weekday: int, number: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (number - 1))


def _last_monday_of_may(year: int) -> date:
    last = date(year, 5, 31)
    return last - timedelta(days=last.weekday())


def _day(moment: date | datetime) -> date:
    return timezone.localtime(moment).date() if isinstance(moment, datetime) else moment
