"""Files are told apart by their header; what is no list of providers is refused in one line."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from providers.models import Kind, Provider
from providers.roster.importing import import_file
from providers.roster.layouts import (
    HH_PROVIDER,
    NH_PROVIDER_INFO,
    SNF_ENROLLMENTS,
    Unusable,
    recognise,
)
from tests.providers.builders import HEADER, NURSING_HOME_HEADER, write

TABLE = Path(__file__).resolve().parents[2] / "docs" / "rosters.md"
ROW = re.compile(r"^\| (?P<name>[^|]+) \| (?P<answer>[^|]+) \|", re.MULTILINE)
REFUSED = [
    ("CMS Certification Number (CCN),HHCAHPS Survey Summary Star Rating", "HHCAHPS survey file"),
    ("Facility ID,Facility Name,Address,City/Town,State,Hospital Type", "acute care hospitals"),
    (
        "Chain,Chain ID,Number of facilities,"
        "Number of states and territories with operations,Average overall 5-star rating",
        "nursing home chains",
    ),
    ("ENROLLMENT ID,ASSOCIATE ID,ORGANIZATION NAME,ASSOCIATE ID - OWNER", "file of owners"),
    ("ENROLLMENT ID,ASSOCIATE ID,CCN,STATE,PRACTICE LOCATION TYPE", "HHA_Enrollments"),
    ("ENROLLMENT ID,ASSOCIATE ID,CCN,STATE", "Hospice_Enrollments"),
    ("name,colour", "not one of a CMS list"),
    ("", "not one of a CMS list"),
]
GENERAL = (
    "CMS Certification Number (CCN),Facility Name,Address Line 1,Address Line 2,City,State,"
    "Zip Code,County Name,PhoneNumber,CMS Region,Ownership Type,Certification Date"
).split(",")


def test_snf_enrollments() -> None:
    recognised = recognise(HEADER)
    assert recognised.layouts == (SNF_ENROLLMENTS,)
    assert recognised.places["state"] == [HEADER.index("STATE")]
    assert recognised.places["ccn"] == [HEADER.index("CCN")]


@pytest.mark.parametrize(("header", "reason"), REFUSED)
def test_refused(header: str, reason: str) -> None:
    with pytest.raises(Unusable, match=reason):
        recognise(header.split(","))


@pytest.mark.parametrize(
    ("header", "column", "title"),
    [
        (HEADER, "STATE", "SNF_Enrollments"),
        (NURSING_HOME_HEADER, "Telephone Number", "NH_ProviderInfo"),
    ],
)
def test_a_missing_column_is_named(header: list[str], column: str, title: str) -> None:
    with pytest.raises(Unusable, match=f"like {title}, but has no column {column.upper()}"):
        recognise([name for name in header if name != column])


def test_every_header_of_cms(cms_data: Path) -> None:
    expected = {"SNF_Enrollments": SNF_ENROLLMENTS, "NH_Provider": NH_PROVIDER_INFO}
    expected["HH_Provider"] = HH_PROVIDER
    for path in sorted((cms_data / "headers").glob("*.csv")):
        header = next(csv.reader([path.read_text().strip()]))
        layout = next((expected[name] for name in expected if path.name.startswith(name)), None)
        if layout:
            assert recognise(header).layouts == (layout,), path.name
        elif "General" in path.name:
            assert len(recognise(header).layouts) == 3, path.name
        else:
            with pytest.raises(Unusable) as refused:
                recognise(header)
            assert "not one of a CMS list" not in str(refused.value), path.name


def test_the_table_says_what_the_code_answers(cms_data: Path) -> None:
    """docs/rosters.md, made by scripts/measure_layouts.py, which also counts the rows."""
    found = {each["name"]: each["answer"] for each in ROW.finditer(TABLE.read_text("utf-8"))}
    for path in cms_data.glob("headers/*.csv"):
        assert found[path.name.removesuffix(".header.csv")] == answer_of(path), path.name
    for path in cms_data.glob("cms/*.csv"):
        answer = answer_of(path)
        if answer.startswith("refused"):
            assert found[path.name] == "refused", path.name
        else:
            assert found[path.name] in answer.split(" or "), path.name


def answer_of(path: Path) -> str:
    with path.open(encoding="cp1252", newline="") as file:
        header = next(csv.reader(file))
    try:
        return " or ".join(layout.title for layout in recognise(header).layouts)
    except Unusable as refused:
        return f"refused: {refused}"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("code", "ccns", "kind"),
    [
        ("hospice_general_information", ("011500", "011501", "013025"), Kind.HOSPICE),
        ("irf_general_information", ("013025", "01T001", "012006"), Kind.IRF_UNIT),
        ("ltch_general_information", ("012006", "012008", "013025"), Kind.LTCH),
    ],
)
def test_one_header_three_lists(
    tmp_path: Path, code: str, ccns: tuple[str, ...], kind: Kind
) -> None:
    rows = [[ccn, f"HOME {ccn}", "", "", "", "AL", *[""] * 6] for ccn in ccns]
    outcome = import_file(write(tmp_path, *rows, header=GENERAL))
    assert (outcome.layout, outcome.created, outcome.rejected) == (code, 2, 1)
    assert "does not belong in a" in outcome.rejections[0].reason
    assert Provider.objects.filter(kind=kind.value, listed_in=[code]).exists()


@pytest.mark.django_db
def test_one_of_these_lists_closes_nobody_of_another(tmp_path: Path) -> None:
    for ccns in (("012006", "012008"), ("013025", "013028"), ("013025",)):
        rows = [[ccn, f"HOME {ccn}", "", "", "", "AL", *[""] * 6] for ccn in ccns]
        outcome = import_file(write(tmp_path, *rows, header=GENERAL), allow_mass_close=True)
    assert outcome.closed == 1
    assert Provider.objects.open().count() == 3
