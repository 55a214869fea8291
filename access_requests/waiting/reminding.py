# ruff: noqa: S608 - the statements are put together from constants alone
"""Reminders to the approvers after 2 and after 5 business days (rule 24).

An approver gets one letter a day at most, about everything that has newly come so far since their
last one. The letter's row, one a person and day, is written before anybody is told, in the same
transaction: a second worker that comes at the same moment waits for it and then tells nobody. A
run that was missed is made up for by the next; whoever was away gets theirs when they are back.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from math import inf
from time import monotonic
from typing import Any, Final

from django.db import connection, transaction
from django.utils import timezone

from access_requests.models import AccessRequest, DayEvent
from access_requests.waiting import clock, letters
from access_requests.workflow.trail import record_each
from accounts.business_days import is_business_day
from accounts.models import User
from accounts.notices import tell_each

AT_A_TIME = 50
# Those that have waited longest. The rest follows on the next day: a decision must not stand
# behind the reminders of ten thousand requests.
MOST_A_LETTER = 1000

_ABSENT: Final = """
    SELECT FROM access_requests_absence AS absence
     WHERE absence.user_id = person.id AND absence.ended_at IS NULL
       AND %(today)s BETWEEN absence.first_day AND absence.last_day"""
_TOLD_TODAY: Final = """
    SELECT FROM access_requests_reminderletter AS letter
     WHERE letter.user_id = person.id AND letter.day = %(today)s"""
_LAST_LETTER: Final = """
    SELECT letter.first_before, letter.second_before, letter.at
      FROM access_requests_reminderletter AS letter
     WHERE letter.user_id = person.id ORDER BY letter.day DESC LIMIT 1"""
_MAY_BE_TOLD: Final = f"""
    person.is_active AND NOT EXISTS ({_ABSENT}) AND NOT EXISTS ({_TOLD_TODAY})"""

# Newly come so far: since the last letter to this person, at one of the two steps. And what
# nobody was reminded of: a request that was kept elsewhere takes its place from an earlier day.
_NEWLY_DUE: Final = """(waits.since < %(first)s AND (
    waits.since >= coalesce(last.first_before, '-infinity')
    OR (waits.since < %(second)s AND waits.since >= coalesce(last.second_before, '-infinity'))
    OR NOT EXISTS (
       SELECT FROM access_requests_reminder AS reminder
        WHERE reminder.access_request_id = waits.id AND reminder.counted_from = waits.since
          AND reminder.step = CASE WHEN waits.since < %(second)s THEN 5 ELSE 2 END)))"""

_OF_PSOS: Final = f"""
  FROM accounts_user AS person
  LEFT JOIN LATERAL ({_LAST_LETTER}) AS last ON true
  JOIN access_requests_roleassignment AS role
    ON role.user_id = person.id AND role.role_id = 'pso' AND role.status = 'active'
  JOIN LATERAL (
       SELECT request.id, standing.since
         FROM access_requests_accessrequest AS request {clock.STANDING}
        WHERE request.provider_id = role.provider_id AND request.status = 'pending'
          AND request.requester_id <> person.id AND request.submitted_at < %(first)s
       ) AS waits ON {_NEWLY_DUE}
 WHERE {_MAY_BE_TOLD}"""
# And what a requester has asked CMS to look at since then.
_FOR_CMS: Final = f"""
  WITH waits AS MATERIALIZED (
       SELECT request.id, standing.since,
              (SELECT max(nudge.at) FROM access_requests_nudge AS nudge
                WHERE nudge.access_request_id = request.id) AS nudged_at
         FROM access_requests_accessrequest AS request {clock.STANDING}
        WHERE request.status = 'pending' AND request.is_first_pso)"""
_OF_REVIEWERS: Final = f"""
  FROM accounts_user AS person
  LEFT JOIN LATERAL ({_LAST_LETTER}) AS last ON true
  JOIN waits ON {_NEWLY_DUE} OR waits.nudged_at >= coalesce(last.at, '-infinity')
 WHERE person.cms_role = 'reviewer' AND {_MAY_BE_TOLD}"""

_ROWS: Final = "SELECT person.id, waits.id, waits.since"
_OF_THESE: Final = "AND person.id = ANY(%(people)s) ORDER BY 1, 3, 2"


@dataclass(frozen=True)
class Approvers:
    """Two statements: who of them is to be told today; and of these, what of."""

    who: str
    what: str


PSOS: Final = Approvers(
    f"SELECT DISTINCT person.id {_OF_PSOS} ORDER BY 1", f"{_ROWS} {_OF_PSOS} {_OF_THESE}"
)
REVIEWERS: Final = Approvers(
    f"{_FOR_CMS} SELECT DISTINCT person.id {_OF_REVIEWERS} ORDER BY 1",
    f"{_FOR_CMS} {_ROWS} {_OF_REVIEWERS} {_OF_THESE}",
)
# Shared: a decision waits the moment until these letters are owed, and none is about a request
# that is being decided just now.
_STILL_THERE: Final = """
SELECT id FROM access_requests_accessrequest
 WHERE id = ANY(%(requests)s) AND status = 'pending'
   FOR SHARE SKIP LOCKED
"""
_LETTERS: Final = """
INSERT INTO access_requests_reminderletter
       (user_id, day, at, first_before, second_before, requests)
SELECT person_id, %(today)s, %(now)s, %(first)s, %(second)s, requests
  FROM unnest(%(people)s::bigint[], %(numbers)s::int[]) AS owed (person_id, requests)
 ORDER BY person_id
    ON CONFLICT DO NOTHING
RETURNING user_id
"""
REMINDERS: Final = """
INSERT INTO access_requests_reminder (access_request_id, step, counted_from, at)
SELECT request_id, step, since, %(now)s
  FROM unnest(%(requests)s::bigint[], %(steps)s::int[], %(sinces)s::timestamptz[])
       AS taken (request_id, step, since)
 ORDER BY request_id, step
    ON CONFLICT DO NOTHING
RETURNING access_request_id, step
"""


@dataclass(frozen=True)
class Due:
    """One request in the letter to one person. `step` is None where only its requester asks."""

    person_id: int
    request_id: int
    since: datetime
    step: int | None


def run(*, seconds: float = inf) -> int:
    """How many letters were owed. Nothing on days on which nobody works. A batch that has begun
    when the time is over is still finished."""
    if not is_business_day(timezone.localdate()):
        return 0
    end = monotonic() + seconds
    return sum(
        in_batches(due_today(approvers), partial(remind, approvers), end - monotonic())
        for approvers in (PSOS, REVIEWERS)
    )


def in_batches(people: Sequence[int], step: Callable[[Sequence[int]], int], seconds: float) -> int:
    """Each in a transaction of its own."""
    done, end = 0, monotonic() + seconds
    for at in range(0, len(people), AT_A_TIME):
        if monotonic() > end:
            break
        done += step(people[at : at + AT_A_TIME])
    return done


def due_today(approvers: Approvers) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(approvers.who, _values())
        return [row[0] for row in cursor.fetchall()]


@transaction.atomic
def remind(approvers: Approvers, people: Sequence[int]) -> int:
    """These people, of what they have not been told by somebody else just now."""
    found = list(_due(approvers, people))
    numbers = Counter(each.person_id for each in found)
    due = _still_there(_at_most(MOST_A_LETTER, found))
    told = _owe_letters(due)
    due = [each for each in due if each.person_id in told]
    if not due:
        return 0
    requests = requests_of({each.request_id for each in due})
    _put_on_record(due, requests)
    by_person: dict[int, list[letters.Long]] = defaultdict(list)
    for each in due:
        by_person[each.person_id].append(letters.Long(requests[each.request_id], each.since))
    told_people = User.objects.in_bulk(by_person)
    notices = tell_each(
        letters.requests_wait(told_people[pk], rows, beyond=max(0, numbers[pk] - MOST_A_LETTER))
        for pk, rows in by_person.items()
    )
    letters.note_shared(notices, by_person)
    return len(by_person)


def _due(approvers: Approvers, people: Sequence[int]) -> Iterator[Due]:
    values = _values() | {"people": list(people)}
    second, first = values["second"], values["first"]
    with connection.cursor() as cursor:
        cursor.execute(approvers.what, values)
        for person_id, request_id, since in cursor.fetchall():
            step = clock.SECOND if since < second else clock.FIRST if since < first else None
            yield Due(person_id, request_id, since, step)


def _at_most(number: int, due: Iterable[Due]) -> list[Due]:
    """So many of each person, the first of them."""
    taken: Counter[int] = Counter()
    kept = []
    for each in due:
        taken[each.person_id] += 1
        if taken[each.person_id] <= number:
            kept.append(each)
    return kept


def _still_there(due: Sequence[Due]) -> list[Due]:
    there = still_pending({each.request_id for each in due})
    return [each for each in due if each.request_id in there]


def still_pending(request_ids: Iterable[int]) -> set[int]:
    """Those of these that wait and that nobody decides at this moment; they are locked, shared."""
    with connection.cursor() as cursor:
        cursor.execute(_STILL_THERE, {"requests": list(request_ids)})
        return {row[0] for row in cursor.fetchall()}


def _owe_letters(due: Iterable[Due]) -> set[int]:
    """To whom: those whom nobody else has just told."""
    numbers = Counter(each.person_id for each in due)
    values = _values() | {"people": list(numbers), "numbers": list(numbers.values())}
    with connection.cursor() as cursor:
        cursor.execute(_LETTERS, values)
        return {row[0] for row in cursor.fetchall()}


def _put_on_record(due: Iterable[Due], requests: dict[int, AccessRequest]) -> None:
    taken = {(each.request_id, each.step, each.since) for each in due if each.step is not None}
    new = insert_reminders(taken)
    for step in (clock.FIRST, clock.SECOND):
        of_step = [requests[pk] for pk, its_step in sorted(new) if its_step == step]
        record_each(DayEvent.REMINDED, of_step, actor=None, business_days=int(step))


def insert_reminders(taken: Iterable[tuple[int, int, datetime]]) -> set[tuple[int, int]]:
    """(request, step) of those that were not there yet."""
    rows = sorted(taken)
    values: dict[str, Any] = {
        "now": timezone.now(),
        "requests": [row[0] for row in rows],
        "steps": [int(row[1]) for row in rows],
        "sinces": [row[2] for row in rows],
    }
    if not rows:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(REMINDERS, values)
        return set(cursor.fetchall())


def requests_of(ids: Iterable[int]) -> dict[int, AccessRequest]:
    found = AccessRequest.objects.filter(pk__in=list(ids))
    return {each.pk: each for each in found.select_related("requester", "provider", "role")}


def _values() -> dict[str, Any]:
    return {
        "today": timezone.localdate(),
        "now": timezone.now(),
        "first": clock.before(clock.FIRST),
        "second": clock.before(clock.SECOND),
    }
