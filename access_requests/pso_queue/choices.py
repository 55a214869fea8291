"""What the queue's filters offer a PSO: the states and CCNs of theirs, and the roles there are."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from django.db import connection

from access_requests.pso_queue.listing import Mine
from accounts.models import User

# With more CCNs than this nobody looks through a list: the number is typed.
MOST_LISTED: Final = 25
_KEPT_SECONDS: Final = 300


@dataclass(frozen=True)
class Choices:
    """`homes`, CCN and name, are listed for few CCNs only; `roles`: code and name."""

    ccns: int
    states: tuple[str, ...]
    homes: tuple[tuple[str, str], ...]
    roles: tuple[tuple[str, str], ...]

    def role(self, code: str) -> str:
        return dict(self.roles).get(code, code)


def of(user: User) -> Choices:
    """One query."""
    return _asked(user.pk)


def kept(user: User, mine: Mine) -> Choices:
    """Asked anew when the CCNs are others, and every few minutes, since a provider's name or state
    may change: to look up 340 of them took a tenth of the page's time."""
    return _kept(user.pk, mine, int(time.monotonic() // _KEPT_SECONDS))


@lru_cache(maxsize=1024)
def _kept(pk: int, mine: Mine, moment: int) -> Choices:
    return _asked(pk)


def forget() -> None:
    _kept.cache_clear()


def _asked(pk: int) -> Choices:
    with connection.cursor() as cursor:
        # Migration 0007.
        cursor.execute("SELECT * FROM pso_queue_choices(%s, %s)", [pk, MOST_LISTED])
        ccns, states, homes, roles = cursor.fetchone()
    return Choices(ccns, tuple(states), _pairs(homes), _pairs(roles))


def _pairs(rows: list[list[str]]) -> tuple[tuple[str, str], ...]:
    return tuple((first, second) for first, second in rows)
