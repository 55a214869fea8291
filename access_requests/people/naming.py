"""People by the beginnings of words of their name, User ID or address, found by index."""

from __future__ import annotations

from collections.abc import Sequence

from providers.models.search_keys import words

MOST_WORDS = 6
# What the index user_search is of (migration 0007).
_WORDS = "search_words"


def words_of(typed: str) -> list[str]:
    """What is searched for; nothing where a single letter would find nobody in particular."""
    meant = words(typed)[:MOST_WORDS]
    return meant if any(len(word) > 1 for word in meant) else []


def words_condition(meant: Sequence[str]) -> tuple[str, dict[str, str]]:
    """Of rows of accounts_user, and the values it names: somebody has all of these words."""
    names = [f"word_{number}" for number in range(len(meant))]
    condition = " AND ".join(f"{_WORDS} LIKE %({name})s" for name in names)
    return condition, dict(zip(names, beginnings(meant), strict=True))


def beginnings(meant: Sequence[str]) -> list[str]:
    """Patterns that `search_words` matches where somebody has these words."""
    return [_beginning(word) for word in meant]


def _beginning(word: str) -> str:
    escaped = word.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")
    return f"% {escaped}%"
