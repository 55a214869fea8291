"""Finding a person in one's queue, by name or User ID. What is typed stands in an address only
encrypted, for whoever typed it and for a day's work.
"""

from __future__ import annotations

from typing import Final

from access_requests.people.naming import words_condition, words_of
from access_requests.queue import Narrowed
from access_requests.service_center.search import read_token, write_token

__all__ = ["narrow", "read_token", "write_token"]

# Whoever is meant by a name that more people have is looked for among those who wait.
MOST_PEOPLE: Final = 2_000

# Materialized: see service_center/search.py.
_NAMED: Final = """
WITH called AS MATERIALIZED (SELECT id FROM accounts_user WHERE {condition}),
     named AS MATERIALIZED (SELECT id FROM called LIMIT {most} + 1)
"""
_IS_NAMED: Final = """
CASE WHEN (SELECT count(*) FROM named) <= {most}
     THEN request.requester_id IN (SELECT id FROM named)
     ELSE (SELECT {condition} FROM accounts_user WHERE id = request.requester_id) END
"""


def narrow(found: Narrowed, typed: str) -> None:
    """To people with the beginnings of all words in their name, User ID or address.

    Those of the whole country are found by index. Where there are too many of them, the name is
    compared for each request that waits at the reader's CCNs.
    """
    meant = words_of(typed)
    if not meant:
        # A single letter finds nobody in particular.
        found.of_request.append("false")
        return
    condition, beginnings = words_condition(meant)
    found.before = _NAMED.format(condition=condition, most=MOST_PEOPLE)
    found.of_request.append(_IS_NAMED.format(condition=condition, most=MOST_PEOPLE))
    found.parameters |= beginnings
