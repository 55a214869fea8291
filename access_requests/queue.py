"""What a person can decide, as a list: the policy's rule again, as a query made for size.

policy.may_decide() and this list are one rule; a property test over random histories holds them
together. The queries choose at most one page of ids, which is read afterwards: a PSO of many quiet
CCNs must not make the database walk every pending request in the country. The pages are those of
pso_queue/ and of desk/.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final, NamedTuple

from django.db import connection

from accounts.models import User

MOST_COUNTED = 100
# Before every request: the key of no page.
BEGINNING: Final = ("-infinity", 0)

# Migration 0007.
_FOR_PSO: Final = """
SELECT id FROM pso_queue_ids(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
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


class Narrowed(NamedTuple):
    """What a PSO's queue is narrowed to, in the order of pso_queue_ids() and pso_queue_page()
    (migration 0007); None: whatever it is. `called`: patterns of words, all of which the person
    must match; where more than `most_called` people of the country do, those who wait are compared.
    """

    ccn: str | None = None
    state: str | None = None
    role: str | None = None
    kind: str | None = None
    before: datetime | None = None
    is_invited: bool | None = None
    called: list[str] | None = None
    most_called: int | None = None


EVERYTHING = Narrowed()


def decidable_ids(
    user: User,
    *,
    after: tuple[datetime, int] | None = None,
    limit: int,
    narrowed: Narrowed = EVERYTHING,
) -> list[int]:
    """The ids of the requests this person may decide, oldest first, `limit` at most.

    `narrowed` is for PSOs; the desk narrows CMS's queue itself.
    """
    if not has_queue(user):
        return []
    after_at, after_id = after or BEGINNING
    with connection.cursor() as cursor:
        if user.is_cms_reviewer:
            cursor.execute(
                _FOR_CMS,
                {"user": user.pk, "after_at": after_at, "after_id": after_id, "limit": limit},
            )
        else:
            cursor.execute(_FOR_PSO, [user.pk, after_at, after_id, limit, limit, *narrowed])
        return [row[0] for row in cursor.fetchall()]


def has_queue(user: User) -> bool:
    """Whether this person may ever decide anything, were they PSO somewhere."""
    return user.is_active and not user.is_agent


def count(user: User) -> int:
    """How many requests wait for this person, counted to MOST_COUNTED + 1 at most."""
    return len(decidable_ids(user, limit=MOST_COUNTED + 1))
