"""The audit lines of these steps: each names the report, and the CCN where one can be read."""

from __future__ import annotations

from typing import Any

from access_requests.models import DeskEvent, UnlistedProvider
from accounts import audit
from accounts.models import User
from providers.ccn import Reading, read


def record(event_type: DeskEvent, report: UnlistedProvider, *, actor: User, **details: Any) -> None:
    audit.record(
        event_type,
        actor=actor,
        person=report.reporter,
        ccn=report.provider.ccn if report.provider else _ccn_of(report.typed),
        request_id=report.access_request_id,
        details={"report": report.pk, "name": report.name, "state": report.state, **details},
    )


def _ccn_of(typed: str) -> str:
    reading = read(typed)
    return reading.ccn if isinstance(reading, Reading) else ""
