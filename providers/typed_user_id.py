"""A User ID as it is compared with the names of providers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from providers.models.search_keys import squeezed
from providers.models.spoken_names import LONGEST, SHORTEST, heard

# What people put before or behind the name of the place where they work, besides digits.
_AROUND: Final = (
    "administrator admin administration office staff user login team pso mds rn lpn don adon "
    "nurse nursing billing snf ltc hr the inc llc llp lp ltd corp co"
).split()
_SHORTEST_WITHIN: Final = 6
_DIGITS_AROUND: Final = re.compile(r"^[0-9]+|[0-9]+$")


@dataclass(frozen=True)
class TypedUserId:
    """With "and" and "saint" as typed, and as heard() has them."""

    texts: frozenset[str]
    # Those without digits, "the", "inc" and the words of offices around them.
    alone: frozenset[str]

    @classmethod
    def of(cls, value: str) -> TypedUserId:
        text = squeezed(value)[:LONGEST]
        texts = frozenset({text, heard(text)})
        return cls(texts, frozenset(_stripped(texts)))

    @property
    def could_be_spoken(self) -> set[str]:
        """Every text that a name would have to be, to stand in it: at most 3,000 or so."""
        parts = {
            text[start:end]
            for text in self.texts
            for start in range(len(text) - _SHORTEST_WITHIN + 1)
            for end in range(start + _SHORTEST_WITHIN, len(text) + 1)
        }
        return parts | {text for text in self.alone if len(text) >= SHORTEST}

    def holds(self, part: str) -> bool:
        return any(part in text for text in self.texts)

    def begins_with(self, part: str) -> bool:
        return any(text.startswith(part) for text in self.texts)


def _stripped(texts: frozenset[str]) -> set[str]:
    known = set(texts)
    new = set(texts)
    while new:
        found = {shorter for text in new for shorter in _one_less(text)}
        new = {text for text in found if len(text) >= SHORTEST} - known
        known |= new
    return known


def _one_less(text: str) -> set[str]:
    shorter = {_DIGITS_AROUND.sub("", text)}
    for word in _AROUND:
        shorter |= {text.removeprefix(word), text.removesuffix(word)}
    return shorter
