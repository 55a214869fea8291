"""The last day of a role: which days it can be, and which one an approval takes."""

from __future__ import annotations

from datetime import date, timedelta
from enum import Enum

from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from access_requests.models import AccessRequest
from access_requests.policy import Refusal, StepRefused

# Farther off, a year was mistyped.
LONGEST = timedelta(days=5 * 366)
EXTENSION = timedelta(days=90)
# A last day so near is soon: the list says so, and offers to extend.
SOON_DAYS = 30


class Invited(Enum):
    """Nothing was said about the last day: what the invitation says holds."""

    AS_INVITED = "as invited"


LastDay = date | None | Invited


def require_good(day: date | None) -> None:
    """A role that ends by itself has its last day today or later, and not ages away."""
    if day is None:
        return
    today = localdate()
    if day < today:
        raise StepRefused(Refusal.END_DATE_PAST)
    if day > today + LONGEST:
        raise StepRefused(Refusal.END_DATE_TOO_FAR)


def at_approval(access_request: AccessRequest, said: LastDay) -> date | None:
    """The last day of the role that this approval grants; raises StepRefused where it can be none.

    The request's invitation is loaded where it has one.
    """
    day = invited_until(access_request) if isinstance(said, Invited) else said
    if day is not None and access_request.is_for_pso_role:
        raise StepRefused(Refusal.PSO_HAS_NO_END_DATE)
    require_good(day)
    return day


def invited_until(access_request: AccessRequest) -> date | None:
    return access_request.invitation.ends_on if access_request.invitation else None


def extension(day: date | None) -> date | None:
    """The new last day that is offered for a role that ends on this one; None: it is not near."""
    if day is None or days_left(day) > SOON_DAYS:
        return None
    return max(day, localdate()) + EXTENSION


def days_left(day: date) -> int:
    return (day - localdate()).days


def in_words(day: date) -> str:
    """How long until this last day is over: "today is the last day", "in 3 days"."""
    left = days_left(day)
    if left < 0:
        return _("its last day is over")
    if left == 0:
        return _("today is the last day")
    if left == 1:
        return _("tomorrow is the last day")
    return _("in %(n)d days") % {"n": left}
