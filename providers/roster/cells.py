"""What the database would refuse is refused here, with a sentence; what is harmless is mended."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import repeat
from operator import itemgetter
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
            rows.append(row)
        columns = {
            column: _tidied(list(map(itemgetter(at[0]), rows))) for column, at in places.items()
        }
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
    """Without blanks around and doubled ones within. Most columns have none, seen at one look."""
    text = "\n" + "\n".join(column) + "\n"
    if text.isascii() and not (
        "  " in text or "\n " in text or " \n" in text or "\t" in text or "\r" in text
    ):
        return column
    return [" ".join(cell.split()) for cell in column]


def read_ccns(sheet: Sheet, layout: Layout) -> list[Reading | None]:
    """None where there is no CCN that this layout may name; the sheet then says why."""
    readings: list[Reading | None] = []
    for at, typed in enumerate(sheet.columns["ccn"]):
        reading = read_ccn(typed)
        if isinstance(reading, Unreadable):
            sheet.wrong[at] = _why_unreadable(sheet, at, reading, layout)
            readings.append(None)
        elif reading.kind not in layout.kinds:
            sheet.wrong[at] = _why_not_here(reading, layout)
            readings.append(None)
        else:
            readings.append(reading)
    return readings


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


def check(sheet: Sheet, readings: list[Reading | None], layout: Layout) -> None:
    _names(sheet)
    _lengths(sheet)
    _states(sheet, readings)
    columns = sheet.columns
    columns["zip_code"] = list(map(_zip_code, columns["zip_code"]))
    if "npi" in columns:
        columns["npi"] = [npi if _is_npi(npi) else "" for npi in columns["npi"]]
    if "phone" in columns:
        kept = {phone: _phone(phone) for phone in set(columns["phone"])}
        columns["phone"] = [kept[phone] for phone in columns["phone"]]
    if layout.has_enrollments and "" in columns["enrollment_id"]:
        sheet.blame(
            (at for at, each in enumerate(columns["enrollment_id"]) if not each),
            _("The row has no enrollment ID."),
        )


def _names(sheet: Sheet) -> None:
    columns = sheet.columns
    names = columns["name"]
    if "" not in names:
        return
    nothing = repeat("", len(names))
    others = zip(
        columns.get("doing_business_as", nothing), columns.get("legal_name", nothing), strict=True
    )
    sheet.nameless = [at for at, name in enumerate(names) if not name]
    columns["name"] = [
        name or trade_name or legal_name
        for name, (trade_name, legal_name) in zip(names, others, strict=True)
    ]
    sheet.blame(
        (at for at in sheet.nameless if not columns["name"][at]),
        _("The row has no name."),
    )


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


def _states(sheet: Sheet, readings: list[Reading | None]) -> None:
    states = sheet.columns["state"]
    unusual = {state for state in set(states) if state not in ccn_facts.STATE_NAMES}
    if not unusual:
        return
    for at, state in enumerate(states):
        if state in unusual:
            reading = readings[at]
            states[at] = state.upper() or (reading.state if reading else "")
            if states[at] not in ccn_facts.STATE_NAMES:
                sheet.blame([at], _("%(state)s is not a state.") % {"state": state})


def left_blank(sheet: Sheet, length: int) -> dict[int, str]:
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


def _is_npi(text: str) -> bool:
    return len(text) == 10 and text.isascii() and text.isdecimal()


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
