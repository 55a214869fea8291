"""Writing the audit trail."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.utils import timezone

from accounts.models import AuditEvent, User


@dataclass(frozen=True, kw_only=True)
class Line:
    """What one line of the trail says. actor None: the system did it."""

    type: str
    actor: User | None
    person: User | None = None
    ccn: str = ""
    request_id: int | None = None
    file_name: str = ""
    details: dict[str, Any] = field(default_factory=dict)


def record(
    type_: str,
    *,
    actor: User | None,
    person: User | None = None,
    ccn: str = "",
    request_id: int | None = None,
    file_name: str = "",
    details: dict[str, Any] | None = None,
) -> AuditEvent:
    """Add one line to the trail, in the caller's transaction."""
    line = Line(
        type=type_,
        actor=actor,
        person=person,
        ccn=ccn,
        request_id=request_id,
        file_name=file_name,
        details=details or {},
    )
    return record_many([line])[0]


def record_many(lines: Iterable[Line]) -> list[AuditEvent]:
    """Add lines in one statement, in the caller's transaction."""
    now = timezone.now()
    events = [_event(line, now) for line in lines]
    return AuditEvent.objects.bulk_create(events)


def _event(line: Line, at: datetime) -> AuditEvent:
    event = AuditEvent(
        at=at,
        type=line.type,
        actor=line.actor,
        person=line.person,
        ccn=line.ccn,
        request_id=line.request_id,
        file_name=line.file_name,
        details=line.details,
    )
    event.signature = signature(event)
    return event


def signature(event: AuditEvent) -> str:
    """HMAC-SHA256 over everything the line says, with a key the database does not hold."""
    said = [
        _instant(event.at),
        event.type,
        event.actor_id,
        event.person_id,
        event.ccn,
        event.request_id,
        event.file_name,
        event.details,
    ]
    canonical = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hmac.new(settings.AUDIT_KEY.encode(), canonical.encode(), hashlib.sha256).hexdigest()


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")
