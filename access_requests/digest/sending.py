"""The daily emails that are due, each in a transaction of its own."""

from __future__ import annotations

import logging
import time
from datetime import datetime

from django.db.models import Q
from django.utils import timezone

from access_requests.digest.writing import DAILY, held, overdue, seven_today, write_for
from accounts.models import EmailPreference

logger = logging.getLogger(__name__)


def send(*, seconds: float) -> int:
    """Write those that are due until the time is up; how many. Any number may run at once.

    One that cannot be written must not keep the others from theirs.
    """
    until = time.monotonic() + seconds
    written = 0
    for user_id in due(timezone.now()):
        try:
            written += write_for(user_id) is not None
        except Exception:
            logger.exception("a daily email cannot be written", extra={"user_id": user_id})
        if time.monotonic() > until:
            break
    return written


def due(now: datetime) -> list[int]:
    """For whom something is held back that may leave now; who had theirs longest ago comes first.

    From the few that want one email a day to what is held for each of them.
    """
    each = ~Q(approvals=DAILY) & Q(user__in=held().values("recipient"))
    daily = Q(approvals=DAILY, user__in=overdue(now).values("recipient")) & (
        Q(last_digest_at=None) | Q(last_digest_at__lt=seven_today(now))
    )
    people = EmailPreference.objects.filter(each | daily)
    return list(people.order_by("last_digest_at", "user").values_list("user", flat=True))
