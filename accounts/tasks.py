"""What Celery runs for accounts: nothing that may not be run twice."""

from __future__ import annotations

import time
from pathlib import Path

from celery import shared_task
from django.conf import settings

from accounts import audit_seals, bounce_folder, factor_reset, kept_forms
from accounts.mail import delivery
from accounts.sessions import SessionStore

# A run hands over to a new task after this long, so that the time limit means "it hangs".
RUN_SECONDS = 60


@shared_task(
    # The rows are the truth: a wake-up need not survive its worker, nor wait for hours until a
    # worker is there. The next one does the same.
    acks_late=False,
    expires=120,
    soft_time_limit=RUN_SECONDS + 60,
    time_limit=RUN_SECONDS + 90,
)
def deliver_email() -> int:
    """Send what is due, until nothing is. Any number of these may run at once."""
    started = time.monotonic()
    sent = delivery.deliver(seconds=RUN_SECONDS)
    if time.monotonic() - started >= RUN_SECONDS:
        deliver_email.delay()
    return sent


@shared_task(acks_late=False, expires=120, soft_time_limit=120, time_limit=150)
def take_bounces() -> int:
    """Take what a mail server has put into the folder of returned email."""
    return bounce_folder.sweep(Path(settings.BOUNCE_MAILDIR)).total()


@shared_task(acks_late=False, expires=120, soft_time_limit=300, time_limit=330)
def seal_audit_trail() -> int:
    return audit_seals.seal_new_lines()


@shared_task(acks_late=False, expires=120, soft_time_limit=300, time_limit=330)
def carry_out_factor_resets() -> int:
    factor_reset.remind()
    return factor_reset.carry_out_due()


@shared_task(acks_late=False, expires=3600, soft_time_limit=300, time_limit=330)
def clear_expired_sessions() -> None:
    """What has ended, and what was kept for a day, is of no use but to a thief of the database."""
    SessionStore.clear_expired()
    kept_forms.purge()
