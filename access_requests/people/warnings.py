"""Before a role ends by itself, its holder and the PSOs of its CCN are warned: 30, 14 and 3 days
before, and where such a day is no business day, on the business day before it.

Each warning is a row, unique in the database and written with its letters: whoever comes second
finds it there. A day nobody ran this on is made up for by the latest warning that is due.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from django.utils.timezone import localdate

from access_requests.models import DayEvent, EndWarning, RoleAssignment
from access_requests.people import letters
from accounts import audit
from accounts.business_days import business_days_after

DAYS_BEFORE = (3, 14, 30)
# So many roles in one transaction. Those of a chain stand together, so that hardly anybody gets a
# second letter in one run.
_AT_ONCE = 2_000

# Not for a role that was granted, with its last day, after the warning's own day: that was news
# enough.
_WARN = """
INSERT INTO access_requests_endwarning (assignment_id, ends_on, days_before, at)
SELECT due.id, due.ends_on, due.days_before, %(now)s
  FROM (SELECT held.id, held.ends_on, held.provider_id, provider.chain_id,
               (held.granted_at AT TIME ZONE %(zone)s)::date AS granted_on,
               CASE WHEN held.ends_on <= %(until_3)s THEN 3
                    WHEN held.ends_on <= %(until_14)s THEN 14
                    ELSE 30 END AS days_before
          FROM access_requests_roleassignment AS held
          JOIN providers_provider AS provider ON provider.id = held.provider_id
         WHERE held.ends_on IS NOT NULL AND held.status <> 'ended'
           AND held.ends_on BETWEEN %(today)s AND %(until_30)s) AS due
 WHERE due.ends_on - due.days_before > due.granted_on
   AND NOT EXISTS (
       SELECT FROM access_requests_endwarning AS given
        WHERE given.assignment_id = due.id AND given.ends_on = due.ends_on
          AND given.days_before <= due.days_before)
 ORDER BY due.chain_id, due.provider_id, due.id
 LIMIT %(at_once)s
ON CONFLICT (assignment_id, ends_on, days_before) DO NOTHING
RETURNING assignment_id
"""


def warn() -> int:
    """Returns how many roles somebody was warned of."""
    total = 0
    while number := _warn_some():
        total += number
    return total


def count_as_told(assignment: RoleAssignment) -> None:
    """The warning that is due for this last day already needs no letter of its own."""
    if assignment.ends_on is None:
        return
    due = _due_today(assignment.ends_on)
    if due is not None:
        warning = EndWarning(
            assignment=assignment,
            ends_on=assignment.ends_on,
            days_before=due,
            at=timezone.now(),
        )
        EndWarning.objects.bulk_create([warning], ignore_conflicts=True)


@transaction.atomic
def _warn_some() -> int:
    values: dict[str, Any] = {
        "now": timezone.now(),
        "zone": settings.TIME_ZONE,
        "today": localdate(),
        "at_once": _AT_ONCE,
    }
    values |= {f"until_{days}": _last_day_due_today(days) for days in DAYS_BEFORE}
    with connection.cursor() as cursor:
        cursor.execute(_WARN, values)
        ids = [row[0] for row in cursor.fetchall()]
    found = RoleAssignment.objects.filter(pk__in=ids).select_related("user", "provider", "role")
    roles = list(found.order_by("ends_on", "provider__ccn", "pk"))
    audit.record_many(
        audit.Line(
            type=DayEvent.END_WARNED,
            actor=None,
            person=each.user,
            ccn=each.provider.ccn,
            request_id=each.access_request_id,
            details={"role": each.role_id, "last_day": str(each.ends_on)},
        )
        for each in roles
    )
    letters.roles_end_soon(roles)
    return len(roles)


def _due_today(ends_on: date) -> int | None:
    """The latest warning of this last day whose time has come."""
    return next((days for days in DAYS_BEFORE if ends_on <= _last_day_due_today(days)), None)


def _last_day_due_today(days: int) -> date:
    """Roles that end until then are warned of today: tomorrow's warnings too where nobody works
    tomorrow."""
    return business_days_after(localdate(), 1) - timedelta(days=1) + timedelta(days=days)
