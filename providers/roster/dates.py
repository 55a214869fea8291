"""The day a file of CMS speaks of: from its rows, or from its name where they say none."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime
from typing import Final

_MONTHS: Final = "jan feb mar apr may jun jul aug sep oct nov dec".split()
# SNF_Enrollments_2026.07.31, HH_Provider_2025-10, NH_ProviderInfo_20260701
_NUMBERED: Final = re.compile(
    r"(?<!\d)(?P<year>20\d\d)(?P<mark>[-._]?)(?P<month>0[1-9]|1[0-2])(?:(?P=mark)(?P<day>[0-3]\d))?(?!\d)"
)
# NH_ProviderInfo_Jul2026, Hospice_General-Information_May_2026
_NAMED: Final = re.compile(
    rf"(?<![a-z])(?P<month>{'|'.join(_MONTHS)})[a-z]*[-._ ]?(?P<year>20\d\d)(?!\d)", re.IGNORECASE
)
_WRITTEN: Final = ("%Y-%m-%d", "%m/%d/%Y", "%Y%m%d", "%d%b%Y")


def of_rows(processed: Iterable[str]) -> date | None:
    """The newest of the days that the rows say."""
    return max((day for day in map(_day, set(processed)) if day), default=None)


def _day(text: str) -> date | None:
    for form in _WRITTEN:
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    return None


def of_file(name: str) -> date | None:
    """A month stands for its first day."""
    numbered = _NUMBERED.search(name)
    if numbered:
        year, month, day = int(numbered["year"]), int(numbered["month"]), numbered["day"]
    elif named := _NAMED.search(name):
        year, month, day = int(named["year"]), _MONTHS.index(named["month"].lower()) + 1, None
    else:
        return None
    try:
        return date(year, month, int(day or 1))
    except ValueError:
        return None
