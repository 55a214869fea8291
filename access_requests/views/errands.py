"""Kinds of work that a home page leads to."""

from __future__ import annotations

from dataclasses import dataclass

MOST_COUNTED = 99


@dataclass(frozen=True)
class Errand:
    """One kind of work: how much of it waits (None where the page itself counts), and the words
    that say of the number what it counts."""

    title: str
    text: str
    url: str
    waiting: int | None = None
    what_waits: str = ""

    @property
    def shown(self) -> str:
        if self.waiting is None:
            return ""
        return str(self.waiting) if self.waiting <= MOST_COUNTED else f"{MOST_COUNTED}+"
