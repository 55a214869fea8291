"""From cells to a row that may be written, or the reason why it may not."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from django.utils.translation import gettext as _

from providers import ccn_facts
from providers.ccn import Reading, Unreadable
from providers.ccn import read as read_ccn
from providers.kinds import number_of
from providers.roster.files import RosterFile
from providers.roster.layouts import Layout, recognise

_ENROLLMENT_ID: Final = re.compile(r"[OI]\d{14}")
_LONGEST: Final = {"chain_cms_id": 20, "city": 100, "phone": 20, "enrollment_id": 20}
_LONGEST_TEXT: Final = 200


@dataclass(frozen=True, slots=True)
class Rejection:
    row: int
    ccn: str
    reason: str


@dataclass(slots=True)
class Row:
    """One enrollment. The primary one of a CCN says what the provider is called and where."""

    number: int
    reading: Reading
    values: dict[str, str]
    is_primary: bool = True

    @property
    def precedence(self) -> tuple[str, str]:
        """The enrollment without a suffix speaks for the provider, else the lowest suffix."""
        return self.reading.enrollment_suffix, self.values["enrollment_id"]


@dataclass(slots=True)
class Table:
    """A file's rows sorted out. Doubtful: what rejected rows may stand for, not to be closed."""

    layout: Layout
    rows: list[Row] = field(default_factory=list)
    rejections: list[Rejection] = field(default_factory=list)
    doubtful_ccns: set[str] = field(default_factory=set)
    doubtful_enrollments: set[str] = field(default_factory=set)

    @property
    def merged(self) -> int:
        return sum(not row.is_primary for row in self.rows)


class _Rejected(Exception):
    pass


def sort_out(file: RosterFile) -> Table:
    """Raises Unusable when the header is not one of a list that we take."""
    layout, places = recognise(file.header)
    table = Table(layout)
    first_with_id: dict[str, int] = {}
    primary: dict[str, Row] = {}
    columns = {column: at[0] for column, at in places.items() if at}
    repeated = {column: at for column, at in places.items() if len(at) > 1}
    width = len(file.header)
    for number, cells in file.rows():
        try:
            values = _values(cells, width, columns, repeated)
            row = Row(number, _reading(values, layout), values)
            _check(row, first_with_id)
        except _Rejected as rejected:
            _reject(table, number, cells or [], columns, str(rejected))
            continue
        first_with_id[values["enrollment_id"]] = number
        table.rows.append(row)
        other = primary.setdefault(row.reading.ccn, row)
        if other is not row:
            _choose_primary(primary, other, row)
    return table


def _choose_primary(primary: dict[str, Row], first: Row, second: Row) -> None:
    chosen, merged = sorted((first, second), key=lambda row: row.precedence)
    primary[chosen.reading.ccn] = chosen
    chosen.is_primary, merged.is_primary = True, False


def _values(
    cells: list[str] | None,
    width: int,
    columns: Mapping[str, int],
    repeated: Mapping[str, list[int]],
) -> dict[str, str]:
    if cells is None:
        raise _Rejected(_("The row has characters that cannot be read."))
    if len(cells) != width and (len(cells) < width or any(cells[width:])):
        raise _Rejected(
            _("The row has %(cells)d cells, and the header has %(width)d.")
            % {"cells": len(cells), "width": width}
        )
    for column, places in repeated.items():
        if len({cells[at].strip() for at in places}) > 1:
            raise _Rejected(
                _("The column %(column)s stands more than once, with different values.")
                % {"column": column}
            )
    return {column: " ".join(cells[at].split()) for column, at in columns.items()}


def _reading(values: dict[str, str], layout: Layout) -> Reading:
    reading = read_ccn(values["ccn"])
    if isinstance(reading, Unreadable):
        raise _Rejected(_why_unreadable(reading, values))
    if not reading.is_served:
        raise _Rejected(
            _("%(ccn)s is %(number)s, and iQIES does not serve that kind.")
            % {"ccn": reading.ccn, "number": number_of(reading.kind)}
        )
    if reading.kind not in layout.kinds:
        raise _Rejected(
            _("%(ccn)s is %(number)s, which does not belong in a %(title)s file.")
            % {"ccn": reading.ccn, "number": number_of(reading.kind), "title": layout.title}
        )
    return reading


def _why_unreadable(reading: Unreadable, values: dict[str, str]) -> str:
    """A repair is offered only when the state column agrees with it; it is never made."""
    states = {values.get("state"), values.get("enrollment_state")} - {"", None}
    for likely in reading.likely:
        state = ccn_facts.STATES[likely[:2]]
        if state in states:
            return _(
                "%(typed)s is not a CCN: a spreadsheet may have damaged it. It was likely "
                "%(likely)s, whose state is %(state)s, as the state column says."
            ) % {"typed": values["ccn"], "likely": likely, "state": state}
    if reading.likely:
        return _("%(typed)s is not a CCN: a spreadsheet may have damaged it.") % {
            "typed": values["ccn"]
        }
    return reading.message


def _check(row: Row, first_with_id: dict[str, int]) -> None:
    """What the database would refuse is refused here, with the row's number; blanks are mended."""
    values = row.values
    values["name"] = (
        values.get("name") or values.get("doing_business_as") or values.get("legal_name") or ""
    )
    if not values["name"]:
        raise _Rejected(_("The row has no name."))
    for column, value in values.items():
        if len(value) > 20 and len(value) > _LONGEST.get(column, _LONGEST_TEXT):
            raise _Rejected(
                _("The value in column %(column)s is too long to be one.") % {"column": column}
            )
    values["state"] = values["state"].upper() or row.reading.state
    if not (len(values["state"]) == 2 and values["state"] in ccn_facts.STATE_NAMES):
        raise _Rejected(_("%(state)s is not a state.") % {"state": values["state"]})
    values["zip_code"] = _zip_code(values["zip_code"])
    npi = values.get("npi", "")
    values["npi"] = npi if len(npi) == 10 and npi.isascii() and npi.isdecimal() else ""
    if not values["enrollment_id"]:
        raise _Rejected(_("The row has no enrollment ID."))
    if values["enrollment_id"] in first_with_id:
        raise _Rejected(
            _("Row %(first)d has the same enrollment ID.")
            % {"first": first_with_id[values["enrollment_id"]]}
        )


def _zip_code(text: str) -> str:
    """Five or nine digits, lost zeros put back (02134, 00601); else nothing."""
    if len(text) in {5, 9} and text.isascii() and text.isdecimal():
        return text
    digits = text.replace("-", "").replace(" ", "")
    if not (digits.isascii() and digits.isdecimal()) or not 3 <= len(digits) <= 9:
        return ""
    return digits.zfill(5 if len(digits) <= 5 else 9)


def _reject(
    table: Table, number: int, cells: list[str], columns: Mapping[str, int], reason: str
) -> None:
    ccn = cells[columns["ccn"]].strip() if columns["ccn"] < len(cells) else ""
    table.rejections.append(Rejection(number, ccn, reason))
    reading = read_ccn(ccn)
    meant = reading.likely if isinstance(reading, Unreadable) else (reading.ccn,)
    table.doubtful_ccns.update(meant)
    table.doubtful_enrollments.update(
        cell.strip() for cell in cells if _ENROLLMENT_ID.fullmatch(cell.strip())
    )
