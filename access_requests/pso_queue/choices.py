"""What the queue's filters offer a PSO: the states and CCNs of theirs, and the roles there are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.db import connection

from accounts.models import User

# With more CCNs than this nobody looks through a list: the number is typed.
MOST_LISTED: Final = 25

_CHOICES: Final = f"""
WITH mine AS MATERIALIZED (
    SELECT home.ccn, home.name, home.state
      FROM access_requests_roleassignment AS held
      JOIN providers_provider AS home ON home.id = held.provider_id
     WHERE held.user_id = %(user)s AND held.role_id = 'pso' AND held.status = 'active')
SELECT (SELECT count(*) FROM mine),
       ARRAY(SELECT DISTINCT state FROM mine ORDER BY state),
       ARRAY(SELECT ARRAY[ccn, name] FROM mine
              WHERE (SELECT count(*) FROM mine) <= {MOST_LISTED} ORDER BY ccn),
       ARRAY(SELECT ARRAY[code, name] FROM access_requests_role ORDER BY position, name)
"""  # noqa: S608 - a number alone


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
        cursor.execute(_CHOICES, {"user": user.pk})
        ccns, states, homes, roles = cursor.fetchone()
    return Choices(ccns, tuple(states), _pairs(homes), _pairs(roles))


def _pairs(rows: list[list[str]]) -> tuple[tuple[str, str], ...]:
    return tuple((first, second) for first, second in rows)
