"""Dates as a list shows them."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from accounts.business_days import business_days_between


class Days:
    """For one page: what day it is, where, and in which language, is asked once."""

    def __init__(self) -> None:
        self._zone = timezone.get_current_timezone()
        self._language = get_language()
        self._today = self.day_of(timezone.now())
        self._ages: dict[date, str] = {}

    def day_of(self, moment: datetime) -> date:
        return moment.astimezone(self._zone).date()

    def local(self, moment: datetime) -> datetime:
        return moment.astimezone(self._zone)

    def in_words(self, moment: datetime | None) -> str:
        """Nov 3, 2026."""
        return _in_words(self.day_of(moment), self._language) if moment else ""

    def passed_since(self, moment: datetime) -> int:
        return (self._today - self.day_of(moment)).days

    def age(self, moment: datetime) -> str:
        """In business days, as reminders count them."""
        day = self.day_of(moment)
        if day not in self._ages:
            number = business_days_between(day, self._today)
            said = ngettext("%(n)d business day", "%(n)d business days", number)
            self._ages[day] = said % {"n": number} if number else _("Less than a business day")
        return self._ages[day]


@lru_cache(maxsize=4096)
def _in_words(day: date, language: str | None) -> str:
    return date_format(day, "M j, Y")
