"""Whether a typed User ID holds a provider's name, or a part that people know the provider by.

No database here. A whole name refuses; a part is only warned about. What is an ordinary person's
name as well troubles nobody unless it stands alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from providers.models.spoken_names import SpokenName, spoken
from providers.personal_names import (
    is_a_name,
    is_ordinary,
    may_be_a_person,
    reads_like_a_person,
)
from providers.typed_user_id import TypedUserId

_SHORTEST_WHOLE: Final = 6
# Shorter ones of companies are abbreviations, such as "BVNC, INC".
_SHORTEST_OF_COMPANY: Final = 8
_SHORTEST_PART: Final = 8
_SHORTEST_WORD: Final = 9

_KIND: Final = frozenset("health care healthcare nursing home center centre living".split())
_JOINING: Final = frozenset({"and", "for", "the"})
_SAINT: Final = frozenset({"st", "saint"})

# Words that say what kind of place it is, or where, but not which one.
_GENERAL: Final = frozenset(
    "nursing home homes health healthcare care cares center centre centers rehab rehabilitation "
    "rehabilitative living senior community skilled facility convalescent hospital medical "
    "memorial regional county city state veterans long term extended transitional subacute post "
    "acute assisted retirement therapy services service systems group advanced complete "
    "continuing continuum of at and the by for in on north south east west new saint st mount "
    "university christian lutheran baptist methodist presbyterian catholic jewish american "
    "national united general central district public specialty comprehensive".split()
)


@dataclass(frozen=True)
class Finding:
    is_whole: bool
    # As heard() has it.
    text: str
    name: str


def finding_of(
    typed: TypedUserId, name: str, doing_business_as: str, legal_name: str
) -> Finding | None:
    """The worst that this provider's names say against it."""
    facility = SpokenName.of(name)
    if whole := _whole_facility(typed, facility):
        return Finding(True, whole, name)
    for other in (doing_business_as, legal_name):
        if whole := _whole_company(typed, SpokenName.of(other)):
            return Finding(True, whole, other)
    if part := _part(typed, facility):
        return Finding(False, part, name)
    for other in (doing_business_as, legal_name):
        if part := _person_as_company(typed, SpokenName.of(other)):
            return Finding(False, part, other)
    return None


def _whole_facility(typed: TypedUserId, name: SpokenName) -> str:
    full, core = name.full_text, name.core_text
    if len(name.full) > 1 and len(full) >= _SHORTEST_WHOLE and typed.holds(full):
        return full
    # A home called "Health Care, Inc" does not own those two words.
    stands_within = not _KIND.issuperset(name.core) and len(core) >= _SHORTEST_WHOLE
    if len(name.core) > 1:
        return core if core in typed.alone or (stands_within and typed.holds(core)) else ""
    if name.has_the and typed.alone & {"the" + core, core + "the"}:
        return core
    is_somebodys = any(map(is_a_name, name.core))
    if core in typed.alone and not (name.has_the and is_somebodys):
        return core
    # "Gardens" is not the name of The Gardens wherever it stands; "Heartland" is Heartland's.
    stands_within &= not (name.has_the or is_somebodys)
    return core if stands_within and typed.holds(core) else ""


def _whole_company(typed: TypedUserId, name: SpokenName) -> str:
    """A trade or legal name. Some are a person's: Michael Tenenbaum may call himself so."""
    full, core = name.full_text, name.core_text
    is_marked = len(name.full) > max(len(name.core), 1)
    is_within = len(full) >= _SHORTEST_OF_COMPANY and typed.holds(full)
    if _GENERAL.issuperset(name.core):
        return full if full in typed.alone else ""
    if is_marked and (is_within or _is_alone(typed, full)):
        return full
    if len(name.core) > 1 and not may_be_a_person(name.core):
        is_within = len(core) >= _SHORTEST_OF_COMPANY and typed.holds(core)
        return core if is_within or _is_alone(typed, core) else ""
    is_one_word = len(name.core) == 1 and not is_a_name(name.core[0])
    return core if is_one_word and _is_alone(typed, core) else ""


def _person_as_company(typed: TypedUserId, name: SpokenName) -> str:
    """Not "jamesd", of which there are thousands."""
    core = name.core_text
    is_person = may_be_a_person(name.core) and min(map(len, name.core)) > 1
    return core if is_person and typed.holds(core) else ""


def _part(typed: TypedUserId, name: SpokenName) -> str:
    """The longest of its openings that stands in the User ID and tells it from others."""
    if len(name.core) == 1 and name.core_text in typed.alone:
        return name.core_text
    for opening in reversed([*name.openings(), *([name.core] if name.has_the else [])]):
        text = spoken(opening)
        if _tells(opening) and _is_part(typed, opening, text):
            return text
    return ""


def _tells(opening: tuple[str, ...]) -> bool:
    """Not "nursing home of", nor "burns", nor "john knox", but "burns nursing"."""
    if len(opening[-1]) < 3 or opening[-1] in _JOINING or _GENERAL.issuperset(opening):
        return False
    if len(opening) == 1:
        return not _is_in_a_name(opening[0])
    return not reads_like_a_person(opening)


def _is_in_a_name(word: str) -> bool:
    """Somebody's name, perhaps with an initial: smiths, victorian."""
    return any(is_ordinary(each) for each in (word, word[1:], word[:-1]))


def _is_part(typed: TypedUserId, opening: tuple[str, ...], text: str) -> bool:
    if _is_alone(typed, text):
        return True
    if is_a_name("".join(opening)):
        # West Gate Village is nothing to Ms. Westgate.
        return False
    if opening[0] in _SAINT:
        # "st" ends many a name: westcharles is no St. Charles.
        return len(text) >= _SHORTEST_PART and typed.begins_with(text)
    shortest = _SHORTEST_WORD if len(opening) == 1 else _SHORTEST_PART
    return len(text) >= shortest and typed.holds(text)


def _is_alone(typed: TypedUserId, text: str) -> bool:
    return len(text) >= _SHORTEST_WHOLE and text in typed.alone
