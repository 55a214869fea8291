"""Business days: every day but Saturdays, Sundays and the federal holidays (5 U.S.C. 6103) with
the days on which they are observed. Dates are those of the portal's time zone, Eastern Time.

What a president gives besides, such as the eve of Christmas, is not foreseen.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import lru_cache

from django.utils import timezone
from holidays import country_holidays

_SATURDAY = 5
_ONE_DAY = timedelta(days=1)


def day_of(moment: date | datetime) -> date:
    return timezone.localtime(moment).date() if isinstance(moment, datetime) else moment


def business_days_after(start: date | datetime, number: int) -> date:
    """The day so many business days after this one, which itself does not count."""
    day = day_of(start)
    while number > 0:
        day += _ONE_DAY
        number -= is_business_day(day)
    return day


def business_days_between(start: date | datetime, end: date | datetime) -> int:
    """How many business days have passed since `start`, the day of `end` included."""
    first, last = day_of(start), day_of(end)
    if last <= first:
        return 0
    days = (last - first).days
    weeks, rest = divmod(days, 7)
    beyond = (first + timedelta(days=weeks * 7 + n) for n in range(1, rest + 1))
    worked = weeks * 5 + sum(day.weekday() < _SATURDAY for day in beyond)
    years = range(first.year, last.year + 1)
    return worked - sum(first < day <= last for year in years for day in holidays_on_weekdays(year))


def submitted_before(business_days: int, now: datetime | None = None) -> datetime:
    """What was submitted before this moment has waited at least so many business days today."""
    day = day_of(now or timezone.now())
    while business_days_between(day, now or timezone.now()) < business_days:
        day -= _ONE_DAY
    return timezone.make_aware(datetime.combine(day + _ONE_DAY, time.min))


def is_business_day(day: date) -> bool:
    return day.weekday() < _SATURDAY and day not in holidays_on_weekdays(day.year)


@lru_cache(maxsize=256)
def holidays_on_weekdays(year: int) -> frozenset[date]:
    """The weekdays of this year on which a federal holiday is observed, New Year's Day of the
    next year among them when it falls on a Saturday."""
    days = country_holidays("US", years=year, observed=True)
    return frozenset(day for day in days if day.weekday() < _SATURDAY)
