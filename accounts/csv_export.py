"""Lists for spreadsheets: text stays text, and nothing in a cell is ever run as a formula.

A spreadsheet opens 015009 as the number 15009 and 01E009 as a thousand million; written as
="015009" it keeps what CMS wrote. What people typed can begin like a formula: it gets an
apostrophe before it. Numbers given as numbers stay numbers.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from django.http import StreamingHttpResponse

_LOOKS_LIKE_A_NUMBER: Final = re.compile(r"[0-9]+([.,][0-9]+)?([eE][+-]?[0-9]+)?", re.ASCII)
_FORMULA_BEGINS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_BYTE_ORDER_MARK: Final = "\ufeff"
_LINES_AT_ONCE: Final = 500

Cell = object


class _Echo:
    """What csv.writer writes to: each line comes back from writerow()."""

    def write(self, text: str) -> str:
        return text


def cell(value: Cell) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        return str(value)
    if _LOOKS_LIKE_A_NUMBER.fullmatch(value):
        return f'="{value}"'
    return f"'{value}" if value.startswith(_FORMULA_BEGINS) else value


def lines(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield _BYTE_ORDER_MARK + writer.writerow([cell(each) for each in header])
    batch: list[str] = []
    for row in rows:
        batch.append(writer.writerow([cell(each) for each in row]))
        if len(batch) == _LINES_AT_ONCE:
            yield "".join(batch)
            batch.clear()
    yield "".join(batch)


def csv_response(
    file_name: str, header: Sequence[str], rows: Iterable[Sequence[Cell]]
) -> StreamingHttpResponse:
    """A download. `file_name` is one of ours: letters, digits, hyphens, dots."""
    response = StreamingHttpResponse(lines(header, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{file_name}"'
    return response
