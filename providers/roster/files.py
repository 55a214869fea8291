"""From a file to its lines and cells, whatever a spreadsheet or a mail gateway did to it."""

from __future__ import annotations

import csv
import gzip
import hashlib
import lzma
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from providers.roster.layouts import Unusable

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class RosterFile:
    name: str
    sha256: str
    header: list[str]
    lines: list[bytes]

    def rows(self) -> Iterator[tuple[int, list[str] | None]]:
        """Line number as a spreadsheet counts (the header is 1) and cells; blank rows left out.

        None for a line whose characters cannot be read. Each line is read on its own: CMS writes
        one row a line, so that a quotation mark left open spoils its own row and no other.
        """
        for number, line in enumerate(self.lines, start=2):
            text = _decoded(line)
            cells = None if text is None else _cells(text)
            if cells is None or (any(cells) and not all(map(str.isspace, filter(None, cells)))):
                yield number, cells


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
    lines = content.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
    header = _cells(_decoded(lines[0]) or "")
    if header is None or b"\x00" in content[:4096]:
        raise Unusable(_("It is not a CSV file in UTF-8 or Windows-1252."))
    return RosterFile(name, hashlib.sha256(raw).hexdigest(), header, lines[1:])


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


def _decoded(line: bytes) -> str | None:
    """CMS writes Windows-1252; whoever saved the file again wrote UTF-8."""
    for encoding in ("utf-8", "cp1252"):
        try:
            text = line.decode(encoding)
        except UnicodeDecodeError:
            continue
        return None if _has_control_characters(text) else text
    return None


def _has_control_characters(text: str) -> bool:
    # isprintable is quick and true of nearly every line; a tab or non-breaking space does no harm.
    return not text.isprintable() and any(
        ord(character) < 32 and character != "\t" for character in text
    )


def _cells(text: str) -> list[str] | None:
    try:
        return next(csv.reader((text,)), [])
    except csv.Error:
        return None
