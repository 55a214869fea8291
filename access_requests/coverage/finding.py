"""Where somebody is the only PSO, and the CCNs of one PSO by how well each is covered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db import connection
from django.utils import timezone

from access_requests.invitations import next_pso
from access_requests.invitations.next_pso import Step
from access_requests.readiness.counts import Readiness
from accounts.models import User
from providers.models import Provider

PAGE_SIZE: Final = 25
MOST_COUNTED: Final = 1000

# Sole since the own role began, or since the last other PSO went.
_SOLE: Final = """
SELECT held.user_id, held.provider_id,
       GREATEST(held.granted_at, (
           SELECT max(other.ended_at) FROM access_requests_roleassignment AS other
            WHERE other.provider_id = held.provider_id AND other.role_id = 'pso'
              AND other.id <> held.id)) AS since
  FROM access_requests_roleassignment AS held
  JOIN providers_provider AS provider
    ON provider.id = held.provider_id AND provider.closed_on IS NULL
  JOIN accounts_user AS person ON person.id = held.user_id AND person.is_active
 WHERE held.role_id = 'pso' AND held.status = 'active'
   AND NOT EXISTS (
       SELECT 1 FROM access_requests_roleassignment AS fellow
        WHERE fellow.provider_id = held.provider_id AND fellow.role_id = 'pso'
          AND fellow.status = 'active' AND fellow.id <> held.id)
"""

_DUE: Final = f"""
SELECT sole.user_id
  FROM ({_SOLE} AND held.user_id > %(after)s) AS sole
 WHERE NOT EXISTS (
       SELECT 1 FROM access_requests_coveragenudge AS nudge
        WHERE nudge.user_id = sole.user_id AND nudge.day >= %(nudged_since)s)
   AND NOT EXISTS (
       SELECT 1 FROM access_requests_absence AS absence
        WHERE absence.user_id = sole.user_id AND absence.ended_at IS NULL
          AND %(today)s BETWEEN absence.first_day AND absence.last_day)
 GROUP BY sole.user_id
HAVING min(sole.since) < %(sole_since)s
 ORDER BY sole.user_id
 LIMIT %(limit)s
"""  # noqa: S608 - constants alone

_OF_THEM: Final = f"{_SOLE} AND held.user_id = ANY(%(people)s) ORDER BY held.user_id, provider.ccn"

# A PSO's CCNs, those in need first. How many can decide today is counted for one page alone.
_MINE: Final = """
WITH mine AS (
    SELECT held.provider_id, provider.ccn, LEAST(counted.psos, 2) AS level, counted.psos
      FROM access_requests_roleassignment AS held
      JOIN providers_provider AS provider
        ON provider.id = held.provider_id AND provider.closed_on IS NULL
     CROSS JOIN LATERAL (
           SELECT count(*) AS psos FROM access_requests_roleassignment AS pso
            WHERE pso.provider_id = held.provider_id AND pso.role_id = 'pso'
              AND pso.status = 'active') AS counted
     WHERE held.user_id = %(user)s AND held.role_id = 'pso' AND held.status = 'active'
), page AS (
    SELECT * FROM mine WHERE (level, ccn) > (%(after_level)s, %(after_ccn)s)
     ORDER BY level, ccn LIMIT %(limit)s
)
SELECT counts.sole, counts.total, page.provider_id, page.level, page.psos, page.ccn, (
       SELECT count(*)
         FROM access_requests_roleassignment AS pso
         JOIN accounts_user AS person ON person.id = pso.user_id AND person.is_active
        WHERE pso.provider_id = page.provider_id AND pso.role_id = 'pso'
          AND pso.status = 'active'
          AND NOT EXISTS (
              SELECT 1 FROM access_requests_absence AS absence
               WHERE absence.user_id = pso.user_id AND absence.ended_at IS NULL
                 AND %(today)s BETWEEN absence.first_day AND absence.last_day))
  FROM (SELECT count(*) FILTER (WHERE level = 1) AS sole, count(*) AS total FROM mine) AS counts
  LEFT JOIN page ON true
 ORDER BY page.level, page.ccn
"""


@dataclass(frozen=True)
class Row:
    """`present` of the PSOs can decide today; `step` is what the only one does next."""

    provider: Provider
    readiness: Readiness
    present: int
    step: Step

    @property
    def is_sole(self) -> bool:
        return self.readiness.psos == 1


@dataclass(frozen=True)
class Page:
    """`after` is the key of the last row when more follow."""

    rows: list[Row]
    sole: int
    total: int
    after: str


def people_due(*, sole_since: datetime, nudged_since: date, after: int, limit: int) -> list[int]:
    """Whose CCNs have had nobody else since before `sole_since`, who was not asked from
    `nudged_since` on and is not away today; by number. One query."""
    values: dict[str, Any] = {
        "sole_since": sole_since,
        "nudged_since": nudged_since,
        "today": timezone.localdate(),
        "after": after,
        "limit": limit,
    }
    with connection.cursor() as cursor:
        cursor.execute(_DUE, values)
        return [row[0] for row in cursor.fetchall()]


def sole_ccns(people: Sequence[int]) -> dict[int, list[int]]:
    """The providers where each of them is alone, in the order of CCNs. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_OF_THEM, {"people": list(people)})
        found: dict[int, list[int]] = {}
        for user_id, provider_id, _since in cursor.fetchall():
            found.setdefault(user_id, []).append(provider_id)
        return found


def page_of(user: User, after: str = "") -> Page:
    """Three queries, for one CCN or for 340."""
    level, _, ccn = after.partition("-")
    values: dict[str, Any] = {
        "user": user.pk,
        "today": timezone.localdate(),
        "after_level": int(level) if level in {"1", "2"} else 0,
        "after_ccn": ccn if ccn.isalnum() and ccn.isascii() else "",
        "limit": PAGE_SIZE + 1,
    }
    with connection.cursor() as cursor:
        cursor.execute(_MINE, values)
        found = cursor.fetchall()
    listed = [row for row in found if row[2] is not None]
    shown = listed[:PAGE_SIZE]
    providers = Provider.objects.in_bulk([row[2] for row in shown])
    steps = next_pso.steps(user, [row[2] for row in shown if row[3] == 1])
    sole, total = found[0][:2]
    return Page(
        rows=[
            Row(providers[row[2]], Readiness(row[4]), row[6], steps.get(row[2], Step()))
            for row in shown
        ],
        sole=sole,
        total=total,
        after=f"{shown[-1][3]}-{shown[-1][5]}" if len(listed) > PAGE_SIZE else "",
    )
