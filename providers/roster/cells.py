"""What the database would refuse is refused here, with a sentence; what is harmless is mended."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import chain
from typing import Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.phone import phone_as_kept
from providers import ccn_facts
from providers.ccn import Reading, Unreadable
from providers.ccn import read as read_ccn
from providers.kinds import number_of
from providers.roster.files import RosterFile
from providers.roster.layouts import Layout, Recognised

_SCIENTIFIC: Final = re.compile(r"[0-9.,]+e\+?[0-9]+", re.IGNORECASE)
_OTHER_BLANKS: Final = re.compile(r"[^\S\n ]")
_LONGEST: Final = {"chain_cms_id": 20, "city": 100, "enrollment_id": 20}
_LONGEST_TEXT: Final = 200
# Cut to size or dropped, and never a reason to refuse a row.
_NOT_MEASURED: Final = frozenset({"phone", "zip_code", "npi", "state", "enrollment_state", "as_of"})
_LEFT_TO_OTHERS: Final = ("name", "legal_name", "chain_name", "address_line_1", "city", "zip_code")


@dataclass(slots=True)
class Sheet:
    """The columns that a layout names, without the rows that have no proper shape."""

    places: dict[str, list[int]]
    numbers: list[int]
    columns: dict[str, list[str]]
    # Number, cells and what is wrong, of rows that cannot be put into columns.
    misshapen: list[tuple[int, list[str], str]]
    typed_ccns: list[str] = field(default_factory=list)
    # What the typed ones mean, where it is something; the suffixes of those that have one.
    ccns: list[str] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)
    suffixes: dict[int, str] = field(default_factory=dict)
    # By place in the columns: why the row is refused, and the CCN that it proves to be.
    wrong: dict[int, str] = field(default_factory=dict)
    repairable: dict[int, str] = field(default_factory=dict)
    # Rows without a name of their own, which have one that another column lent.
    nameless: list[int] = field(default_factory=list)

    @classmethod
    def of(cls, file: RosterFile, recognised: Recognised) -> Sheet:
        places = {column: at for column, at in recognised.places.items() if at}
        repeated = {column: at for column, at in places.items() if len(at) > 1}
        width = len(file.header)
        numbers, rows, misshapen = [], [], []
        for number, row in zip(file.numbers, file.rows, strict=True):
            if row is None or len(row) != width or repeated:
                problem = _misshapen(row, width, repeated)
                if row is None or problem:
                    misshapen.append((number, row or [], problem))
                    continue
            numbers.append(number)
            rows.append(row if len(row) == width else row[:width])
        # Every so-manieth of all cells: by far the quickest way to a column.
        cells = list(chain.from_iterable(rows))
        columns = {column: _tidied(cells[at[0] :: width]) for column, at in places.items()}
        return cls(places, numbers, columns, misshapen, typed_ccns=list(columns["ccn"]))

    def blame(self, places: Iterable[int], sentence: str) -> None:
        """The first thing that is wrong with a row is what is said of it."""
        for at in places:
            self.wrong.setdefault(at, sentence)


def _misshapen(row: list[str] | None, width: int, repeated: dict[str, list[int]]) -> str:
    if row is None:
        return _("The row has characters that cannot be read.")
    if len(row) < width or any(row[width:]):
        return _("The row has %(cells)d cells, and the header has %(width)d.") % {
            "cells": len(row),
            "width": width,
        }
    for column, places in repeated.items():
        if len({row[at].strip() for at in places}) > 1:
            return _("The column %(column)s stands more than once, with different values.") % {
                "column": column
            }
    return ""


def _tidied(column: list[str]) -> list[str]:
    """Without blanks around and doubled ones within: the whole column as one text, for speed."""
    text = "\n" + "\n".join(column) + "\n"
    if not text.isascii() or "\t" in text:
        text = _OTHER_BLANKS.sub(" ", text)
    while "  " in text:
        text = text.replace("  ", " ")
    return text.replace(" \n", "\n").replace("\n ", "\n")[1:-1].split("\n") if column else []


def read_ccns(sheet: Sheet, layout: Layout) -> None:
    """Fills in what the CCNs say, or what is wrong with them."""
    typed_ccns = sheet.columns["ccn"]
    sheet.ccns, sheet.kinds = typed_ccns, [""] * len(typed_ccns)
    for at, typed in enumerate(typed_ccns):
        # Nearly all are six digits, which need no more than two looks into tables.
        kind = ccn_facts.kind_of(typed) if len(typed) == 6 and typed.isdecimal() else None
        if kind in layout.kinds and typed[:2] in ccn_facts.STATES:
            sheet.kinds[at] = kind
        else:
            _read_with_care(sheet, at, typed, layout)


def _read_with_care(sheet: Sheet, at: int, typed: str, layout: Layout) -> None:
    reading = read_ccn(typed)
    if isinstance(reading, Unreadable):
        sheet.wrong[at] = _why_unreadable(sheet, at, reading, layout)
    elif reading.kind not in layout.kinds:
        sheet.wrong[at] = _why_not_here(reading, layout)
    else:
        sheet.ccns[at], sheet.kinds[at] = reading.ccn, reading.kind
        sheet.suffixes[at] = reading.enrollment_suffix


def _why_not_here(reading: Reading, layout: Layout) -> str:
    shown = {
        "ccn": reading.ccn,
        "number": number_of(reading.kind),
        "title": layout.title,
    }
    if not reading.is_served:
        return _("%(ccn)s is %(number)s, and iQIES does not serve that kind.") % shown
    return _("%(ccn)s is %(number)s, which does not belong in a %(title)s file.") % shown


def _why_unreadable(sheet: Sheet, at: int, reading: Unreadable, layout: Layout) -> str:
    """A repair is offered only when the state column agrees with it; it is never made."""
    states = {sheet.columns["state"][at].upper()}
    if "enrollment_state" in sheet.columns:
        states.add(sheet.columns["enrollment_state"][at].upper())
    shown = {"typed": reading.typed}
    proven = [ccn for ccn in reading.likely if ccn_facts.STATES[ccn[:2]] in states - {""}]
    if proven:
        if _is_proof(reading, layout):
            sheet.repairable[at] = proven[0]
        shown |= {"likely": proven[0], "state": ccn_facts.STATES[proven[0][:2]]}
        return (
            _(
                "%(typed)s is not a CCN: a spreadsheet may have damaged it. It was likely "
                "%(likely)s, whose state is %(state)s, as the state column says."
            )
            % shown
        )
    if reading.likely:
        return _("%(typed)s is not a CCN: a spreadsheet may have damaged it.") % shown
    return reading.message


def _is_proof(reading: Unreadable, layout: Layout) -> bool:
    """Of a number in scientific notation the digits are lost, whatever it may have been."""
    if len(reading.likely) != 1 or _SCIENTIFIC.fullmatch(reading.typed.strip()):
        return False
    meant = read_ccn(reading.likely[0])
    return isinstance(meant, Reading) and meant.kind in layout.kinds


def check(sheet: Sheet, layout: Layout) -> None:
    _names(sheet)
    _lengths(sheet)
    _states(sheet)
    columns = sheet.columns
    columns["zip_code"] = _mended(columns["zip_code"], {0, 5, 9}, _zip_code)
    if "npi" in columns:
        columns["npi"] = _mended(columns["npi"], {0, 10}, _npi)
    if "phone" in columns:
        kept = {phone: _phone(phone) for phone in set(columns["phone"])}
        columns["phone"] = [kept[phone] for phone in columns["phone"]]
    if layout.has_enrollments and "" in columns["enrollment_id"]:
        without = [at for at, each in enumerate(columns["enrollment_id"]) if not each]
        sheet.blame(without, _("The row has no enrollment ID."))


def _names(sheet: Sheet) -> None:
    columns = sheet.columns
    names = columns["name"]
    if "" not in names:
        return
    sheet.nameless = [at for at, name in enumerate(names) if not name]
    others = [
        columns[column] for column in ("doing_business_as", "legal_name") if column in columns
    ]
    for at in sheet.nameless:
        names[at] = next((other[at] for other in others if other[at]), "")
    without = [at for at in sheet.nameless if not names[at]]
    sheet.blame(without, _("The row has no name."))


def _lengths(sheet: Sheet) -> None:
    for column, values in sheet.columns.items():
        longest = _LONGEST.get(column, _LONGEST_TEXT)
        if column in _NOT_MEASURED or max(map(len, values), default=0) <= longest:
            continue
        problem = _("The value in column %(column)s is too long to be one.") % {"column": column}
        sheet.blame(
            [at for at, value in enumerate(values) if len(value) > longest],
            problem,
        )


def _states(sheet: Sheet) -> None:
    states = sheet.columns["state"]
    unusual = {state for state in set(states) if state not in ccn_facts.STATE_NAMES}
    if not unusual:
        return
    for at in [at for at, state in enumerate(states) if state in unusual]:
        state = states[at]
        states[at] = state.upper() or ccn_facts.STATES.get(sheet.ccns[at][:2], "")
        if states[at] not in ccn_facts.STATE_NAMES:
            sheet.blame([at], _("%(state)s is not a state.") % {"state": state})


def _mended(column: list[str], lengths: set[int], mend: Callable[[str], str]) -> list[str]:
    """Cell by cell only where not all are digits, and as many as there should be."""
    text = "".join(column)
    if text.isascii() and text.isdecimal() and lengths.issuperset(map(len, column)):
        return column
    return list(map(mend, column))


def left_blank(sheet: Sheet) -> dict[int, str]:
    """By place, where there is something: the array of what another list may say instead."""
    blank: dict[int, list[str]] = {}
    for column in _LEFT_TO_OTHERS:
        values = sheet.columns.get(column)
        if column == "name":
            places: Iterable[int] = sheet.nameless
        elif values is None or "" not in values:
            continue
        else:
            places = (at for at, value in enumerate(values) if not value)
        for at in places:
            blank.setdefault(at, []).append(column)
    return {at: "{" + ",".join(names) + "}" for at, names in blank.items()}


def _npi(text: str) -> str:
    return text if len(text) == 10 and text.isascii() and text.isdecimal() else ""


def _phone(text: str) -> str:
    """In the one spelling of every telephone number here; nothing when it is none."""
    try:
        kept = phone_as_kept(text)
    except ValidationError:
        return ""
    return kept if len(kept) <= 20 else ""


def _zip_code(text: str) -> str:
    """Five or nine digits, lost zeros put back (02134, 00601); else nothing."""
    if len(text) in {5, 9} and text.isascii() and text.isdecimal():
        return text
    digits = text.replace("-", "").replace(" ", "")
    if not (digits.isascii() and digits.isdecimal()) or not 3 <= len(digits) <= 9:
        return ""
    return digits.zfill(5 if len(digits) <= 5 else 9)
