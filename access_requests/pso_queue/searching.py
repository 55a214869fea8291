"""Finding a person in one's queue, by name or User ID. What is typed stands in an address only
encrypted, for whoever typed it and for a day's work.
"""

from __future__ import annotations

from typing import Final

from django.db import connection

from access_requests.queue import Narrowed
from access_requests.service_center.search import read_token, write_token
from providers.models.search_keys import words

__all__ = ["narrow", "read_token", "write_token"]

_MOST_WORDS: Final = 6
# Whoever is meant by a name that more people have is looked for among those who wait.
MOST_PEOPLE: Final = 500

# As the index has it (access_requests/migrations/0003).
_WORDS: Final = "provider_words(' ' || username || ' ' || email || ' ' || full_name)"


def narrow(found: Narrowed, typed: str) -> None:
    """To people with the beginnings of all words in their name, User ID or address. One query.

    Those of the whole country are found by index. Where there are too many of them, the name is
    compared for each request that waits at the reader's CCNs.
    """
    meant = words(typed)[:_MOST_WORDS]
    if not any(len(word) > 1 for word in meant):
        # A single letter finds nobody in particular.
        found.of_request.append("false")
        return
    beginnings = {f"word{n}": _beginning(word) for n, word in enumerate(meant)}
    matches = " AND ".join(f"{_WORDS} LIKE %({name})s" for name in beginnings)
    people = _people(matches, beginnings)
    if len(people) <= MOST_PEOPLE:
        found.of_request.append("request.requester_id = ANY(%(people)s)")
        found.parameters["people"] = people
    else:
        found.of_request.append(
            f"(SELECT {matches} FROM accounts_user WHERE id = request.requester_id)"  # noqa: S608
        )
        found.parameters |= beginnings


def _people(matches: str, beginnings: dict[str, str]) -> list[int]:
    """One more than MOST_PEOPLE at most. Materialized: see service_center/search.py."""
    statement = f"""
        WITH matching AS MATERIALIZED (SELECT id FROM accounts_user WHERE {matches})
        SELECT id FROM matching LIMIT {MOST_PEOPLE + 1}"""  # noqa: S608 - constants alone
    with connection.cursor() as cursor:
        cursor.execute(statement, beginnings)
        return [row[0] for row in cursor.fetchall()]


def _beginning(word: str) -> str:
    escaped = word.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")
    return f"% {escaped}%"
