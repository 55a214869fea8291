"""Email of campaigns: one connection at a time, held while its campaign is paused, and looked at
once more before it leaves.

What it is about is known to an app above this one, which settings.CAMPAIGN_LAST_LOOK names.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from enum import Enum
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.module_loading import import_string

from accounts.models import OutgoingEmail

logger = logging.getLogger(__name__)

State = OutgoingEmail.State
# No date of its own is needed for "not until somebody says so": nobody waits this long.
HELD_UNTIL = datetime(9000, 1, 1, tzinfo=UTC)
# Any number will do, so long as no other advisory lock of the portal has it.
_TURN = 7216093


class LastLook(Enum):
    LEAVES = "leaves"
    HELD = "held"
    DROPPED = "dropped"


# Of an email whose row the caller's transaction holds; it may give the email new words, and writes
# down what else follows from its answer.
Looker = Callable[[OutgoingEmail], LastLook]


def is_our_turn() -> bool:
    """Until the transaction ends. While one worker sends a campaign, the others do not wait for it:
    a campaign never takes all of them, however slow the mail server is."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_TURN])
        (is_ours,) = cursor.fetchone() or (False,)
    return bool(is_ours)


class LookFailed(Exception):
    """Nobody can say whether the email is still wanted."""


def stopped(email: OutgoingEmail) -> dict[str, Any]:
    """What is to be written about an email that does not leave now; empty: it leaves. Raises
    LookFailed: sending what nobody may need is no better than sending it later."""
    look: Looker = import_string(settings.CAMPAIGN_LAST_LOOK)
    try:
        with transaction.atomic():
            seen = look(email)
    except Exception as error:
        logger.exception("the last look failed", extra={"email_id": email.pk})
        raise LookFailed from error
    if seen is LastLook.HELD:
        # Those that wait are held by whoever pauses; this one slipped through in a worker's hand.
        return {"next_attempt_at": timezone.now() + settings.CAMPAIGN_LOOK_AGAIN}
    return {"state": State.DROPPED} if seen is LastLook.DROPPED else {}


def waiting() -> tuple[int, int]:
    """How many emails of campaigns are due, and how many wait for another attempt."""
    now = timezone.now()
    counted = OutgoingEmail.objects.filter(
        state=State.WAITING,
        priority=OutgoingEmail.Priority.CAMPAIGN,
        next_attempt_at__lt=HELD_UNTIL,
    ).aggregate(
        due=Count("pk", filter=Q(next_attempt_at__lte=now)),
        later=Count("pk", filter=Q(next_attempt_at__gt=now)),
    )
    return counted["due"], counted["later"]
