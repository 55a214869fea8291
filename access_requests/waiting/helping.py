"""After ten business days the requester is shown the way to the Service Center (rule 24), whoever
has the request, and also where nobody has it yet. One letter a person and run, each request once
for each time it began to wait."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from math import inf
from typing import Any, Final

from django.db import connection, transaction

from access_requests.models import DayEvent
from access_requests.waiting import clock, letters
from access_requests.waiting.reminding import in_batches, insert_reminders, requests_of
from access_requests.workflow.trail import record_each
from accounts.notices import tell_each

_LONG_AND_UNTOLD: Final = f"""
  FROM access_requests_accessrequest AS request
       {clock.STANDING}
 WHERE request.status = 'pending' AND request.submitted_at < %(long)s
   AND standing.since < %(long)s
   AND NOT EXISTS (SELECT FROM access_requests_reminder AS told
                    WHERE told.access_request_id = request.id AND told.step = %(step)s
                      AND told.counted_from = standing.since)"""
_REQUESTERS: Final = f"SELECT DISTINCT request.requester_id {_LONG_AND_UNTOLD} ORDER BY 1"
_OF_REQUESTERS: Final = f"""
SELECT request.id, standing.since, standing.who {_LONG_AND_UNTOLD}
   AND request.requester_id = ANY(%(people)s)
   FOR SHARE OF request SKIP LOCKED
"""


def run(*, seconds: float = inf) -> int:
    """How many people were told."""
    with connection.cursor() as cursor:
        cursor.execute(_REQUESTERS, _values())
        people = [row[0] for row in cursor.fetchall()]
    return in_batches(people, _point_out, seconds)


@transaction.atomic
def _point_out(people: Sequence[int]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_OF_REQUESTERS, _values() | {"people": list(people)})
        found: list[tuple[int, datetime, str]] = cursor.fetchall()
    new = {
        pk
        for pk, _ in insert_reminders((pk, clock.SERVICE_CENTER, since) for pk, since, _ in found)
    }
    requests = requests_of(new)
    waits = {pk: (since, who) for pk, since, who in found}
    record_each(
        DayEvent.HELP_POINTED_OUT,
        [requests[pk] for pk in sorted(new)],
        actor=None,
        business_days=int(clock.SERVICE_CENTER),
    )
    by_person: dict[int, list[letters.Long]] = defaultdict(list)
    for pk in sorted(new, key=lambda pk: (waits[pk][0], pk)):
        by_person[requests[pk].requester_id].append(letters.Long(requests[pk], *waits[pk]))
    notices = tell_each(letters.service_center_can_help(rows) for rows in by_person.values())
    letters.note_shared(notices, by_person)
    return len(by_person)


def _values() -> dict[str, Any]:
    return {"long": clock.before(clock.SERVICE_CENTER), "step": int(clock.SERVICE_CENTER)}
