"""A pasted list of CCNs: one a line, or with commas, semicolons, spaces or tabs between them, or
rows of a spreadsheet with names beside them.

Nothing that could be a damaged CCN is thrown away: it becomes an entry and gets its answer. What
is left out stands beside a CCN that can be read: names, cities, phone numbers.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Final

from providers import ccn as ccns

_BETWEEN: Final = re.compile(r"[,;|/\t]+")
# 15,009: a spreadsheet's thousands, and not two CCNs.
_ONE_NUMBER: Final = re.compile(r"\d{1,3}(,\d{3})+(\.0+)?")
_HEADINGS: Final = frozenset(
    "ccn ccns cmscertificationnumber certificationnumber cmscertificationnumber(ccn)"
    " providernumber federalprovidernumber providerccn medicareprovidernumber number".split()
)
# What no keyboard writes and no database keeps; tabs stand between columns.
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]+")
LONGEST_ENTRY: Final = 60
# Reading takes its time, and most cells of a spreadsheet are short.
_SHORTEST_CCN: Final = 6
# Columns are filled up to the longest row: a few thousand tabs would make millions of cells.
MOST_COLUMNS, MOST_CELLS = 100, 20_000

# A line's number, and what stands on it.
_OfLine = tuple[int, Sequence[str]]


class TooManyCells(Exception):
    """A spreadsheet too large to look for its column of CCNs."""


@dataclass
class Entries:
    """Each spelling in order, with how often it stands there, and the line where it stands first,
    counted from 1 as the person who pasted it counts."""

    times: Counter[str] = field(default_factory=Counter)
    lines: dict[str, int] = field(default_factory=dict)

    def add(self, entry: str, line: int) -> None:
        self.times[entry] += 1
        self.lines.setdefault(entry, line)


def entries_of(text: str, most: int) -> list[str]:
    """In order, each spelling once."""
    return list(counted_entries(text, most).times)


def counted_entries(text: str, most: int) -> Entries:
    """Reads on to one more than `most` and no further."""
    numbered = enumerate(map(without_controls, text.splitlines()), start=1)
    lines = [(number, line) for number, line in numbered if line.strip()]
    if any("\t" in line for _number, line in lines):
        found = _of_columns([(number, line.rstrip().split("\t")) for number, line in lines])
    else:
        found = ((number, _of_line(line)) for number, line in lines)
    entries = Entries()
    for number, of_line in found:
        for entry in of_line:
            entries.add(entry[:LONGEST_ENTRY], number)
            if len(entries.times) > most:
                return entries
    return entries


def without_controls(line: str) -> str:
    return _CONTROL.sub(" ", line)


def reads_as_ccn(text: str) -> bool:
    if len(text) < _SHORTEST_CCN:
        return False
    return isinstance(ccns.read(text), ccns.Reading) or bool(ccns.provisional_id(text))


def _of_columns(numbered: Sequence[tuple[int, Sequence[str]]]) -> Iterable[_OfLine]:
    """From the column whose heading says CCN; else from every one that holds CCNs."""
    numbers, rows = zip(*numbered, strict=True)
    widest = max(map(len, rows))
    if widest > MOST_COLUMNS or widest * len(rows) > MOST_CELLS:
        raise TooManyCells
    columns = list(zip_longest(*rows, fillvalue=""))
    headed = [column for column in columns if _is_heading(column[0])]
    kept = headed or [column for column in columns if any(map(_is_plain_ccn, column))]
    if not kept:
        return ((number, _of_line("\t".join(row))) for number, row in numbered)
    cells = list(zip(numbers, zip(*kept, strict=True), strict=True))
    if len(cells) > 1 and all(map(_is_words, cells[0][1])):
        del cells[0]
    return ((number, _of_cells(row)) for number, row in cells)


def _of_cells(cells: Iterable[str]) -> list[str]:
    return [entry for cell in cells if cell.strip() for entry in _of_line(cell)]


def _of_line(line: str) -> list[str]:
    line = _unquoted(line)
    if _ONE_NUMBER.fullmatch(line):
        return [line]
    pieces = [piece for cell in _BETWEEN.split(line) for piece in _pieces(cell)]
    known = [piece for piece in pieces if reads_as_ccn(piece)]
    words = [piece for piece in pieces if _is_words(piece)]
    if not words:
        return pieces
    if known:
        return known
    if _is_heading(line):
        return []
    # A damaged CCN with its name behind it, or a name alone.
    return [line] if _is_words(pieces[0]) else pieces[:1]


def _pieces(cell: str) -> list[str]:
    """ "CCN 01-5009" and "01 5009" are one; "015009 015010" are two."""
    cell = _unquoted(cell)
    parts = [part for part in map(_unquoted, cell.split()) if any(map(str.isalnum, part))]
    if len(parts) > 1 and reads_as_ccn(cell) and not all(map(reads_as_ccn, parts)):
        return [cell]
    return parts


def _is_plain_ccn(cell: str) -> bool:
    """Without the suffix of an enrollment: a ZIP code of nine digits reads like one with it."""
    readings = [ccns.read(entry) for entry in _of_line(cell) if len(entry) >= _SHORTEST_CCN]
    plain = [each for each in readings if isinstance(each, ccns.Reading)]
    return any(not each.enrollment_suffix for each in plain) or bool(ccns.provisional_id(cell))


def _is_words(piece: str) -> bool:
    return not any(map(str.isdecimal, piece)) and not piece.startswith("#")


def _is_heading(cell: str) -> bool:
    return "".join(cell.lower().split()).strip("\"'#:.") in _HEADINGS


def _unquoted(text: str) -> str:
    """A spreadsheet writes '015009 or ="015009" for text that it must leave alone."""
    return text.strip().strip("=\"'").strip()
