"""A pasted list: whatever stands between the CCNs, each becomes an entry, and nothing is lost."""

from __future__ import annotations

import pytest

from access_requests.groups import reading

TWO = ["015009", "015010"]


def entries_of(text: str) -> list[str]:
    return reading.entries_of(text, 500)


@pytest.mark.parametrize(
    "text",
    [
        "015009\n015010",
        "015009, 015010",
        "015009;015010;",
        "015009 015010",
        "015009\t015010",
        "015009\r\n\r\n015010\r\n",
        "CCN\n015009\n015010",
        '\'015009\n="015010"',
        "015009 | 015010",
        "015009, Burns Nursing Home, Russellville AL\n015010, Coosa Valley, Sylacauga AL",
        "015009 Burns Nursing Home (256) 332-4110\n015010 Coosa Valley 35150",
        "015009\n015010\n015009",
    ],
)
def test_any_separator(text: str) -> None:
    assert entries_of(text) == TWO


def test_rows_of_a_spreadsheet_give_the_column_of_the_ccns() -> None:
    rows = [
        "Facility\tZIP\tCCN\tPhone",
        "Burns Nursing Home\t35653-1358\t015009\t2563324110",
        "Coosa Valley\t351502431\t15010\t2562494000",
        "Highlands\t35768\t4.40E+233\t",
    ]
    assert entries_of("\n".join(rows)) == ["015009", "15010", "4.40E+233"]


def test_without_a_heading_columns_that_hold_no_ccn_are_left_out() -> None:
    assert entries_of("Burns\t35653-1358\t015009\nCoosa\t35150-2431\t015010") == TWO


@pytest.mark.parametrize(
    ("text", "entry"),
    [
        ("01-5009", "01-5009"),
        ("CCN 01 5009", "CCN 01 5009"),
        ("15,009", "15,009"),
        ("4.40E+233", "4.40E+233"),
        ("4.40E+233, Sunrise Home", "4.40E+233"),
        ("#REF!", "#REF!"),
        ("15009", "15009"),
        ("Sunrise Home of Mobile", "Sunrise Home of Mobile"),
        ("PTX00012", "PTX00012"),
        ("245381B", "245381B"),
    ],
)
def test_one_value_stays_one_entry(text: str, entry: str) -> None:
    """Damaged ones too: each gets its own answer."""
    assert entries_of(text) == [entry]
    assert entries_of(f"015009\n{text}\n015010") == ["015009", entry, "015010"]


def test_the_largest_chain_with_names_beside() -> None:
    rows = [f"01{5000 + n},SUNRISE HOME {n},MOBILE,AL" for n in range(340)]
    assert entries_of("\n".join(rows)) == [f"01{5000 + n}" for n in range(340)]


def test_empty_cells_at_the_end_of_rows_are_no_columns() -> None:
    rows = ["CCN" + "\t" * 1000, "015009" + "\t " * 1000, "015010"]
    assert entries_of("\n".join(rows)) == TWO


@pytest.mark.parametrize(
    "text",
    [
        # A row of 200 columns, and many rows that would be filled up to it.
        "\t" * 200 + "015009\n" + "015010\n" * 100,
        "\t" * 90 + "015009\n" + "015010\n" * 300,
    ],
)
def test_rows_that_would_make_too_many_cells_are_not_read(text: str) -> None:
    with pytest.raises(reading.TooManyCells):
        entries_of(text)


def test_reading_stops_where_there_are_too_many() -> None:
    lines = [f"01{5000 + n}" for n in range(900)]
    assert reading.entries_of("\n".join(lines), 500) == lines[:501]


def test_what_no_keyboard_writes_is_a_space() -> None:
    assert entries_of("01\x005009\n015010\x7f") == ["01 5009", "015010"]
