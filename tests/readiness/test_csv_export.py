from __future__ import annotations

import csv
from io import StringIO

import pytest

from accounts.csv_export import AsText, Cell, csv_response, lines, safe


@pytest.mark.parametrize("text", ["015009", "44E233", "45A001", "05T123", "PTX00012", "00501"])
def test_a_ccn_stays_text_for_a_spreadsheet(text: str) -> None:
    assert safe(AsText(text)) == f'="{text}"'


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+1", "-2", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1", "＝1+1", '=HYPERLINK("x")'],
)
@pytest.mark.parametrize("kind", [str, AsText])
def test_what_would_run_is_text(text: str, kind: type[str]) -> None:
    assert safe(kind(text)) == "'" + text


@pytest.mark.parametrize("cell", ["Mobile, AL", "St. Mary's", "a=b", "", 0, 12, None])
def test_everything_else_is_as_it_was(cell: Cell) -> None:
    assert safe(cell) == cell


def test_the_file_reads_back() -> None:
    wanted: list[list[Cell]] = [[AsText("015009"), 'A "B", C', n] for n in range(450)]
    pieces = list(lines(["CCN", "Name", "PSOs"], wanted))
    assert len(pieces) == 4, "sent in pieces"
    text = "".join(pieces)
    assert text.startswith("\ufeff")
    header, *rows = csv.reader(StringIO(text[1:]))
    assert header == ["CCN", "Name", "PSOs"]
    assert rows == [['="015009"', 'A "B", C', str(n)] for n in range(450)]


def test_it_is_a_download() -> None:
    response = csv_response("ccns.csv", ["CCN"], [])
    assert response["Content-Disposition"] == 'attachment; filename="ccns.csv"'
    assert b"".join(response).decode("utf-8-sig") == '"CCN"\r\n'
