"""The requester asks the approvers to look at a request: once in two business days.

PSOs get a letter at once, those who are away none. CMS's reviewers find it in their next morning's
letter: one queue for the whole country cannot be worked by who asks most often.
"""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from access_requests import emails, policy
from access_requests.models import AccessRequest, Authority, DayEvent, Nudge
from access_requests.policy import Refusal, StepRefused, Waiting
from access_requests.waiting import absences, clock, letters
from access_requests.waiting.clock import Clock
from access_requests.workflow.locks import lock_person, lock_request
from access_requests.workflow.trail import record
from accounts.business_days import business_days_after
from accounts.models import User

BUSINESS_DAYS = 2
# Of one person, over all of their requests: whoever asks at 300 CCNs is not to send 300 letters.
MOST_A_DAY = 10


def next_day(times: Clock) -> date:
    """From which the requester may ask, and ask again."""
    today = timezone.localdate()
    if times.last_nudge is None:
        return today
    return max(today, business_days_after(times.last_nudge, BUSINESS_DAYS))


@transaction.atomic
def nudge(request_id: int, *, by: User) -> Nudge:
    """Raises StepRefused, or AccessRequest.DoesNotExist where this person may not see it."""
    # First: how many they have asked about today is counted over all of their requests.
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
            % {"last": absences.in_words(times.last_nudge or today), "day": absences.in_words(day)},
        )
    _require_few_today(by, today)
    made = Nudge.objects.create(access_request=access_request, at=timezone.now(), day=today)
    as_cms = approvers is None
    authority = Authority.CMS if as_cms else Authority.PSO
    record(DayEvent.NUDGED, access_request, actor=by, authority=authority)
    letters.request_nudged(access_request, times.since, approvers or [])
    return made


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
