"""Email owed is a row, written in the transaction of the event it reports.

Nothing here sends. Delivery is told after the commit; when it cannot be told (the broker is
down), the sweep finds the row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Min, Q
from django.utils import timezone

from accounts import encryption, tasks
from accounts.models import OutgoingEmail


def store(emails: Sequence[OutgoingEmail]) -> None:
    """Keep the emails in the caller's transaction (one statement) and wake delivery after it.

    The words of one that holds a secret are encrypted here, in the rows given as well: a code
    that waits for the mail server is of no use to whoever has a copy of the database.
    """
    if not emails:
        return
    now = timezone.now()
    for email in emails:
        email.created_at = email.next_attempt_at = now
        if email.holds_secret:
            email.body_text, email.body_html = map(_encrypted, (email.body_text, email.body_html))
    OutgoingEmail.objects.bulk_create(emails)
    wake_delivery_after_commit()


def _encrypted(words: str) -> str:
    return encryption.encrypt(words) if words else ""


def wake_delivery_after_commit() -> None:
    """Once per transaction. An entry is dropped only with the savepoint it was made in, and
    then the emails of that savepoint go with it, so finding one means that it will run for us.
    """
    hooks = transaction.get_connection().run_on_commit
    if not any(function is _wake_delivery for _savepoints, function, _robust in hooks):
        # robust: a broker that is down must not turn a committed decision into an error page.
        transaction.on_commit(_wake_delivery, robust=True)


def _wake_delivery() -> None:
    tasks.deliver_email.delay()


def send_failed_again(*, since: datetime) -> int:
    """Owe once more what failed for good since then, under the same Message-IDs; how many.

    For the day on which the mail server refused everything because it was not set up right.
    Codes are not among it: their words are gone.
    """
    with transaction.atomic():
        number = OutgoingEmail.objects.filter(
            state=OutgoingEmail.State.FAILED, holds_secret=False, created_at__gte=since
        ).update(state=OutgoingEmail.State.WAITING, attempts=0, next_attempt_at=timezone.now())
        if number:
            wake_delivery_after_commit()
    return number


@dataclass(frozen=True)
class Backlog:
    """Ages in whole seconds; 0 when nothing waits."""

    oldest_seconds: int
    longest_due_seconds: int


def backlog() -> Backlog:
    """Campaigns are left out: they may take as long as they take."""
    now = timezone.now()
    oldest = OutgoingEmail.objects.filter(
        state=OutgoingEmail.State.WAITING, priority__lt=OutgoingEmail.Priority.CAMPAIGN
    ).aggregate(
        created=Min("created_at"),
        due=Min("next_attempt_at", filter=Q(next_attempt_at__lte=now)),
    )
    return Backlog(_age(oldest["created"], now), _age(oldest["due"], now))


def _age(since: datetime | None, now: datetime) -> int:
    return max(0, int((now - since).total_seconds())) if since else 0
