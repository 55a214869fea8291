"""Working roles that end on a day: the day is set, moved or taken away, and then it comes."""

from __future__ import annotations

import logging
from datetime import date

from celery.exceptions import SoftTimeLimitExceeded
from django.db import InterfaceError, OperationalError, transaction
from django.utils.timezone import localdate

from access_requests import policy
from access_requests.models import DayEvent, EndedHow, EventType, RoleAssignment
from access_requests.people import letters, warnings
from access_requests.people.days import require_good
from access_requests.workflow.locks import lock_assignment
from access_requests.workflow.rows import end_roles
from access_requests.workflow.trail import record_of_role, record_of_roles
from accounts.models import User
from providers.models import Provider

logger = logging.getLogger(__name__)


@transaction.atomic
def set_end_date(assignment_id: int, *, by: User, ends_on: date | None) -> RoleAssignment:
    """Say on which day this role ends by itself; None: on none. The holder is told.

    Said a second time, nothing happens: a button that is pressed twice extends once.
    """
    assignment = lock_assignment(assignment_id, by)
    policy.require_end_date_setter(by, assignment)
    before = assignment.ends_on
    if ends_on == before:
        return assignment
    require_good(ends_on)
    assignment.ends_on = ends_on
    assignment.save(update_fields=["ends_on"])
    record_of_role(
        DayEvent.END_DATE_SET, assignment, actor=by, before=_said(before), after=_said(ends_on)
    )
    letters.end_date_set(assignment)
    # Who sets a day that is near has said so: the holder is not told the same again tomorrow.
    warnings.count_as_told(assignment)
    return assignment


def end_past_last_days() -> int:
    """End every role whose last day is over. Returns how many.

    One holder a transaction: somebody with a contract at 340 CCNs gets one letter, not 340.
    """
    over = RoleAssignment.objects.not_ended().filter(ends_on__lt=localdate())
    holders = over.order_by("user").values_list("user_id", flat=True).distinct()
    return sum(_end_or_go_on(user_id) for user_id in list(holders))


def _end_or_go_on(user_id: int) -> int:
    """Whatever is wrong with one holder's roles must not keep the others'."""
    try:
        return _end_those_of(user_id)
    except (OperationalError, InterfaceError, SoftTimeLimitExceeded):
        # The database is away, or the time is up: it is the same for all of them.
        raise
    except Exception:
        logger.exception("roles past their last day cannot be ended", extra={"user_id": user_id})
        return 0


@transaction.atomic
def _end_those_of(user_id: int) -> int:
    """Judged under the locks: whoever extends a role at this moment is seen here, or too late."""
    over = RoleAssignment.objects.not_ended().filter(user=user_id, ends_on__lt=localdate())
    at = Provider.objects.filter(pk__in=over.values("provider")).order_by("pk")
    locked = [each.pk for each in at.select_for_update(no_key=True)]
    roles = list(
        over.filter(provider__in=locked)
        .select_related("user", "provider", "role")
        .select_for_update(of=("self",), no_key=True)
        .order_by("pk")
    )
    if not roles:
        return 0
    end_roles(roles, EndedHow.END_DATE, by=None)
    record_of_roles(EventType.ROLE_ENDED, roles, actor=None, reason=EndedHow.END_DATE)
    letters.roles_ended(roles)
    return len(roles)


def _said(day: date | None) -> str:
    return day.isoformat() if day else ""
