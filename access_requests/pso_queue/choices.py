"""What the queue's filters offer a PSO: the states and CCNs of theirs, and the roles there are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.db import connection

from accounts.models import User

# With more CCNs than this nobody looks through a list: the number is typed.
MOST_LISTED: Final = 25


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
    with connection.cursor() as cursor:
        # Migration 0007.
        cursor.execute("SELECT * FROM pso_queue_choices(%s, %s)", [user.pk, MOST_LISTED])
        ccns, states, homes, roles = cursor.fetchone()
    return Choices(ccns, tuple(states), _pairs(homes), _pairs(roles))


def _pairs(rows: list[list[str]]) -> tuple[tuple[str, str], ...]:
    return tuple((first, second) for first, second in rows)
