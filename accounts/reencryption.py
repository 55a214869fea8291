"""Putting every stored secret under the newest key, while people work.

A row is locked while it is read and written, a few hundred at a time, so whoever uses it waits
a moment and nothing that was written meanwhile is lost. What is under the newest key already is
left as it is: a run that was cut off is simply run again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.db.models import Model, QuerySet

from accounts import audit
from accounts.encryption import Undecipherable, is_by_newest_key, with_newest_key
from accounts.models import KeptForm, OutgoingEmail, Session

BATCH = 200
# A process that still had the old key in front may write a row behind our back.
_MOST_ROUNDS = 5

Renew = Callable[[Any], Any]


@dataclass
class Count:
    renewed: int = 0
    newest_already: int = 0
    unreadable: int = 0


@dataclass(frozen=True)
class Place:
    """Where secrets stand: rows, and those of their columns that hold one."""

    name: str
    rows: QuerySet[Any]
    columns: tuple[str, ...]
    renew: Renew


def _places() -> list[Place]:
    waiting = OutgoingEmail.objects.filter(holds_secret=True, state=OutgoingEmail.State.WAITING)
    return [
        Place("second factors", Authenticator.objects.all(), ("data",), _factor_data),
        Place("emails with a code", waiting, ("body_text", "body_html"), _token),
        Place("kept forms", KeptForm.objects.all(), ("fields",), _token),
        Place("sessions", Session.objects.all(), ("session_data",), _token),
    ]


def run() -> dict[str, Count]:
    """By the name of the place. One line in the audit trail, at the end."""
    counts = {place.name: _run_through(place) for place in _places()}
    details = {name: asdict(count) for name, count in counts.items()}
    audit.record("secrets_reencrypted", actor=None, details=details)
    return counts


def _run_through(place: Place) -> Count:
    total = Count()
    for _ in range(_MOST_ROUNDS):
        count = Count()
        for batch in _batches(place):
            with transaction.atomic():
                for row in place.rows.filter(pk__in=batch).select_for_update(no_key=True):
                    _renew_row(place, row, count)
        total.renewed += count.renewed
        if not count.renewed:
            break
    # Of the last round, which met those of the earlier ones again.
    total.newest_already = max(0, count.newest_already - total.renewed)
    total.unreadable = count.unreadable
    return total


def _batches(place: Place) -> Iterator[list[Any]]:
    last: Any = None
    while True:
        rows = place.rows.order_by("pk").values_list("pk", flat=True)
        batch = list((rows if last is None else rows.filter(pk__gt=last))[:BATCH])
        if not batch:
            return
        yield batch
        last = batch[-1]


def _renew_row(place: Place, row: Model, count: Count) -> None:
    before = {column: getattr(row, column) for column in place.columns}
    try:
        after = {column: place.renew(value) for column, value in before.items()}
    except Undecipherable:
        count.unreadable += 1
        return
    if after == before:
        count.newest_already += 1
        return
    type(row)._default_manager.filter(pk=row.pk).update(**after)
    count.renewed += 1


def _token(token: str) -> str:
    return token if not token or is_by_newest_key(token) else with_newest_key(token)


def _factor_data(data: dict[str, Any]) -> dict[str, Any]:
    """An app's secret, or what recovery codes are made of. A passkey has nothing to hide."""
    renewed: dict[str, Any] = {key: _token(data[key]) for key in ("secret", "seed") if key in data}
    if "migrated_codes" in data:
        renewed["migrated_codes"] = [_token(code) for code in data["migrated_codes"]]
    return data | renewed
