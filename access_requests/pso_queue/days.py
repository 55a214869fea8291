"""Dates as a list shows them, each worked out once: many rows fall on the same few days."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext

from accounts.business_days import business_days_between


def in_words(moment: datetime | None) -> str:
    """Nov 3, 2026, in the portal's time zone."""
    return _in_words(timezone.localdate(moment), get_language()) if moment else ""


def passed_since(moment: datetime) -> int:
    return (timezone.localdate() - timezone.localdate(moment)).days


def waiting_since(moment: datetime) -> str:
    """In business days, as reminders count them."""
    number = _business_days(timezone.localdate(moment), timezone.localdate())
    return ngettext("%(n)d business day", "%(n)d business days", number) % {"n": number}


@lru_cache(maxsize=4096)
def _in_words(day: date, language: str | None) -> str:
    return date_format(day, "M j, Y")


@lru_cache(maxsize=4096)
def _business_days(first: date, last: date) -> int:
    return business_days_between(first, last)
