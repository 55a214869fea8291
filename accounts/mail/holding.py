"""Holding email that waits and letting it go: what pausing a campaign means for the outbox."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils import timezone

from accounts.mail import outbox
from accounts.mail.campaigns import HELD_UNTIL
from accounts.models import OutgoingEmail

State = OutgoingEmail.State


def hold(emails: QuerySet[OutgoingEmail]) -> int:
    """Nothing of it leaves until it is released, but for what a worker has in hand just now."""
    waiting = _locked(emails.filter(state=State.WAITING), skip_locked=True)
    return OutgoingEmail.objects.filter(pk__in=waiting).update(next_attempt_at=HELD_UNTIL)


def release(emails: QuerySet[OutgoingEmail]) -> int:
    """Held email is due again, under the Message-IDs it had."""
    held = _locked(emails.filter(state=State.WAITING, next_attempt_at=HELD_UNTIL))
    number = OutgoingEmail.objects.filter(pk__in=held).update(next_attempt_at=timezone.now())
    if number:
        outbox.wake_delivery_after_commit()
    return number


def _locked(emails: QuerySet[OutgoingEmail], *, skip_locked: bool = False) -> list[int]:
    """In one order, so that no two wait for each other."""
    rows = emails.select_for_update(of=("self",), no_key=True, skip_locked=skip_locked)
    return list(rows.order_by("pk").values_list("pk", flat=True))
