"""Writing down a day of readiness when it has ended."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Final

from django.db import connection, transaction
from django.utils import timezone

logger = logging.getLogger(__name__)

# Later on the figures would be those of the new day. A day that was missed stays a gap.
LATEST_HOUR: Final = 3

_WRITE: Final = """
INSERT INTO access_requests_readinessday (day, state, kind, "none", one, two_or_more)
SELECT %(day)s, state, kind, count(*) FILTER (WHERE psos = 0), count(*) FILTER (WHERE psos = 1),
       count(*) FILTER (WHERE psos >= 2)
  FROM access_requests_ccnreadiness
 WHERE NOT EXISTS (SELECT FROM access_requests_readinessday WHERE day = %(day)s)
 GROUP BY state, kind
"""

# In one snapshot each row equals what the requests and roles say, or a trigger was passed by.
_WRONG: Final = """
WITH psos AS (
    SELECT provider_id, count(*) AS number FROM access_requests_roleassignment
     WHERE role_id = 'pso' AND status = 'active' GROUP BY provider_id
), asked AS (
    SELECT request.provider_id, count(DISTINCT request.requester_id) AS waiting,
           count(*) FILTER (WHERE role_id = 'pso' AND status = 'pending') AS first_psos
      FROM access_requests_accessrequest AS request
     WHERE status IN ('pending', 'returned')
       AND NOT EXISTS (SELECT FROM psos WHERE psos.provider_id = request.provider_id)
     GROUP BY request.provider_id
), truth AS (
    SELECT id AS provider_id, ccn, state, kind, chain_id, coalesce(number, 0) AS psos,
           coalesce(waiting, 0) AS waiting, coalesce(first_psos, 0) AS first_psos
      FROM providers_provider
      LEFT JOIN psos ON psos.provider_id = id
      LEFT JOIN asked ON asked.provider_id = id
     WHERE closed_on IS NULL
)
SELECT coalesce(truth.provider_id, known.provider_id)
  FROM truth FULL JOIN access_requests_ccnreadiness AS known
    ON known.provider_id = truth.provider_id
 WHERE (truth.provider_id, truth.ccn, truth.state, truth.kind, truth.chain_id, truth.psos,
        truth.waiting, truth.first_psos)
       IS DISTINCT FROM
       (known.provider_id, known.ccn, known.state, known.kind, known.chain_id, known.psos,
        known.waiting, known.first_psos)
"""


def write_day(now: datetime | None = None) -> int:
    """Write down yesterday, Eastern Time, in the small hours of today. Returns the rows written:
    none when it is too late in the day, or when the day is on record."""
    local = timezone.localtime(now)
    if local.hour >= LATEST_HOUR:
        return 0
    with transaction.atomic(), connection.cursor() as cursor:
        # Of two workers the second waits, and then finds the day on record.
        cursor.execute("LOCK TABLE access_requests_readinessday IN SHARE ROW EXCLUSIVE MODE")
        cursor.execute(_WRITE, {"day": local.date() - timedelta(days=1)})
        return int(cursor.rowcount)


def put_right() -> int:
    """Compare every CCN's row with what it is counted from, and count anew those that differ."""
    with connection.cursor() as cursor:
        cursor.execute(_WRONG)
        wrong = [provider_id for (provider_id,) in cursor.fetchall()]
        for provider_id in sorted(wrong):
            cursor.execute("SELECT ccn_readiness_recount(%s)", [provider_id])
    if wrong:
        logger.error("readiness was wrong", extra={"ccns": len(wrong)})
    return len(wrong)
