"""Writing somebody's daily email: one transaction, in which it is owed and its notices say so.

The row of the person's preference is held meanwhile, and says when the last one was written:
whatever runs at once, or again after a crash, finds either the email or nothing of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from access_requests.digest import letter
from access_requests.digest.waiting import for_person, still_decidable
from accounts import notices
from accounts.business_days import is_business_day
from accounts.mail import outbox
from accounts.models import EmailPreference, Notice, OutgoingEmail

# Eastern Time, on business days.
HOUR = 7
DAILY = EmailPreference.Approvals.DAILY


def held() -> QuerySet[Notice]:
    """What waits for a daily email, by an index of its own."""
    return Notice.objects.filter(is_for_digest=True, digest=None, left_out_at=None)


def seven_today(now: datetime) -> datetime:
    return timezone.make_aware(datetime.combine(timezone.localdate(now), time(HOUR)))


def overdue(now: datetime) -> QuerySet[Notice]:
    """What today's email owes: what was held at seven, however late a worker comes to write it.
    What comes later in the day waits for the next morning."""
    at_seven = seven_today(now)
    if now < at_seven or not is_business_day(timezone.localdate(now)):
        return Notice.objects.none()
    return held().filter(created_at__lt=at_seven)


def write_for(user_id: int) -> OutgoingEmail | None:
    """None where nothing is due, nothing waits any more, or somebody else is writing it."""
    with transaction.atomic():
        preference = (
            EmailPreference.objects.select_for_update(skip_locked=True, no_key=True, of=("self",))
            .select_related("user")
            .filter(user=user_id)
            .first()
        )
        if preference is None or not is_due(preference, timezone.now()):
            return None
        return write_held(preference, is_daily=preference.approvals == DAILY)


def is_due(preference: EmailPreference, now: datetime) -> bool:
    """Whoever wants each email gets what was still held back for them at once."""
    if preference.approvals != DAILY:
        return True
    last = preference.last_digest_at
    had_todays = last is not None and timezone.localdate(last) >= timezone.localdate(now)
    return not had_todays and overdue(now).filter(recipient=preference.user).exists()


def write_held(preference: EmailPreference, *, is_daily: bool) -> OutgoingEmail | None:
    """In the caller's transaction, which holds the row of the preference. `is_daily`: they still
    want one a day."""
    person, now = preference.user, timezone.now()
    told = list(held().filter(recipient=person).only("pk", "request_id"))
    asked_about = {each.request_id for each in told if each.request_id is not None}
    open_ids = still_decidable(person, asked_about) if notices.has_mail(person) else set()
    since = max(filter(None, (preference.last_digest_at, preference.changed_at)))
    waiting = for_person(person, since=since, told_of=open_ids)
    still = [
        each
        for each in told
        if (waiting.total if each.request_id is None else each.request_id in open_ids)
    ]
    _leave_out(told, but=still, now=now)
    if not still or not notices.has_mail(person):
        return None
    email = letter.compose(person, waiting, is_daily=is_daily)
    outbox.store([email])
    Notice.objects.filter(pk__in=[each.pk for each in still]).update(digest=email)
    preference.last_digest_at = now
    preference.save(update_fields=["last_digest_at"])
    return email


def _leave_out(told: Iterable[Notice], *, but: Iterable[Notice], now: datetime) -> None:
    stays = {each.pk for each in but}
    settled = [each.pk for each in told if each.pk not in stays]
    if settled:
        Notice.objects.filter(pk__in=settled).update(left_out_at=now)
