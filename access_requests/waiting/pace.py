"""How long decisions have usually taken: in business days, the median of those made lately."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median_high

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from access_requests.models import AccessRequest
from access_requests.policy import Waiting
from accounts.business_days import business_days_between

LATELY = timedelta(days=180)
# Of one or two nobody can say what is usual, and they might be told apart.
FEWEST, MOST = 3, 50

# The decision counts from when whoever decided it could: a question, or CMS before the first PSO,
# took days that were not theirs.
_SINCE = """
       greatest(
           decided.submitted_at,
           (SELECT max(greatest(question.answered_at, question.taken_back_at))
              FROM access_requests_question AS question
             WHERE question.access_request_id = decided.id),
           (SELECT min(pso.granted_at) FROM access_requests_roleassignment AS pso
             WHERE decided.decided_as = 'pso' AND pso.provider_id = decided.provider_id
               AND pso.role_id = 'pso' AND pso.user_id <> decided.requester_id
               AND (pso.ended_at IS NULL OR pso.ended_at >= decided.ended_at))) AS since
"""
_AT_CCN = f"""
SELECT {_SINCE}, decided.ended_at
  FROM access_requests_accessrequest AS decided
 WHERE decided.provider_id = %(provider)s AND decided.decided_as = 'pso'
   AND decided.ended_at >= %(after)s
 ORDER BY decided.ended_at DESC LIMIT {MOST}
"""  # noqa: S608 - constants alone
# A few of each home, newest first.
_IN_CHAIN = f"""
SELECT {_SINCE}, decided.ended_at
  FROM providers_provider AS home
 CROSS JOIN LATERAL (
       SELECT * FROM access_requests_accessrequest AS each
        WHERE each.provider_id = home.id AND each.decided_as = 'pso'
          AND each.ended_at >= %(after)s
        ORDER BY each.ended_at DESC LIMIT 10) AS decided
 WHERE home.chain_id = %(chain)s
 ORDER BY decided.ended_at DESC LIMIT {MOST}
"""  # noqa: S608
_BY_CMS = f"""
SELECT {_SINCE}, decided.ended_at
  FROM access_requests_accessrequest AS decided
 WHERE decided.decided_as = 'cms' AND decided.ended_at >= %(after)s
 ORDER BY decided.ended_at DESC LIMIT {MOST}
"""  # noqa: S608


@dataclass(frozen=True)
class Pace:
    """`where`: "ccn", "chain" or "cms"."""

    days: int
    where: str

    @property
    def in_words(self) -> str:
        if self.days == 0:
            return _("the same business day")
        return ngettext("%(n)d business day", "%(n)d business days", self.days) % {"n": self.days}

    @property
    def of_what(self) -> str:
        match self.where:
            case "cms":
                return _("Half of CMS’s latest first-PSO decisions took no longer.")
            case "chain":
                return _("Half of the latest decisions in this chain took no longer.")
            case _:
                return _("Half of the latest decisions at this CCN took no longer.")


def of(access_request: AccessRequest, waiting: Waiting) -> Pace | None:
    """At this CCN, else in its chain; CMS's own where CMS has it. Two queries at most."""
    if waiting == Waiting.CMS:
        return _pace(_BY_CMS, "cms")
    if waiting != Waiting.PSOS:
        return None
    provider = access_request.provider
    here = _pace(_AT_CCN, "ccn", provider=provider.pk)
    if here is not None or provider.chain_id is None:
        return here
    return _pace(_IN_CHAIN, "chain", chain=provider.chain_id)


def _pace(statement: str, where: str, **values: int) -> Pace | None:
    parameters: dict[str, int | datetime] = {**values, "after": timezone.now() - LATELY}
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        decided: list[tuple[datetime, datetime]] = cursor.fetchall()
    if len(decided) < FEWEST:
        return None
    return Pace(median_high(business_days_between(since, end) for since, end in decided), where)
