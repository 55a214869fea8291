"""From a file to its rows and cells, whatever a spreadsheet or a mail gateway did to it."""

from __future__ import annotations

import csv
import gzip
import hashlib
import lzma
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from django.utils.translation import gettext as _

from providers.roster.layouts import Unusable

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
    content = _unpacked(raw, Path(name).suffix).removeprefix(_BYTE_ORDER_MARK)
    if not content.strip():
        raise Unusable(_("It is empty."))
    if content.startswith(b"PK\x03\x04"):
        raise Unusable(_("It is a spreadsheet workbook or a zip. Save it as CSV first."))
    if b"\r" in content:
        content = content.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    lines = content.split(b"\n")
    is_clean = len(content.translate(None, _CONTROLS)) == len(content)
    header = _cells(_decoded(lines[0], is_clean) or "")
    if header is None or b"\x00" in content[:4096]:
        raise Unusable(_("It is not a CSV file in UTF-8 or Windows-1252."))
    texts = [_decoded(line, is_clean) for line in lines[1:]]
    rows = _rows(texts)
    numbers = list(range(2, len(rows) + 2))
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


def _bytes(path: Path) -> bytes:
    try:
        if not path.is_file():
            problem = _("It is not a file.") if path.exists() else _("There is no such file.")
            raise Unusable(problem)
        return path.read_bytes()
    except OSError as error:
        raise Unusable(_("It cannot be read: %(why)s.") % {"why": error.strerror}) from error


def _unpacked(raw: bytes, suffix: str) -> bytes:
    try:
        match suffix.lower():
            case ".xz":
                return lzma.decompress(raw)
            case ".gz":
                return gzip.decompress(raw)
    except (OSError, EOFError, lzma.LZMAError, zlib.error) as error:
        raise Unusable(_("It is damaged: it cannot be unpacked.")) from error
    return raw


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
