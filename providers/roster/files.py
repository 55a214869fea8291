"""From a file to its rows and cells, whatever a spreadsheet or a mail gateway did to it."""

from __future__ import annotations

import csv
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from django.utils.translation import gettext as _

from providers.roster import unpacking
from providers.roster.layouts import Unusable

# The longest list of CMS's has 16,000 lines of 100 cells.
MOST_LINES: Final = 200_000
MOST_CELLS: Final = 5_000_000
# The longest header has 6,000 characters.
_FIRST_LINE: Final = re.compile(rb"[^\r\n]{0,65535}(?![^\r\n])")
_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
# What no line of text holds; a tab or a line end does no harm.
_CONTROLS: Final = bytes(number for number in range(32) if number not in b"\t\n\r")


@dataclass(frozen=True, slots=True)
class RosterFile:
    """rows: by the line's number as a spreadsheet counts, the header being 1. No blank ones."""

    name: str
    sha256: str
    header: list[str]
    numbers: list[int]
    # None where a line's characters cannot be read.
    rows: list[list[str] | None]


def read(path: Path) -> RosterFile:
    """Raises Unusable when there is nothing in the file that could be a table."""
    return from_bytes(path.name, _bytes(path))


def from_bytes(name: str, raw: bytes) -> RosterFile:
    """The same for what was uploaded under this name."""
    content = _content(name, raw)
    if b"\r" in content:
        content = content.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    header = _header(content)
    lines = content.split(b"\n")[1:]
    is_clean = len(content.translate(None, _CONTROLS)) == len(content)
    rows = _rows([_decoded(line, is_clean) for line in lines if line])
    numbers = [number for number, line in enumerate(lines, 2) if line]
    # Of most rows one look at the first cell says that they are not blank.
    blank = {
        at
        for at, cells in enumerate(rows)
        if cells is not None and not (cells and cells[0].strip()) and _is_blank(cells)
    }
    if blank:
        numbers = [number for at, number in enumerate(numbers) if at not in blank]
        rows = [cells for at, cells in enumerate(rows) if at not in blank]
    return RosterFile(name, hashlib.sha256(raw).hexdigest(), header, numbers, rows)


def header_of(name: str, raw: bytes) -> list[str]:
    """Only the first line is taken apart: a request has no time and no room for the others."""
    return _header(_content(name, raw))


def _content(name: str, raw: bytes) -> bytes:
    """Unpacked. A file of nothing but line ends takes two hundred times its size when split, so
    lines and cells are counted first."""
    content = unpacking.unpacked(name, raw).removeprefix(_BYTE_ORDER_MARK)
    if not content or content.isspace():
        raise Unusable(_("It is empty."))
    if content.startswith(b"PK\x03\x04"):
        raise Unusable(_("It is a spreadsheet workbook or a zip. Save it as CSV first."))
    if _number_of_lines(content) > MOST_LINES:
        raise Unusable(
            _(
                "It has more than %(n)s lines: no list of CMS’s is so long. If most of them are "
                "blank, delete these."
            )
            % {"n": f"{MOST_LINES:,}"}
        )
    if content.count(b",") > MOST_CELLS:
        raise Unusable(
            _("It has more than %(n)s cells: no list of CMS’s has so many.")
            % {"n": f"{MOST_CELLS:,}"}
        )
    return content


def _number_of_lines(content: bytes) -> int:
    ends = content.count(b"\n")
    if b"\r" in content:
        ends += content.count(b"\r") - content.count(b"\r\n")
    return ends + (not content.endswith((b"\n", b"\r")))


def _header(content: bytes) -> list[str]:
    line = _FIRST_LINE.match(content)
    header = _cells(_decoded(line[0], is_clean=False) or "") if line else None
    if header is None or b"\x00" in content[:4096]:
        raise Unusable(_("It is not a CSV file in UTF-8 or Windows-1252."))
    return header


def _bytes(path: Path) -> bytes:
    try:
        if not path.is_file():
            problem = _("It is not a file.") if path.exists() else _("There is no such file.")
            raise Unusable(problem)
        if path.stat().st_size > unpacking.MOST_BYTES:
            unpacking.refuse_large()
        return path.read_bytes()
    except OSError as error:
        raise Unusable(_("It cannot be read: %(why)s.") % {"why": error.strerror}) from error


def _decoded(line: bytes, is_clean: bool) -> str | None:
    """CMS writes Windows-1252; whoever saved the file again wrote UTF-8."""
    if not is_clean and len(line.translate(None, _CONTROLS)) != len(line):
        return None
    try:
        return line.decode()
    except UnicodeDecodeError:
        pass
    try:
        return line.decode("cp1252")
    except UnicodeDecodeError:
        return None


def _rows(texts: list[str | None]) -> list[list[str] | None]:
    """One row a line, as CMS writes.

    Lines without quotation marks need no more than their commas. One reader for all the others is
    several times quicker than one for each; but a quotation mark left open then swallows the lines
    after it, which shows in the number of rows. So that it spoils its own row and no other, each
    line is then read by itself.
    """
    rows = [text.split(",") if text is not None and '"' not in text else None for text in texts]
    quoted = [at for at, text in enumerate(texts) if text is not None and '"' in text]
    try:
        read = list(csv.reader([texts[at] or "" for at in quoted]))
    except csv.Error:
        read = []
    if len(read) == len(quoted):
        for at, cells in zip(quoted, read, strict=True):
            rows[at] = cells
    else:
        for at in quoted:
            rows[at] = _cells(texts[at] or "")
    return rows


def _cells(text: str) -> list[str] | None:
    try:
        return next(csv.reader((text,)), [])
    except csv.Error:
        return None


def _is_blank(cells: list[str]) -> bool:
    return not any(cells) or all(cell.isspace() for cell in cells if cell)
