"""Numbers as one bar: each share with where it begins and how wide it is, in percent."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Share:
    key: str
    label: str
    number: int
    start: float
    width: float


def shares_of(numbers: Iterable[tuple[str, object, int]]) -> list[Share]:
    """Of key, label and number, in order; those of none are left out."""
    counted = [each for each in numbers if each[2]]
    total = sum(number for _key, _label, number in counted)
    before, found = 0, []
    for key, label, number in counted:
        start, width = 100 * before / total, 100 * number / total
        found.append(Share(key, str(label), number, round(start, 3), round(width, 3)))
        before += number
    return found
