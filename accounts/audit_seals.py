"""Sealing the audit trail: what has once been sealed cannot go missing unnoticed.

A line's own signature shows that it was changed. That it is gone shows only because a seal, made
within a minute or so, names it. Seals are signed, numbered and chained. Each digest is logged as
well, and logs leave the machine: they tell when the newest seals were cut off with their lines.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
from collections.abc import Iterable
from datetime import UTC, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Func
from django.utils import timezone

from accounts.models import AuditEvent, AuditSeal

logger = logging.getLogger(__name__)

LINES_PER_SEAL = 1000
# No transaction stays open for longer: seals older than this have left no line behind.
SETTLED_AFTER = timedelta(days=1)
# Any number will do, so long as no other advisory lock of the portal has it.
LOCK = 4264226


def seal_new_lines() -> int:
    """Seal what is not sealed yet, and say how many lines. None while another run does it."""
    count = 0
    while sealed := _seal_next():
        count += sealed
    return count


def digest(lines: Iterable[tuple[int, str]]) -> str:
    """SHA-256 over ids and signatures, in the order given."""
    said = "".join(f"{pk}:{signature}\n" for pk, signature in lines)
    return hashlib.sha256(said.encode()).hexdigest()


def signature(seal: AuditSeal) -> str:
    """HMAC-SHA256 over everything the seal says. "seal" keeps it apart from a line's."""
    said = [
        "seal",
        seal.number,
        seal.at.astimezone(UTC).isoformat(timespec="microseconds"),
        seal.event_ids,
        seal.highest_event_id,
        seal.digest,
        seal.previous,
    ]
    canonical = json.dumps(said, separators=(",", ":"))
    return hmac.new(settings.AUDIT_KEY.encode(), canonical.encode(), hashlib.sha256).hexdigest()


@transaction.atomic
def _seal_next() -> int:
    if not _is_mine_to_do():
        return 0
    lines = _unsealed()
    if not lines:
        return 0
    last = AuditSeal.objects.order_by("-number").first()
    seal = AuditSeal(
        number=last.number + 1 if last else 1,
        at=timezone.now(),
        event_ids=[pk for pk, _signature in lines],
        highest_event_id=max(lines[-1][0], last.highest_event_id if last else 0),
        digest=digest(lines),
        previous=last.signature if last else "",
    )
    seal.signature = signature(seal)
    seal.save(force_insert=True)
    extra = {"seal": seal.number, "digest": seal.digest, "count": len(lines)}
    logger.info("audit trail sealed", extra=extra)
    return len(lines)


def _is_mine_to_do() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        return bool(cursor.fetchone()[0])


def _unsealed() -> list[tuple[int, str]]:
    """Lines that no seal names, oldest first.

    A line becomes visible when its transaction ends, so a lower id can follow a higher one. The
    seals of the last day are therefore asked line by line; older ones have settled everything
    up to the highest id they know.
    """
    since = timezone.now() - SETTLED_AFTER
    settled = AuditSeal.objects.filter(at__lt=since).order_by("-number").first()
    named = AuditSeal.objects.filter(at__gte=since).values_list(
        Func(F("event_ids"), function="unnest"), flat=True
    )
    lines = AuditEvent.objects.filter(pk__gt=settled.highest_event_id if settled else 0)
    return list(
        lines.exclude(pk__in=named).order_by("pk").values_list("pk", "signature")[:LINES_PER_SEAL]
    )
