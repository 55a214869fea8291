# ruff: noqa: S608 - the statements are put together from constants alone
"""The requester asks the approvers to look at a request: once in two business days.

PSOs get a letter at once, those who are away none. It has all of this person's requests that wait
for them; until two business days later they get no other from the same person, whichever of the
requests it is about: one who asked at 340 CCNs of a chain does not write 340 times to its PSO.
CMS's reviewers find it in their next morning's letter: one queue for the whole country cannot be
worked by who asks most often.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Final

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from access_requests import emails, policy
from access_requests.models import AccessRequest, Authority, DayEvent, Nudge
from access_requests.policy import Refusal, StepRefused, Waiting
from access_requests.waiting import absences, clock, letters
from access_requests.waiting.clock import Clock
from access_requests.waiting.letters import Long
from access_requests.waiting.reminding import requests_of, still_pending
from access_requests.workflow.locks import lock_person, lock_request
from access_requests.workflow.trail import record
from accounts.business_days import business_days_after
from accounts.models import User

BUSINESS_DAYS = 2
# Of one person, over all of their requests: whoever asks at 300 CCNs is not to send 300 letters.
MOST_A_DAY = 10


_LETTERS: Final = f"""
SELECT role.user_id, letter.at
  FROM access_requests_accessrequest AS request
  JOIN access_requests_roleassignment AS role
    ON role.provider_id = request.provider_id AND role.role_id = 'pso' AND role.status = 'active'
 CROSS JOIN LATERAL ({clock.LETTER_TO}) AS letter
 WHERE request.id = %(request)s AND letter.at IS NOT NULL
"""
_THEIRS: Final = f"""
SELECT role.user_id, request.id, standing.since
  FROM access_requests_accessrequest AS request {clock.STANDING}
  JOIN access_requests_roleassignment AS role
    ON role.provider_id = request.provider_id AND role.role_id = 'pso' AND role.status = 'active'
 WHERE request.requester_id = %(requester)s AND request.status = 'pending'
   AND role.user_id = ANY(%(approvers)s)
 ORDER BY standing.since, request.id
"""


def next_day(times: Clock) -> date:
    """From which the requester may ask, and ask again."""
    asked = [each for each in (times.last_nudge, times.last_letter) if each is not None]
    return max([timezone.localdate(), *(business_days_after(e, BUSINESS_DAYS) for e in asked)])


@transaction.atomic
def nudge(request_id: int, *, by: User) -> Nudge:
    """Raises StepRefused, or AccessRequest.DoesNotExist where this person may not see it."""
    # First: what they have asked about, and whom, is judged over all of their requests.
    lock_person(by.pk)
    access_request = lock_request(request_id, by)
    policy.require_requester(by, access_request)
    approvers = _whom_to_ask(access_request)
    times = clock.of(access_request.pk)
    today = timezone.localdate()
    if (day := next_day(times)) > today:
        raise StepRefused(
            Refusal.NUDGED_LATELY,
            _("You have asked on %(last)s. You can ask again on %(day)s.")
            % {"last": absences.in_words(times.asked_on or today), "day": absences.in_words(day)},
        )
    _require_few_today(by, today)
    made = Nudge.objects.create(access_request=access_request, at=timezone.now(), day=today)
    as_cms = approvers is None
    authority = Authority.CMS if as_cms else Authority.PSO
    record(DayEvent.NUDGED, access_request, actor=by, authority=authority)
    if approvers is not None:
        _write_to(approvers, access_request)
    return made


def _write_to(approvers: Sequence[User], access_request: AccessRequest) -> None:
    """To those of them who have not been asked by the same person lately."""
    today = timezone.localdate()
    with connection.cursor() as cursor:
        cursor.execute(_LETTERS, clock.values(access_request.pk))
        told = {
            user_id
            for user_id, at in cursor.fetchall()
            if business_days_after(at, BUSINESS_DAYS) > today
        }
    to_tell = [each for each in approvers if each.pk not in told]
    if to_tell:
        rows = _waiting_for([each.pk for each in to_tell], access_request.requester_id)
        letters.request_nudged(access_request.requester, to_tell, rows)


def _waiting_for(approver_ids: list[int], requester_id: int) -> dict[int, list[Long]]:
    """What this person has asked for and each of these decides, the longest first; what is being
    decided at this moment is left out."""
    with connection.cursor() as cursor:
        cursor.execute(_THEIRS, {"requester": requester_id, "approvers": approver_ids})
        found = cursor.fetchall()
    there = requests_of(still_pending({request_id for _user, request_id, _since in found}))
    rows: dict[int, list[Long]] = defaultdict(list)
    for user_id, request_id, since in found:
        if request_id in there:
            rows[user_id].append(Long(there[request_id], since))
    return rows


def _whom_to_ask(access_request: AccessRequest) -> list[User] | None:
    """The PSOs who are there; None where CMS has it."""
    waiting = policy.waiting_on(access_request)
    if waiting == Waiting.CMS:
        return None
    if waiting == Waiting.REQUESTER:
        raise StepRefused(Refusal.RETURNED, _("You have it: answer the question first."))
    deciders = [each for each in emails.deciders(access_request, waiting) if each.is_active]
    away = absences.away([each.pk for each in deciders], timezone.localdate())
    there = [each for each in deciders if each.pk not in away]
    if there:
        return there
    if not away:
        raise StepRefused(Refusal.NOBODY_TO_ASK)
    raise StepRefused(
        Refusal.NOBODY_TO_ASK,
        _("All PSOs of this CCN are away until %(day)s. They find your request when they are back.")
        % {"day": absences.in_words(min(away.values()))},
    )


def _require_few_today(by: User, today: date) -> None:
    asked = Nudge.objects.filter(access_request__requester=by, day=today)
    if asked.count() >= MOST_A_DAY:
        raise StepRefused(
            Refusal.NUDGED_LATELY,
            _("You have asked about %(n)d requests today. Ask about the others tomorrow.")
            % {"n": MOST_A_DAY},
        )
