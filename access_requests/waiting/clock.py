# ruff: noqa: S608 - the statements are put together from constants alone
"""Since when whoever has a request has had it: from then business days are counted (rule 24).

The approvers have it since it was submitted, since its last question was answered or taken back,
or since there is one of them who can decide it: the PSO who came first, or CMS since the last PSO
went. The list of unattended queues (orphans.finding) counts the same way; a test holds the two
together.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db import connection
from django.utils import timezone

from access_requests.models import Reminder
from accounts.business_days import business_days_between, day_of, submitted_before

# Longer than the two business days between two nudges ever are.
LATELY: Final = timedelta(days=10)

FIRST, SECOND = Reminder.Step.FIRST, Reminder.Step.SECOND
SERVICE_CENTER = Reminder.Step.SERVICE_CENTER

# Beside `request`: who has it, and since when.
STANDING: Final = """
 CROSS JOIN LATERAL (
       SELECT count(*) AS psos,
              min(pso.granted_at) FILTER (
                  WHERE pso.user_id <> request.requester_id AND account.is_active) AS first_pso
         FROM access_requests_roleassignment AS pso
         JOIN accounts_user AS account ON account.id = pso.user_id
        WHERE pso.provider_id = request.provider_id
          AND pso.role_id = 'pso' AND pso.status = 'active'
       ) AS held
 CROSS JOIN LATERAL (
       SELECT greatest(
                  request.submitted_at,
                  (SELECT max(greatest(question.answered_at, question.taken_back_at))
                     FROM access_requests_question AS question
                    WHERE question.access_request_id = request.id),
                  CASE WHEN held.first_pso IS NOT NULL THEN held.first_pso
                       ELSE (SELECT max(gone.ended_at)
                               FROM access_requests_roleassignment AS gone
                              WHERE gone.provider_id = request.provider_id
                                AND gone.role_id = 'pso') END) AS since,
              CASE WHEN held.first_pso IS NOT NULL THEN 'psos'
                   WHEN held.psos = 0 AND request.role_id = 'pso' THEN 'cms'
                   ELSE 'nobody' END AS who
       ) AS standing
"""

# Beside `request` and `role`, one of its PSOs: when they last got a letter in which its requester
# asked to be looked at, about this request or another one.
LETTER_TO: Final = """
SELECT max(notice.created_at) AS at
  FROM accounts_notice AS notice
 WHERE notice.recipient_id = role.user_id AND notice.kind = 'request_nudged'
   AND notice.created_at > %(lately)s
   AND EXISTS (
       SELECT FROM access_requests_accessrequest AS about
        WHERE about.id = notice.request_id AND about.requester_id = request.requester_id
       UNION ALL
       SELECT FROM access_requests_sharednotice AS shared
         JOIN access_requests_accessrequest AS about ON about.id = shared.access_request_id
        WHERE shared.notice_id = notice.id AND about.requester_id = request.requester_id)
"""
# Of those of its PSOs who are there: of each the latest, of these the earliest. Nothing while one
# of them has had none.
_LETTER_TO_ALL: Final = f"""
SELECT CASE WHEN bool_and(letter.at IS NOT NULL) THEN min(letter.at) END
  FROM access_requests_roleassignment AS role
  JOIN accounts_user AS account ON account.id = role.user_id AND account.is_active
 CROSS JOIN LATERAL ({LETTER_TO}) AS letter
 WHERE role.provider_id = request.provider_id AND role.role_id = 'pso'
   AND role.status = 'active' AND role.user_id <> request.requester_id
   AND NOT EXISTS (
       SELECT FROM access_requests_absence AS absence
        WHERE absence.user_id = role.user_id AND absence.ended_at IS NULL
          AND %(today)s BETWEEN absence.first_day AND absence.last_day)
"""

_OF_ONE = f"""
SELECT standing.since, standing.who,
       (SELECT max(nudge.day) FROM access_requests_nudge AS nudge
         WHERE nudge.access_request_id = request.id),
       ({_LETTER_TO_ALL}),
       taken.steps, taken.moments
  FROM access_requests_accessrequest AS request {STANDING}
 CROSS JOIN LATERAL (
       SELECT coalesce(array_agg(reminder.step ORDER BY reminder.step), '{{}}') AS steps,
              coalesce(array_agg(reminder.at ORDER BY reminder.step), '{{}}') AS moments
         FROM access_requests_reminder AS reminder
        WHERE reminder.access_request_id = request.id
          AND reminder.counted_from = standing.since
       ) AS taken
 WHERE request.id = %(request)s
"""


@dataclass(frozen=True)
class Clock:
    """Of one open request. `who`: "psos", "cms", or "nobody" who can decide it. `last_letter`:
    since when all of its PSOs who are there have lately been asked by its requester, be it about
    another request. `taken`: the steps of the schedule that were, and on which day."""

    since: datetime
    who: str
    last_nudge: date | None
    last_letter: date | None
    taken: dict[int, date]

    @property
    def asked_on(self) -> date | None:
        return max((each for each in (self.last_nudge, self.last_letter) if each), default=None)

    @property
    def days(self) -> int:
        return business_days_between(self.since, timezone.now())

    @property
    def is_long(self) -> bool:
        return self.days >= SERVICE_CENTER


def of(request_id: int) -> Clock:
    """One query."""
    with connection.cursor() as cursor:
        cursor.execute(_OF_ONE, values(request_id))
        since, who, last_nudge, letter, steps, moments = cursor.fetchone()
    taken = {step: day_of(at) for step, at in zip(steps, moments, strict=True)}
    return Clock(since, who, last_nudge, day_of(letter) if letter else None, taken)


def values(request_id: int) -> dict[str, Any]:
    now = timezone.now()
    return {"request": request_id, "today": timezone.localdate(now), "lately": now - LATELY}


def before(step: int) -> datetime:
    """What its approvers have had since before this moment has reached the step today."""
    return submitted_before(step)
