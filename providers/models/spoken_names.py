"""What people would write of a provider's name into a User ID, without spaces: as text to look for.

The database makes the same texts of each row for an index (migration 0005); what an index finds
is judged here, from the names themselves.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from django.contrib.postgres.fields import ArrayField
from django.db.models import F, Func, TextField

from providers.models.search_keys import squeezed, words

# A User ID is not longer, so of a longer name it can only hold the beginning.
LONGEST: Final = 60
SHORTEST: Final = 4
MOST_WORDS_OF_OPENING: Final = 4

# "The" on both sides, and what says only in which form of company a home is run.
_AROUND: Final = re.compile(
    r"^(the )+|( (the|inc|incorporated|llc|l l c|llp|lllp|lp|l p|ltd|limited|corp|corporation|co"
    r"|company|pc|pllc))+$"
)


def heard(text: str) -> str:
    """Letters and digits, where "and" may have been "&" or left out, and "Saint" be "St."."""
    return squeezed(text).replace("and", "").replace("saint", "st")


def spoken(parts: tuple[str, ...]) -> str:
    """Cut before it is heard, as a person cuts what they type."""
    return heard("".join(parts)[:LONGEST])


@dataclass(frozen=True)
class SpokenName:
    """One name of the roster: "THE LAURELS OF ATHENS, INC."."""

    # the, laurels, of, athens, inc
    full: tuple[str, ...]
    # laurels, of, athens
    core: tuple[str, ...]

    @classmethod
    def of(cls, name: str) -> SpokenName:
        full = words(name)
        return cls(tuple(full), tuple(_AROUND.sub("", " ".join(full)).split()))

    @property
    def has_the(self) -> bool:
        return "the" in (self.full[:1] + self.full[-1:])

    @property
    def full_text(self) -> str:
        return spoken(self.full)

    @property
    def core_text(self) -> str:
        return spoken(self.core)

    def openings(self) -> list[tuple[str, ...]]:
        """Its first words, as long as they are not the whole."""
        most = min(MOST_WORDS_OF_OPENING, len(self.core) - 1)
        return [self.core[:number] for number in range(1, most + 1)]


def spoken_names_expression() -> Func:
    """All these texts of a provider, as the database makes them."""
    return Func(
        F("name"),
        F("doing_business_as"),
        F("legal_name"),
        function="provider_spoken_names",
        output_field=ArrayField(TextField()),
    )


def texts_of(names: tuple[str, str, str]) -> set[str]:
    """The same as the database's, of name, trade name and legal name."""
    known = [SpokenName.of(name) for name in names]
    texts = {text for each in known for text in (each.full_text, each.core_text)}
    texts |= {spoken(opening) for opening in known[0].openings()}
    return {text for text in texts if len(text) >= SHORTEST}
