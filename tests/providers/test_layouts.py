"""Files are told apart by their header; what is no list of providers is refused in one line."""

from __future__ import annotations

from pathlib import Path

import pytest

from providers.roster.layouts import SNF_ENROLLMENTS, Unusable, recognise
from tests.providers.builders import HEADER

REFUSED = [
    ("CMS Certification Number (CCN),HHCAHPS Survey Summary Star Rating", "HHCAHPS survey file"),
    ("Facility ID,Facility Name,Address,City/Town,State,Hospital Type", "acute care hospitals"),
    (
        "Chain,Chain ID,Number of facilities,"
        "Number of states and territories with operations,Average overall 5-star rating",
        "nursing home chains",
    ),
    ("ENROLLMENT ID,ASSOCIATE ID,ORGANIZATION NAME,ASSOCIATE ID - OWNER", "file of owners"),
    (
        "CMS Certification Number (CCN),Provider Name,Provider Address,Number of Certified Beds",
        "NH_ProviderInfo, which this version does not import yet",
    ),
    ("PROVNUM,PROVNAME,ADDRESS,CITY,STATE,ZIP,PHONE,BEDCERT", "NH_ProviderInfo"),
    ("State,CMS Certification Number (CCN),Offers Nursing Care Services", "HH_Provider"),
    ("name,colour", "not one of a CMS list"),
    ("", "not one of a CMS list"),
]


def test_snf_enrollments() -> None:
    layout, places = recognise(HEADER)
    assert layout is SNF_ENROLLMENTS
    assert places["state"] == [HEADER.index("STATE")]
    assert places["ccn"] == [HEADER.index("CCN")]


@pytest.mark.parametrize(("header", "reason"), REFUSED)
def test_refused(header: str, reason: str) -> None:
    with pytest.raises(Unusable, match=reason):
        recognise(header.split(","))


def test_a_missing_column_is_named() -> None:
    with pytest.raises(Unusable, match="looks like SNF_Enrollments, but has no column STATE"):
        recognise([column for column in HEADER if column != "STATE"])


def test_every_header_of_cms(cms_data: Path) -> None:
    for path in sorted((cms_data / "headers").glob("*.csv")):
        header = path.read_text().strip().replace('"', "").split(",")
        if path.name.startswith("SNF_Enrollments"):
            assert recognise(header)[0] is SNF_ENROLLMENTS
        else:
            with pytest.raises(Unusable) as refused:
                recognise(header)
            assert "not one of a CMS list" not in str(refused.value), path.name
