"""Finding a person in one's queue, by name or User ID. What is typed stands in an address only
encrypted, for whoever typed it and for a day's work.
"""

from __future__ import annotations

from typing import Final

from access_requests.people.naming import beginnings, words_of
from access_requests.service_center.search import read_token, write_token

__all__ = ["patterns", "read_token", "write_token"]

# Whoever is meant by a name that more people have is looked for among those who wait.
MOST_PEOPLE: Final = 2_000
# A single letter finds nobody in particular.
_NOBODY: Final = [""]


def patterns(typed: str) -> list[str]:
    """Of people with the beginnings of all words in their name, User ID or address.

    Those of the whole country are found by index. Where there are too many of them, the name is
    compared for each request that waits at the reader's CCNs (migration 0007).
    """
    return beginnings(words_of(typed)) or _NOBODY
