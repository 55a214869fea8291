"""What a person can decide, as a list: the policy's rule again, as a query made for size.

policy.may_decide() and this list are one rule; a property test over random histories holds them
together. The queries choose at most one page of ids, which is read afterwards: a PSO of many quiet
CCNs must not make the database walk every pending request in the country. The pages are those of
pso_queue/ and of desk/.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection

from accounts.models import User

MOST_COUNTED = 100

# A few rows from each CCN of this PSO by index, the oldest of them all first. What the queue is
# narrowed to stands inside, so that no CCN gives more than a page.
_FOR_PSO = """
SELECT candidate.id
  FROM access_requests_roleassignment AS held {home}
 CROSS JOIN LATERAL (
       SELECT request.id, request.submitted_at
         FROM access_requests_accessrequest AS request
        WHERE request.provider_id = held.provider_id
          AND request.status = 'pending'
          AND request.requester_id <> held.user_id
          AND (request.submitted_at, request.id) > (%(after_at)s, %(after_id)s) {of_request}
        ORDER BY request.submitted_at, request.id
        LIMIT %(limit)s
       ) AS candidate
 WHERE held.user_id = %(user)s AND held.role_id = 'pso' AND held.status = 'active' {at_home}
 ORDER BY candidate.submitted_at, candidate.id
 LIMIT %(limit)s
"""

# By an index of their own: triggers mark each open PSO request at a CCN without an active PSO, so
# that those at CCNs with one need not be passed over. The desk's pages narrow it further.
_FOR_CMS = """
SELECT request.id
  FROM access_requests_accessrequest AS request
 WHERE request.status = 'pending' AND request.is_first_pso
   AND request.requester_id <> %(user)s
   AND (request.submitted_at, request.id) > (%(after_at)s, %(after_id)s)
 ORDER BY request.submitted_at, request.id
 LIMIT %(limit)s
"""


_HOME = "JOIN providers_provider AS home ON home.id = held.provider_id"


@dataclass
class Narrowed:
    """Conditions on `request`, and on `home`, its provider; empty: everything. `before` is a
    WITH clause that they may refer to."""

    before: str = ""
    of_request: list[str] = field(default_factory=list)
    at_home: list[str] = field(default_factory=list)
    parameters: dict[str, Any] = field(default_factory=dict)

    def for_pso(self) -> str:
        return self.before + _FOR_PSO.format(
            home=_HOME if self.at_home else "",
            of_request="".join(f"AND {each} " for each in self.of_request),
            at_home="".join(f"AND {each} " for each in self.at_home),
        )


def decidable_ids(
    user: User,
    *,
    after: tuple[datetime, int] | None = None,
    limit: int,
    narrowed: Narrowed | None = None,
) -> list[int]:
    """The ids of the requests this person may decide, oldest first, `limit` at most.

    `narrowed` is for PSOs; the desk narrows CMS's queue itself.
    """
    if not user.is_active or user.is_agent:
        return []
    after_at, after_id = after or ("-infinity", 0)
    narrowed = narrowed or Narrowed()
    with connection.cursor() as cursor:
        cursor.execute(
            _FOR_CMS if user.is_cms_reviewer else narrowed.for_pso(),
            {"user": user.pk, "after_at": after_at, "after_id": after_id, "limit": limit}
            | narrowed.parameters,
        )
        return [row[0] for row in cursor.fetchall()]


def count(user: User) -> int:
    """How many requests wait for this person, counted to MOST_COUNTED + 1 at most."""
    return len(decidable_ids(user, limit=MOST_COUNTED + 1))
