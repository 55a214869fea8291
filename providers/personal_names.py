"""What people are called: first names and surnames of the 1990 census, by how common they are.

Many homes are called after people, and many people like homes: Wesley, Madison, Burns. Whoever
has such a name must not be troubled for it (rule 4).
"""

from __future__ import annotations

import csv
import io
import lzma
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Final

_FILE: Final = Path(__file__).resolve().parent / "data" / "personal_names.csv.xz"
# Surnames beyond this rank have fewer than a thousand bearers, and are words more often:
# "heritage" is one.
_RANK_OF_ORDINARY: Final = 20_000
# For two names in a row, which "autumn lake" is too, both must be common.
_RANK_OF_COMMON: Final = 5_000
_COMMON_PER_100_000: Final = 20


@cache
def _names() -> tuple[dict[str, int], dict[str, int]]:
    """First names to bearers among 100,000; surnames to their rank."""
    with io.TextIOWrapper(lzma.open(_FILE), encoding="ascii", newline="") as file:
        rows = list(csv.DictReader(file))
    first = {row["name"]: int(row["first_per_100000"]) for row in rows if row["first_per_100000"]}
    last = {row["name"]: int(row["surname_rank"]) for row in rows if row["surname_rank"]}
    return first, last


def is_a_name(word: str) -> bool:
    """Whether anybody is called so, however seldom."""
    first, last = _names()
    return word in first or word in last


def is_ordinary(word: str) -> bool:
    first, last = _names()
    return word in first or last.get(word, _RANK_OF_ORDINARY + 1) <= _RANK_OF_ORDINARY


def reads_like_a_person(words: Sequence[str]) -> bool:
    """A common first name and a common surname in either order, or initials beside a name."""
    spelled = [word for word in words if len(word) > 1]
    if len(spelled) == 1:
        return len(words) > 1 and is_ordinary(spelled[0])
    return len(spelled) == 2 and (_is_person(*spelled) or _is_person(*reversed(spelled)))


def may_be_a_person(words: Sequence[str]) -> bool:
    """The same, with any surname: two words of which one is a common first name."""
    if len(words) == 2 and any(map(_is_common_first_name, words)):
        return True
    return reads_like_a_person(words)


def _is_person(given: str, surname: str) -> bool:
    _first, last = _names()
    return (
        _is_common_first_name(given) and last.get(surname, _RANK_OF_COMMON + 1) <= _RANK_OF_COMMON
    )


def _is_common_first_name(word: str) -> bool:
    first, _last = _names()
    return first.get(word, 0) >= _COMMON_PER_100_000
