"""From a file's cells to rows that may be written, or the reasons why they may not.

Column by column, not row by row: fifty thousand rows are read in the time that COPY takes twice.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final, TypeVar

from django.utils.translation import gettext as _

from providers.ccn import Reading, Unreadable
from providers.ccn import read as read_ccn
from providers.roster import cells, dates
from providers.roster.files import RosterFile
from providers.roster.layouts import Layout, Recognised, recognise

_Each = TypeVar("_Each")
_ENROLLMENT_ID: Final = re.compile(r"[OI]\d{14}")


@dataclass(frozen=True, slots=True)
class Rejection:
    """repaired_ccn: what a damaged CCN was, where shape and state prove it."""

    row: int
    ccn: str
    reason: str
    repaired_ccn: str = field(default="", kw_only=True)
    name: str = field(default="", kw_only=True)
    state: str = field(default="", kw_only=True)


@dataclass(slots=True)
class Table:
    """A file's rows sorted out: lists as long as each other, one place a row.

    Doubtful: what rejected rows may stand for, not to be closed.
    """

    layout: Layout
    # What this file says something about.
    known: frozenset[str] = frozenset()
    as_of: date | None = None
    numbers: list[int] = field(default_factory=list)
    ccns: list[str] = field(default_factory=list)
    enrolled_ccns: list[str] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)
    # The primary row of a CCN says what the provider is called and where; the others are merged.
    is_primary: list[bool] = field(default_factory=list)
    values: dict[str, list[str]] = field(default_factory=dict)
    # Which fields the row leaves to other lists, as PostgreSQL writes an array.
    left_blank: list[str] = field(default_factory=list)
    rejections: list[Rejection] = field(default_factory=list)
    doubtful_ccns: set[str] = field(default_factory=set)
    doubtful_enrollments: set[str] = field(default_factory=set)

    @property
    def merged(self) -> int:
        return self.is_primary.count(False)


def sort_out(file: RosterFile, repairs: Mapping[int, str] | None = None) -> Table:
    """Raises Unusable when the header is not one of a list that we take.

    repairs: row numbers, and the CCNs a person accepted for them.
    """
    recognised = recognise(file.header)
    sheet = cells.Sheet.of(file, recognised)
    layout = _layout_of(recognised, sheet)
    for at, number in enumerate(sheet.numbers):
        if repairs and number in repairs:
            sheet.columns["ccn"][at] = repairs[number]
    cells.read_ccns(sheet, layout)
    cells.check(sheet, layout)
    _reject_repeated(sheet, layout)
    return _table(file, sheet, layout)


def _layout_of(recognised: Recognised, sheet: cells.Sheet) -> Layout:
    """Lists with the same header are told apart by the kind that most of their rows have."""
    if len(recognised.layouts) == 1:
        return recognised.layouts[0]
    found = [read_ccn(ccn) for ccn in sheet.columns["ccn"]]
    kinds = [reading.kind for reading in found if isinstance(reading, Reading)]
    return max(
        recognised.layouts, key=lambda layout: sum(kinds.count(kind) for kind in layout.kinds)
    )


def _reject_repeated(sheet: cells.Sheet, layout: Layout) -> None:
    """An enrollment once; where the list has none, a CCN as it is written once."""
    if layout.has_enrollments:
        keys, problem = (
            sheet.columns["enrollment_id"],
            _("Row %(first)d has the same enrollment ID."),
        )
    else:
        keys = _enrolled_ccns(sheet)
        problem = _("Row %(first)d has the same CCN.")
    if len(set(keys)) == len(keys):
        return
    first: dict[str, int] = {}
    for at, key in enumerate(keys):
        if at not in sheet.wrong:
            seen = first.setdefault(key, sheet.numbers[at])
            if seen != sheet.numbers[at]:
                sheet.wrong[at] = problem % {"first": seen}


def _enrolled_ccns(sheet: cells.Sheet) -> list[str]:
    """The CCNs with the suffixes that mark an enrollment."""
    enrolled = list(sheet.ccns)
    for at, suffix in sheet.suffixes.items():
        enrolled[at] += suffix
    return enrolled


def _table(file: RosterFile, sheet: cells.Sheet, layout: Layout) -> Table:
    table = Table(layout, frozenset(sheet.columns))
    # Where the rows say their day, the name does not count: it may be a vintage's, not the file's.
    said = sheet.columns.pop("as_of", None)
    table.as_of = dates.of_file(file.name) if said is None else dates.of_rows(said)
    for at in sorted(sheet.wrong):
        _reject(table, sheet, at)
    for number, row, reason in sheet.misshapen:
        _reject_misshapen(table, sheet, number, row, reason)
    table.rejections.sort(key=lambda rejection: rejection.row)
    blank = cells.left_blank(sheet)
    kept = [at for at in range(len(sheet.numbers)) if at not in sheet.wrong]
    table.numbers = _of(sheet.numbers, kept)
    table.ccns = _of(sheet.ccns, kept)
    table.enrolled_ccns = _of(_enrolled_ccns(sheet), kept)
    table.kinds = _of(sheet.kinds, kept)
    table.left_blank = [blank.get(at, "{}") for at in kept]
    table.values = {column: _of(values, kept) for column, values in sheet.columns.items()}
    suffixes = {place: sheet.suffixes.get(at, "") for place, at in enumerate(kept)}
    table.is_primary = _primary(table, suffixes)
    return table


def _of(column: list[_Each], kept: list[int]) -> list[_Each]:
    return column if len(kept) == len(column) else [column[at] for at in kept]


def _primary(table: Table, suffixes: dict[int, str]) -> list[bool]:
    """The enrollment without a suffix speaks for the provider, else the lowest suffix."""
    is_primary = [True] * len(table.ccns)
    if len(set(table.ccns)) == len(table.ccns):
        return is_primary
    ids = table.values.get("enrollment_id", table.enrolled_ccns)
    primary: dict[str, int] = {}
    for at, ccn in enumerate(table.ccns):
        other = primary.setdefault(ccn, at)
        if other == at:
            continue
        chosen, merged = sorted((other, at), key=lambda place: (suffixes[place], ids[place]))
        primary[ccn] = chosen
        is_primary[chosen], is_primary[merged] = True, False
    return is_primary


def _reject(table: Table, sheet: cells.Sheet, at: int) -> None:
    ccn = sheet.typed_ccns[at]
    state = sheet.columns["state"][at]
    table.rejections.append(
        Rejection(
            sheet.numbers[at],
            ccn,
            sheet.wrong[at],
            repaired_ccn=sheet.repairable.get(at, ""),
            name=sheet.columns["name"][at][:200],
            state=state if len(state) == 2 else "",
        )
    )
    _doubt(table, ccn)
    if table.layout.has_enrollments:
        table.doubtful_enrollments.add(sheet.columns["enrollment_id"][at])


def _reject_misshapen(
    table: Table, sheet: cells.Sheet, number: int, row: list[str], reason: str
) -> None:
    place = sheet.places["ccn"][0]
    ccn = row[place].strip() if place < len(row) else ""
    table.rejections.append(Rejection(number, ccn, reason))
    _doubt(table, ccn)
    table.doubtful_enrollments.update(
        cell.strip() for cell in row if _ENROLLMENT_ID.fullmatch(cell.strip())
    )


def _doubt(table: Table, ccn: str) -> None:
    reading = read_ccn(ccn)
    meant = reading.likely if isinstance(reading, Unreadable) else (reading.ccn,)
    table.doubtful_ccns.update(meant)
