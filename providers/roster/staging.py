"""COPY into a temporary table, then one guarded upsert each for providers and enrollments.

The guard (IS DISTINCT FROM) stands before the upsert: a row that would not change is neither
locked nor given an ID from the sequence, and importing the same file again writes no row at all.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from django.db import connection
from django.db.backends.utils import CursorWrapper

from providers.roster import chains, statements
from providers.roster.layouts import LAYOUTS
from providers.roster.rows import Table

# Enough to join fifty thousand rows without a file on disk; until the transaction ends.
_MEMORY: Final = "SET LOCAL work_mem = '64MB'"


@dataclass(frozen=True, slots=True)
class Saved:
    """A provider that was written: the row that says so, and its fields before and after."""

    row: int
    ccn: str
    name: str
    state: str
    is_new: bool
    was_closed: bool
    before: tuple[Any, ...] = ()
    after: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Enrolled:
    row: int
    ccn: str
    name: str
    state: str
    is_primary: bool
    enrollment_id: str
    is_new: bool
    before: tuple[Any, ...]
    after: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Absent:
    """A provider that the file does not list any more, and the lists that still do."""

    ccn: str
    name: str
    state: str
    listed_in: list[str]
    is_closed: bool


@dataclass(slots=True)
class Changes:
    saved: list[Saved]
    enrolled: list[Enrolled] = field(default_factory=list)
    absent: list[Absent] = field(default_factory=list)

    @property
    def created(self) -> set[str]:
        return {each.ccn for each in self.saved if each.is_new}

    @property
    def updated(self) -> set[str]:
        written = {each.ccn for each in self.saved} | {each.ccn for each in self.enrolled}
        return written - self.created

    @property
    def reopened(self) -> list[str]:
        return sorted(each.ccn for each in self.saved if each.was_closed)

    @property
    def closed(self) -> list[str]:
        return sorted(each.ccn for each in self.absent if each.is_closed)


def write(table: Table, *, today: date, tell_values: bool) -> Changes:
    """In the caller's transaction. tell_values: with the fields before and after."""
    code = table.layout.code
    parameters: dict[str, str | date | list[str]] = {
        "layout": code,
        "followed": table.layout.follows,
        "followers": [layout.code for layout in LAYOUTS if layout.follows == code],
        "today": today,
        "doubtful_ccns": list(table.doubtful_ccns),
        "doubtful_enrollments": list(table.doubtful_enrollments - {""}),
    }
    chain_ids = chains.ids_of(table)
    with connection.cursor() as cursor:
        cursor.execute(_MEMORY)
        cursor.execute(statements.CREATE)
        _copy(cursor, table, chain_ids)
        cursor.execute(statements.providers(table.layout, table.known, tell_values), parameters)
        changes = Changes([_saved(row) for row in cursor.fetchall()])
        if table.layout.has_enrollments:
            cursor.execute(statements.enrollments(tell_values))
            changes.enrolled = [_enrolled(row) for row in cursor.fetchall()]
        cursor.execute(statements.ABSENT, parameters)
        changes.absent = [Absent(*row) for row in cursor.fetchall()]
        # Not left to the end of the transaction: a test may hold one open over two imports.
        cursor.execute("DROP TABLE roster_row")
    return changes


def _saved(line: tuple[Any, ...]) -> Saved:
    row, ccn, name, state, is_new, was_closed, *values = line
    number = len(statements.FIELDS)
    before, after = tuple(values[:number]), tuple(values[number:])
    return Saved(row, ccn, name, state, is_new, was_closed, before, after)


def _enrolled(line: tuple[Any, ...]) -> Enrolled:
    row, ccn, name, state, is_primary, enrollment_id, is_new, *values = line
    number = len(statements.ENROLLMENT_FIELDS)
    before, after = tuple(values[:number]), tuple(values[number:])
    return Enrolled(row, ccn, name, state, is_primary, enrollment_id, is_new, before, after)


def _copy(cursor: CursorWrapper, table: Table, chain_ids: dict[str, int]) -> None:
    values = table.values
    nothing = [""] * len(table.ccns)
    # \N is COPY's NULL; it is written after the backslashes of the cells were doubled.
    numbered = {name: str(pk) for name, pk in chain_ids.items()} | {"": "\\N"}
    chain_column = [numbered[name] for name in values["chain_name"]] if chain_ids else None
    columns = [
        list(map(str, table.numbers)),
        table.ccns,
        table.enrolled_ccns,
        table.kinds,
        ["t" if is_primary else "f" for is_primary in table.is_primary],
        chain_column or ["\\N"] * len(nothing),
        table.left_blank,
        *(_escaped(values.get(column, nothing)) for column in statements.TEXTS),
    ]
    text = "\n".join(map("\t".join, zip(*columns, strict=True)))
    cursor.copy_expert("COPY roster_row FROM STDIN", io.StringIO(text))


def _escaped(column: list[str]) -> list[str]:
    """Cells hold no tabs or line ends (they were split on), so only the backslash needs care."""
    if "\\" not in "".join(column):
        return column
    return [cell.replace("\\", "\\\\") for cell in column]
