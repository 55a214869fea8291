"""What CMS says CCNs look like: state codes, ranges of facilities, letters and their meaning.

Source: CMS State Operations Manual, chapter 2, section 2779, kept as tables in providers/data.
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Final

from providers.kinds import Kind

_DATA: Final = Path(__file__).resolve().parent / "data"
_DIGITS_TO_N: Final = str.maketrans("0123456789", "n" * 10)


def _rows(name: str) -> list[dict[str, str]]:
    with (_DATA / name).open(encoding="ascii", newline="") as file:
        return list(csv.DictReader(file))


# Two characters to the state's postal code; several codes may mean one state.
STATES: Final = {row["code"]: row["postal"] for row in _rows("state_codes.csv")}
STATE_NAMES: Final = {row["postal"]: row["name"] for row in _rows("state_codes.csv")}
_LETTERED: Final = {row["shape"]: Kind(row["kind"]) for row in _rows("lettered_shapes.csv")}
_NUMBERED: Final = {
    f"{number:04}": Kind(row["kind"])
    for row in _rows("facility_ranges.csv")
    for number in range(int(row["first"]), int(row["last"]) + 1)
}


def kind_of(ccn: str) -> Kind | None:
    """What the characters after the state code stand for; None when they stand for nothing."""
    rest = ccn[2:]
    return _NUMBERED.get(rest) or _LETTERED.get(rest.translate(_DIGITS_TO_N))


def without_suffix(text: str) -> tuple[str, str]:
    """The CCN and the suffix PECOS appends to mark an enrollment: one letter or three digits."""
    if (len(text) == 7 and text[6].isalpha()) or (len(text) == 9 and text[6:].isdecimal()):
        return text[:6], text[6:]
    return text, ""


def is_known(text: str) -> bool:
    """Does this spell a CCN of a known state and kind, with or without a suffix?"""
    ccn, _suffix = without_suffix(text)
    return ccn[:2] in STATES and kind_of(ccn) is not None
