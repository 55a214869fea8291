"""CCNs that need somebody's help, found by index: the providers' PSO roles are read, and of each
CCN's requests the oldest, never all of them.

Each CCN is on the list for one reason at most:
lost: it had a PSO and has none;
idle: it has PSOs, none of whom can act (suspended, or the account is switched off);
unattended: it has PSOs who can act, and a request has waited for them for ten business days.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db import connection

from accounts.business_days import submitted_before

# Rule 24.
UNATTENDED_BUSINESS_DAYS = 10


class Why(StrEnum):
    LOST = "lost"
    IDLE = "idle"
    UNATTENDED = "unattended"


@dataclass(frozen=True)
class Filters:
    state: str = ""
    chain: int | None = None
    # Empty: all of them. "lost" has the idle with it: nobody can act at either.
    what: str = ""
    provider: int | None = None


@dataclass(frozen=True)
class Found:
    """`since`: when the last PSO's role ended; when the idle PSO last signed in; or when the
    request was submitted that has waited longest. `row`: that role, or that request."""

    why: Why
    provider_id: int
    since: datetime
    row: int


# Nobody's role there was left or ended later.
_LOST = """
SELECT 'lost' AS why, last.provider_id, last.ended_at AS since, last.id AS row
  FROM access_requests_roleassignment AS last
 WHERE last.role_id = 'pso' AND last.ended_at IS NOT NULL
   AND NOT EXISTS (
       SELECT 1 FROM access_requests_roleassignment AS other
        WHERE other.provider_id = last.provider_id AND other.role_id = 'pso'
          AND (other.ended_at IS NULL OR (other.ended_at, other.id) > (last.ended_at, last.id)))
"""

_IDLE = """
SELECT * FROM (
    SELECT DISTINCT ON (held.provider_id) 'idle' AS why, held.provider_id,
           COALESCE(person.last_login, held.granted_at) AS since, held.id AS row
      FROM (SELECT id, provider_id, user_id, granted_at
              FROM access_requests_roleassignment
             WHERE role_id = 'pso' AND status = 'suspended'
             UNION ALL
            SELECT own.id, own.provider_id, own.user_id, own.granted_at
              FROM accounts_user AS gone
              JOIN access_requests_roleassignment AS own
                ON own.user_id = gone.id AND own.role_id = 'pso' AND own.status = 'active'
             WHERE NOT gone.is_active) AS held
      JOIN accounts_user AS person ON person.id = held.user_id
     WHERE NOT EXISTS (
           SELECT 1 FROM access_requests_roleassignment AS pso
            WHERE pso.provider_id = held.provider_id
              AND pso.role_id = 'pso' AND pso.status = 'active'
              AND pso.user_id NOT IN (SELECT id FROM accounts_user WHERE NOT is_active))
     ORDER BY held.provider_id, since DESC, held.id
) AS idle
"""

# A request waits for the PSOs from the day that one of them, not the requester, can decide it:
# since it was submitted, since its last question was answered, since there is such a PSO.
_UNATTENDED = """
SELECT 'unattended' AS why, attended.provider_id, oldest.submitted_at AS since, oldest.id AS row
  FROM (SELECT DISTINCT provider_id FROM access_requests_roleassignment
         WHERE role_id = 'pso' AND status = 'active') AS attended
 CROSS JOIN LATERAL (
       SELECT request.submitted_at, request.id
         FROM access_requests_accessrequest AS request
        WHERE request.provider_id = attended.provider_id
          AND request.status = 'pending' AND request.submitted_at < %(waited_since)s
          AND EXISTS (
              SELECT 1 FROM access_requests_roleassignment AS pso
               WHERE pso.provider_id = request.provider_id
                 AND pso.role_id = 'pso' AND pso.status = 'active'
                 AND pso.user_id <> request.requester_id
                 AND pso.granted_at < %(waited_since)s
                 AND pso.user_id NOT IN (SELECT id FROM accounts_user WHERE NOT is_active))
          AND NOT EXISTS (
              SELECT 1 FROM access_requests_question AS question
               WHERE question.access_request_id = request.id
                 AND GREATEST(question.answered_at, question.taken_back_at) >= %(waited_since)s)
        ORDER BY request.submitted_at, request.id
        LIMIT 1
       ) AS oldest
"""

_PARTS = {
    "": (_LOST, _IDLE, _UNATTENDED),
    "lost": (_LOST, _IDLE),
    "unattended": (_UNATTENDED,),
}


def find(filters: Filters, *, after: tuple[datetime, int] | None = None, limit: int) -> list[Found]:
    """Longest first. `after` is the (since, provider_id) of the last one seen. One query."""
    after_at, after_id = after or ("-infinity", 0)
    parts = " UNION ALL ".join(_PARTS.get(filters.what, _PARTS[""]))
    narrowed = ""
    if filters.state:
        narrowed += " AND provider.state = %(state)s"
    if filters.chain is not None:
        narrowed += " AND provider.chain_id = %(chain)s"
    if filters.provider is not None:
        narrowed += " AND found.provider_id = %(provider)s"
    statement = f"""
        SELECT found.why, found.provider_id, found.since, found.row
          FROM ({parts}) AS found
          JOIN providers_provider AS provider ON provider.id = found.provider_id
         WHERE provider.closed_on IS NULL {narrowed}
           AND (found.since, found.provider_id) > (%(after_at)s, %(after_id)s)
         ORDER BY found.since, found.provider_id
         LIMIT %(limit)s
    """  # noqa: S608 - constants alone
    values: dict[str, str | int | datetime | None] = {
        "waited_since": submitted_before(UNATTENDED_BUSINESS_DAYS),
        "state": filters.state,
        "chain": filters.chain,
        "provider": filters.provider,
        "after_at": after_at,
        "after_id": after_id,
        "limit": limit,
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [Found(Why(row[0]), *row[1:]) for row in cursor.fetchall()]


def every(filters: Filters, *, at_a_time: int = 500) -> Iterator[list[Found]]:
    """All of them, a few hundred in hand."""
    after = None
    while found := find(filters, after=after, limit=at_a_time):
        yield found
        after = found[-1].since, found[-1].provider_id


def of_provider(provider_id: int) -> Found | None:
    """Whether this CCN is on the list, and why."""
    return next(iter(find(Filters(provider=provider_id), limit=1)), None)
