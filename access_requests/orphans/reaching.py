"""When a PSO counts as unreachable (rule 21): the one place that says how often CMS must try.

An attempt counts only while nothing has been heard of the PSO since: whoever signs in, decides
something or answers an attempt begins anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from access_requests.models import ReachAttempt, RoleAssignment
from accounts.models import AuditEvent, Session, User

ATTEMPTS, DAYS = 3, 2
# Two calls in a row are one attempt.
ONE_ATTEMPT = timedelta(hours=1)


@dataclass(frozen=True)
class Search:
    """`attempts` are all that were written down; `counted`, those that nothing has overtaken."""

    attempts: Sequence[ReachAttempt]
    counted: Sequence[ReachAttempt]
    last_active_at: datetime | None

    @property
    def is_enough(self) -> bool:
        return len(self.counted) >= ATTEMPTS and self.days >= DAYS

    @property
    def days(self) -> int:
        return len({timezone.localtime(each.at).date() for each in self.counted})

    @property
    def missing(self) -> str:
        """What is still to be done before CMS may revoke; empty when it is enough."""
        if self.is_enough:
            return ""
        lacking = ATTEMPTS - len(self.counted)
        if lacking > 0:
            words = ngettext(
                "%(n)d more attempt is needed; together on two different days at least.",
                "%(n)d more attempts are needed; together on two different days at least.",
                lacking,
            )
            return words % {"n": lacking}
        return _("All attempts were on one day: try once more on another day.")


def search_for(assignment: RoleAssignment) -> Search:
    attempts = list(assignment.reach_attempts.select_related("by").order_by("at", "pk"))
    active_at = last_active_at(assignment.user)
    reached = [each.at for each in attempts if each.outcome == ReachAttempt.Outcome.REACHED]
    since = max(at for at in (assignment.granted_at, active_at, *reached) if at is not None)
    return Search(attempts, list(_counted(attempts, since)), active_at)


def _counted(attempts: Iterable[ReachAttempt], since: datetime) -> Iterable[ReachAttempt]:
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
