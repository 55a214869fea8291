"""Lists as files for a spreadsheet: nothing in them is run, and a CCN stays the text it is."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO
from itertools import chain, islice

from django.http import StreamingHttpResponse
from django.utils.http import content_disposition_header

Cell = str | int | None

_ROWS_A_CHUNK = 200
# What a spreadsheet takes for the beginning of a formula; the wide forms too.
_BEGINS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_KEPT = re.compile(r"[A-Za-z0-9]{1,40}")


class AsText(str):
    """Digits and letters which a spreadsheet would otherwise take for a number: a CCN, a ZIP code.

    They are written as ="015009", which a spreadsheet shows, compares and saves as the text
    015009. With an apostrophe or a tab in front, the mark would become part of the CCN.
    """

    __slots__ = ()


def csv_response(
    file_name: str, header: Sequence[str], rows: Iterable[Sequence[Cell]]
) -> StreamingHttpResponse:
    """A download in UTF-8 with a byte order mark, sent while the rows are being read."""
    response = StreamingHttpResponse(lines(header, rows), content_type="text/csv; charset=utf-8")
    disposition = content_disposition_header(as_attachment=True, filename=file_name)
    response["Content-Disposition"] = disposition or "attachment"
    return response


def lines(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[str]:
    """The file in pieces of a few hundred rows."""
    yield "\ufeff"
    every: Iterator[Sequence[Cell]] = chain([header], rows)
    while several := list(islice(every, _ROWS_A_CHUNK)):
        text = StringIO()
        # Every text in quotes: where the separator is a semicolon, a comma must not end a cell.
        writer = csv.writer(text, quoting=csv.QUOTE_NONNUMERIC)
        writer.writerows([safe(cell) for cell in row] for row in several)
        yield text.getvalue()


def safe(cell: Cell) -> Cell:
    """As it can stand in a file that a spreadsheet opens."""
    if not isinstance(cell, str):
        return cell
    if isinstance(cell, AsText) and _KEPT.fullmatch(cell):
        return f'="{cell}"'
    looks_run = cell.startswith(_BEGINS_FORMULA) or cell.lstrip().startswith(_BEGINS_FORMULA)
    return f"'{cell}" if looks_run else str(cell)
