"""What spreadsheets and gateways do to a file is caught row by row."""

from __future__ import annotations

from pathlib import Path

import pytest

from providers.models import Provider
from providers.roster.importing import Outcome, import_file
from tests.providers.builders import HEADER, enrollment, take_in, text_of, write

pytestmark = pytest.mark.django_db

CCN, STATE = HEADER.index("CCN"), HEADER.index("STATE")


def take_in_bytes(folder: Path, content: bytes) -> Outcome:
    path = folder / "damaged.csv"
    path.write_bytes(content)
    return import_file(path)


def the_rejection(outcome: Outcome) -> str:
    [rejection] = outcome.rejections
    assert outcome.rows == outcome.created + outcome.unchanged + outcome.merged + 1
    return rejection.reason


GOOD = enrollment("015010")


def test_a_lost_zero_is_offered_back_when_the_state_agrees(tmp_path: Path) -> None:
    outcome = import_file(write(tmp_path, GOOD, enrollment("15009")))
    assert "likely 015009, whose state is AL" in the_rejection(outcome)
    assert (outcome.rejections[0].row, outcome.rejections[0].ccn) == (3, "15009")
    assert not Provider.objects.filter(ccn="015009").exists()


def test_and_not_when_it_does_not(tmp_path: Path) -> None:
    row = enrollment("15009", STATE="TX", ENROLLMENT_STATE="TX")
    assert "015009" not in the_rejection(import_file(write(tmp_path, GOOD, row)))


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (enrollment("4.40E+233", STATE="TN"), "a spreadsheet may have damaged it"),
        (enrollment("1.23E+05"), "what it was is lost"),
        (enrollment("985009"), "No state has the code 98"),
        (enrollment("271812"), "a federally qualified health center number"),
        (enrollment("017009"), "does not belong in a SNF_Enrollments file"),
        (enrollment(""), "Enter a CCN"),
        (enrollment("015009")[:-1], "22 cells, and the header has 23"),
        ([*enrollment("015009"), "more"], "24 cells, and the header has 23"),
        (enrollment("015009", STATE="ALABAMA"), "ALABAMA is not a state"),
        (enrollment("015009", ENROLLMENT_ID=""), "no enrollment ID"),
        (enrollment("015009", CITY="M" * 101), "too long"),
        (
            enrollment("015009", NURSING_HOME_PROVIDER_NAME="", ORGANIZATION_NAME=""),
            "has no name",
        ),
    ],
)
def test_a_row_that_cannot_be_used(tmp_path: Path, row: list[str], reason: str) -> None:
    assert reason in the_rejection(import_file(write(tmp_path, GOOD, row)))


def test_the_same_enrollment_twice(tmp_path: Path) -> None:
    row = enrollment("015009", ENROLLMENT_ID="O20200101009999")
    outcome = import_file(write(tmp_path, row, GOOD, row))
    assert the_rejection(outcome) == "Row 2 has the same enrollment ID."
    assert outcome.created == 2


def test_another_enrollment_of_the_same_ccn_is_merged(tmp_path: Path) -> None:
    outcome = import_file(write(tmp_path, enrollment("015009"), enrollment("015009")))
    assert (outcome.created, outcome.merged, outcome.rejected) == (1, 1, 0)


@pytest.mark.parametrize(
    "change",
    [
        lambda text: b"\xef\xbb\xbf" + text.encode(),
        lambda text: text.replace("\n", "\r\n").encode(),
        lambda text: text.replace("\n", "\r").encode(),
        lambda text: (text + "\n\n").encode(),
        lambda text: (text + "," * 22 + "\n").encode(),
        lambda text: (text + " , ," + "," * 20 + "\n").encode(),
        lambda text: "\n".join(line + "," * 80 for line in text.splitlines()).encode(),
        lambda text: (
            text.replace("\n", "," * 80 + "\n", 1)
            .replace("36601\n", "36601" + "," * 80 + "\n")
            .encode()
        ),
        lambda text: text.replace("36601\n", "36601,,\n").encode(),
        lambda text: text.replace("015010,", "  015010  ,").encode(),
        lambda text: text.replace("CITY", " City  ").encode(),
        lambda text: text.lower().encode().replace(b"o2", b"O2"),
    ],
)
def test_harmless_damage(tmp_path: Path, change: object) -> None:
    assert callable(change)
    outcome = take_in_bytes(tmp_path, change(text_of(GOOD)))
    assert (outcome.rows, outcome.created, outcome.rejected) == (1, 1, 0)
    provider = Provider.objects.get()
    assert (provider.ccn, provider.city.upper(), provider.state) == ("015010", "MOBILE", "AL")


def test_a_header_that_stands_twice(tmp_path: Path) -> None:
    header = [*HEADER, "CCN"]
    same, other = [*enrollment("015009"), "015009"], [*enrollment("015010"), "015011"]
    outcome = import_file(write(tmp_path, same, other, header=header))
    assert outcome.created == 1
    assert "stands more than once" in the_rejection(outcome)


def test_windows_1252_and_utf_8(tmp_path: Path) -> None:
    row = enrollment("015009", NURSING_HOME_PROVIDER_NAME="PRUITTHEALTH – CARROLLTON")
    for encoding in ("cp1252", "utf-8"):
        take_in_bytes(tmp_path, text_of(row).encode(encoding))
        assert Provider.objects.get().name == "PRUITTHEALTH – CARROLLTON"


@pytest.mark.parametrize("junk", [b"\x00", b"\x07", b"\x81\x8d"])
def test_characters_that_cannot_be_read(tmp_path: Path, junk: bytes) -> None:
    rows = text_of(*[enrollment(f"01{number}") for number in range(5100, 5140)], GOOD).encode()
    outcome = take_in_bytes(tmp_path, rows[:-30] + junk + rows[-30:])
    assert "characters that cannot be read" in the_rejection(outcome)


def test_a_quotation_mark_left_open_spoils_only_its_row(tmp_path: Path) -> None:
    text = text_of(enrollment("015009"), GOOD, enrollment("015011"))
    outcome = take_in_bytes(tmp_path, text.replace("SUNRISE MANOR 015009", '"SUNRISE').encode())
    assert outcome.created == 2
    assert "cells" in the_rejection(outcome)


@pytest.mark.parametrize(
    "damaged",
    [
        enrollment("15009", ENROLLMENT_ID="O20200101000777"),
        enrollment("1.5E+04", ENROLLMENT_ID="O20200101000777"),
        enrollment("015009", ENROLLMENT_ID="O20200101000777")[:-2],
        enrollment("015009", STATE="NOWHERE"),
    ],
)
def test_a_damaged_row_closes_nobody(tmp_path: Path, damaged: list[str]) -> None:
    take_in(tmp_path, enrollment("015009", ENROLLMENT_ID="O20200101000777"), GOOD)
    outcome = take_in(tmp_path, damaged, GOOD)
    assert (outcome.rejected, outcome.closed) == (1, 0)
    assert Provider.objects.open().count() == 2


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("36601", "36601"),
        ("366011234", "366011234"),
        ("36601-1234", "366011234"),
        ("2134", "02134"),
        ("601", "00601"),
        ("21341234", "021341234"),
        ("N/A", ""),
        ("", ""),
    ],
)
def test_zip_codes(tmp_path: Path, typed: str, stored: str) -> None:
    take_in(tmp_path, enrollment("015009", ZIP_CODE=typed))
    assert Provider.objects.get().zip_code == stored
