"""How a person wants what waits for them to arrive: the one step, and what the page shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone

from access_requests.digest.writing import held, seven_today, write_held
from access_requests.models import DayEvent
from accounts import audit
from accounts.business_days import business_days_after, is_business_day
from accounts.models import EmailPreference, User

Approvals = EmailPreference.Approvals


@dataclass(frozen=True)
class Chosen:
    """`held`: notices that wait for the email of `next_on`."""

    approvals: str
    held: int
    next_on: date


def chosen_by(person: User) -> Chosen:
    preference = EmailPreference.objects.filter(user=person).first()
    approvals = preference.approvals if preference else Approvals.EACH
    return Chosen(approvals, held().filter(recipient=person).count(), _next_morning())


def choose(person: User, approvals: str) -> bool:
    """Whoever goes back to each email gets at once, in one, what was held back and still waits.
    False: it was so already."""
    with transaction.atomic():
        now = timezone.now()
        preference, _made = EmailPreference.objects.select_for_update(no_key=True).get_or_create(
            user=person, defaults={"changed_at": now}
        )
        if preference.approvals == approvals:
            return False
        if approvals == Approvals.EACH:
            write_held(preference, is_daily=False)
        preference.approvals, preference.changed_at = approvals, now
        preference.save(update_fields=["approvals", "changed_at"])
        audit.record(
            DayEvent.PREFERENCES_CHANGED,
            actor=person,
            person=person,
            details={"approvals": approvals},
        )
        return True


def _next_morning() -> date:
    now = timezone.now()
    today = timezone.localdate(now)
    if now < seven_today(now) and is_business_day(today):
        return today
    return business_days_after(today, 1)
