"""The numbers of a page, counted when it is asked for, in one statement: they agree."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

from django.db import connection
from django.utils.translation import gettext as _

from access_requests.readiness.scope import Scope

By = Literal["state", "kind", "chain_id"]
Key = tuple[str | int | None, ...]

_COUNTED: Final = """
SELECT {columns}, count(*),
       count(*) FILTER (WHERE ccn.psos = 0), count(*) FILTER (WHERE ccn.psos = 1),
       sum(ccn.waiting)::bigint, sum(ccn.first_psos)::bigint
  FROM access_requests_ccnreadiness AS ccn
 WHERE {where}
 GROUP BY {columns}
"""


@dataclass(frozen=True, slots=True)
class Counts:
    """Open CCNs by their active PSOs. `waiting`: people with an open request at a CCN without a
    PSO, each counted at each such CCN. `first_psos`: requests there for the PSO role, which wait
    for CMS."""

    ccns: int = 0
    none: int = 0
    one: int = 0
    waiting: int = 0
    first_psos: int = 0

    @property
    def two_or_more(self) -> int:
        return self.ccns - self.none - self.one

    @property
    def levels(self) -> tuple[int, int, int]:
        return self.none, self.one, self.two_or_more

    @property
    def ready(self) -> int:
        """With a PSO at all: requests can be decided there."""
        return self.ccns - self.none

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            self.ccns + other.ccns,
            self.none + other.none,
            self.one + other.one,
            self.waiting + other.waiting,
            self.first_psos + other.first_psos,
        )


@dataclass(frozen=True)
class Counted:
    """Counts by some columns, to be added up by fewer of them."""

    by: tuple[By, ...]
    rows: dict[Key, Counts]

    @property
    def total(self) -> Counts:
        return added(self.rows.values())

    def along(self, column: By) -> dict[str | int | None, Counts]:
        position = self.by.index(column)
        sums: dict[str | int | None, Counts] = {}
        for key, counts in self.rows.items():
            sums[key[position]] = sums.get(key[position], _NONE) + counts
        return sums


_NONE: Final = Counts()


def added(counts: Iterable[Counts]) -> Counts:
    return sum(counts, start=_NONE)


def counted(scope: Scope, *by: By) -> Counted:
    columns = ", ".join(f"ccn.{column}" for column in by)
    statement = _COUNTED.format(columns=columns, where=scope.where)
    with connection.cursor() as cursor:
        cursor.execute(statement, scope.conditions)
        rows = cursor.fetchall()
    return Counted(by, {row[: len(by)]: Counts(*row[len(by) :]) for row in rows})


def share(part: int, whole: int) -> str:
    """In words: what is not quite none or all is not said to be."""
    if part and 200 * part < whole:
        return _("under 1 %")
    if part < whole and 200 * (whole - part) < whole:
        return _("over 99 %")
    return _("%(n)d %%") % {"n": percent(part, whole)}


def percent(part: int, whole: int) -> int:
    """Rounded, but 0 and 100 only for none and all."""
    if part in (0, whole):
        return 100 if part else 0
    return min(99, max(1, round(100 * part / whole)))
