"""Sending what is owed: pick one, send it, write it down, commit; then the next.

Each email is one transaction that holds its row locked while it is sent. So no two workers have
the same one, a killed worker repeats at most the one it had in hand, and a decision that comes
while a campaign is being sent is the very next email.
"""

from __future__ import annotations

import logging
import random
import time
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from celery.exceptions import SoftTimeLimitExceeded
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts import bounces
from accounts.mail import campaigns
from accounts.mail.message import build, message_id
from accounts.mail.server import CutOff, MailServer, MailServerDown, Refused
from accounts.models import OutgoingEmail

logger = logging.getLogger(__name__)

# Half a minute after the first failure, an hour after the eighth and every later one. What is
# not taken after three days is given up.
WAITS = [timedelta(seconds=30), *(timedelta(minutes=m) for m in (1, 2, 5, 10, 20, 40, 60))]
MAX_ATTEMPTS = len(WAITS) + 70
# No code made here lives longer (a test compares), so a later email would only mislead.
SECRET_LIFE = timedelta(minutes=15)
# So many connections lost in a row, each on another message: it is the server.
MAX_CUT_OFF = 3

State = OutgoingEmail.State
_PURGED = {"body_text": "", "body_html": ""}


@dataclass
class _Run:
    sent: int = 0
    taken: int = 0
    cut_off_in_a_row: int = 0


def deliver(limit: int | None = None, *, seconds: float | None = None) -> int:
    """Send what is due, in order of (priority, id), and say how many were sent.

    Ends when nothing is due, after `limit` messages or `seconds`, or when the mail server is
    down: then the rest is left as it was, for the next sweep.
    """
    stop_at = None if seconds is None else time.monotonic() + seconds
    run = _Run()
    _give_up_stale_secrets()
    with closing(MailServer()) as server:
        try:
            while _goes_on(run, limit, stop_at) and _deliver_next(server, run):
                pass
        except MailServerDown as down:
            logger.warning("the mail server is down; email waits", extra={"error": str(down)})
    if run.sent:
        logger.info("email sent", extra={"count": run.sent})
    return run.sent


def _goes_on(run: _Run, limit: int | None, stop_at: float | None) -> bool:
    return (
        (limit is None or run.taken < limit)
        and (stop_at is None or time.monotonic() < stop_at)
        and run.cut_off_in_a_row < MAX_CUT_OFF
    )


@transaction.atomic(durable=True)
def _deliver_next(server: MailServer, run: _Run) -> bool:
    """False when nothing is due, or only a campaign that another worker is sending.

    MailServerDown undoes everything: the row stays as it was.
    """
    email = next_due().first()
    if email is None:
        return False
    is_campaign = email.priority == OutgoingEmail.Priority.CAMPAIGN
    if is_campaign and not campaigns.is_our_turn():
        return False
    run.taken += 1
    try:
        fields = campaigns.stopped(email) if is_campaign else {}
    except campaigns.LookFailed:
        # Counted as an attempt: one that always fails is given up, and its campaign ends.
        fields = {"attempts": email.attempts + 1, **_later(email, "the last look failed")}
    if not fields:
        fields = {"attempts": email.attempts + 1, **_attempt(server, email, run)}
    OutgoingEmail.objects.filter(pk=email.pk).update(**fields)
    return True


def next_due() -> QuerySet[OutgoingEmail]:
    """What is to be sent, in order, locked, and without what another worker has in hand."""
    return (
        OutgoingEmail.objects.select_for_update(skip_locked=True, no_key=True)
        .filter(state=State.WAITING, next_attempt_at__lte=timezone.now())
        .order_by("priority", "id")
    )


def _attempt(server: MailServer, email: OutgoingEmail, run: _Run) -> dict[str, Any]:
    """What is to be written about the email after trying to send it."""
    try:
        server.send(email.to_address, build(email), envelope_id=message_id(email))
    except MailServerDown:
        raise
    except SoftTimeLimitExceeded:
        # A server that says a little now and then never times out. On with the others, later.
        server.drop()
        run.cut_off_in_a_row = MAX_CUT_OFF
        return _later(email, "took too long")
    except CutOff as cut_off:
        run.cut_off_in_a_row += 1
        return _later(email, f"connection lost: {cut_off}")
    except Refused as refused:
        run.cut_off_in_a_row = 0
        extra = {"email_id": email.pk, "smtp_code": refused.code}
        logger.warning("the mail server did not take an email", extra=extra)
        if not refused.is_permanent:
            return _later(email, str(refused))
        bounces.refused(email, str(refused))
        return _failed(email, str(refused))
    except Exception as error:
        # Whatever is wrong with this one must not stop those behind it.
        logger.exception("an email cannot be sent", extra={"email_id": email.pk})
        return _failed(email, type(error).__name__)
    run.cut_off_in_a_row = 0
    run.sent += 1
    purged = _PURGED if email.holds_secret else {}
    return {"state": State.SENT, "sent_at": timezone.now(), "last_error": "", **purged}


def _later(email: OutgoingEmail, error: str) -> dict[str, Any]:
    if email.attempts + 1 >= MAX_ATTEMPTS:
        return _failed(email, error)
    return {
        "next_attempt_at": timezone.now() + wait_after(email.attempts + 1),
        "last_error": error[:255],
    }


def _failed(email: OutgoingEmail, error: str) -> dict[str, Any]:
    purged = _PURGED if email.holds_secret else {}
    return {"state": State.FAILED, "last_error": error[:255], **purged}


def wait_after(attempts: int) -> timedelta:
    """How long until the next attempt, give or take a fifth, so that not all come at once."""
    spread = random.SystemRandom().uniform(0.8, 1.2)
    return WAITS[min(attempts, len(WAITS)) - 1] * spread


def _give_up_stale_secrets() -> None:
    """A code that was not sent within its life is never sent, and not kept either."""
    stale = (
        OutgoingEmail.objects.select_for_update(skip_locked=True, no_key=True)
        .filter(
            state=State.WAITING,
            priority=OutgoingEmail.Priority.CODE,
            holds_secret=True,
            created_at__lt=timezone.now() - SECRET_LIFE,
        )
        .values("pk")
    )
    with transaction.atomic(durable=True):
        OutgoingEmail.objects.filter(pk__in=stale).update(
            state=State.FAILED, last_error="the code had expired before it could be sent", **_PURGED
        )
