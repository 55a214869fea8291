"""When a PSO counts as unreachable (rule 21): the one place that says how often CMS must try.

An attempt counts only while nothing has been heard of the PSO since: whoever signs in, decides
something or answers an attempt begins anew. An email and a letter need time to be answered, and
the attempts must lie apart: somebody who is ill for a day is not unreachable.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from access_requests.models import ReachAttempt, RoleAssignment
from accounts.business_days import business_days_after, business_days_between
from accounts.models import AuditEvent, Session, User

ATTEMPTS = 3
# From the first of them to the last, in business days.
APART = 3
# So many business days without an answer until it counts. Who does not pick up has not answered.
TO_ANSWER = {ReachAttempt.How.CALL: 0, ReachAttempt.How.EMAIL: 2, ReachAttempt.How.LETTER: 5}
# Two calls in a row are one attempt.
ONE_ATTEMPT = timedelta(hours=1)


@dataclass(frozen=True)
class Search:
    """`attempts` are all that were written down; `standing`, those that nothing has overtaken."""

    attempts: Sequence[ReachAttempt]
    standing: Sequence[ReachAttempt]
    last_active_at: datetime | None
    now: datetime

    @cached_property
    def counted(self) -> list[ReachAttempt]:
        """Those that have waited long enough for an answer."""
        return self._counted_at(self.now)

    def _counted_at(self, moment: datetime) -> list[ReachAttempt]:
        return [each for each in self.standing if counts_from(each) <= moment]

    @property
    def is_enough(self) -> bool:
        return _are_enough(self.counted)

    @property
    def enough_from(self) -> datetime | None:
        """From when the attempts on record are enough, if nothing is heard until then."""
        moments = sorted(counts_from(each) for each in self.standing)
        return next((at for at in moments if _are_enough(self._counted_at(at))), None)

    @property
    def rows(self) -> list[tuple[ReachAttempt, datetime | None]]:
        """Each attempt, and from when it counts: None where it does not."""
        standing = {each.pk for each in self.standing}
        return [
            (each, counts_from(each) if each.pk in standing else None) for each in self.attempts
        ]

    @property
    def missing(self) -> str:
        """What is still to be done before CMS may revoke; empty when it is enough."""
        if self.is_enough:
            return ""
        if (at := self.enough_from) is not None:
            moment = date_format(timezone.localtime(at), "F j, Y, g:i A")
            return _("CMS may revoke the role from %(moment)s, if nothing is heard until then.") % {
                "moment": moment
            }
        lacking = ATTEMPTS - len(self.standing)
        if lacking <= 0:
            return _("The attempts lie too close together: try once more on %(day)s or later.") % {
                "day": self._last_from()
            }
        words = ngettext(
            "%(n)d more attempt is needed.", "%(n)d more attempts are needed.", lacking
        ) % {"n": lacking}
        if not self.standing or _are_apart(self.standing):
            return words
        last = _("The last one counts only on %(day)s or later.") % {"day": self._last_from()}
        return f"{words} {last}"

    def _last_from(self) -> str:
        day: date = business_days_after(self.standing[0].at, APART)
        return date_format(day, "F j, Y")


def counts_from(attempt: ReachAttempt) -> datetime:
    """At the same time of day, so many business days later."""
    wait = TO_ANSWER[ReachAttempt.How(attempt.how)]
    if not wait:
        return attempt.at
    made = timezone.localtime(attempt.at)
    day = business_days_after(made, wait)
    return timezone.make_aware(datetime.combine(day, made.time()))


def _are_enough(attempts: Sequence[ReachAttempt]) -> bool:
    return len(attempts) >= ATTEMPTS and _are_apart(attempts)


def _are_apart(attempts: Sequence[ReachAttempt]) -> bool:
    return business_days_between(attempts[0].at, attempts[-1].at) >= APART


def search_for(assignment: RoleAssignment) -> Search:
    attempts = list(assignment.reach_attempts.select_related("by").order_by("at", "pk"))
    active_at = last_active_at(assignment.user)
    reached = [each.at for each in attempts if each.outcome == ReachAttempt.Outcome.REACHED]
    since = max(at for at in (assignment.granted_at, active_at, *reached) if at is not None)
    return Search(attempts, list(_standing(attempts, since)), active_at, timezone.now())


def _standing(attempts: Sequence[ReachAttempt], since: datetime) -> Iterator[ReachAttempt]:
    last: dict[str, datetime] = {}
    for each in attempts:
        if each.at <= since or each.outcome != ReachAttempt.Outcome.NOT_REACHED:
            continue
        before = last.get(each.how)
        if before is None or each.at - before >= ONE_ATTEMPT:
            last[each.how] = each.at
            yield each


def last_active_at(person: User) -> datetime | None:
    """The last sign of life: a sign-in, a page opened, a step on record."""
    seen = Session.objects.filter(user=person).order_by("-last_seen_at")
    acted = AuditEvent.objects.filter(actor=person).order_by("-pk")
    signs = [
        person.last_login,
        seen.values_list("last_seen_at", flat=True).first(),
        acted.values_list("at", flat=True).first(),
    ]
    return max((at for at in signs if at is not None), default=None)


def reason(search: Search) -> str:
    """What the person who loses the role reads: how often, how and when CMS tried."""
    tried = ", ".join(
        _("%(how)s on %(date)s")
        % {
            "how": str(each.get_how_display()).lower(),
            "date": date_format(timezone.localtime(each.at), "F j, Y"),
        }
        for each in search.counted[-8:]
    )
    return _("CMS got no answer: %(tried)s.") % {"tried": tried}
