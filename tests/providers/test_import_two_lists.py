"""SNF_Enrollments and NH_ProviderInfo feed one provider, in whichever order they come."""

from __future__ import annotations

import csv
from collections import Counter
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from providers.models import Chain, Kind, Provider
from providers.roster.importing import Outcome, import_file
from tests.providers.builders import (
    enrollment,
    nursing_home,
    take_in,
    take_in_nursing_homes,
    write,
)

pytestmark = pytest.mark.django_db


def roster() -> list[dict[str, Any]]:
    fields = [
        field.name
        for field in Provider._meta.get_fields()
        if field.concrete and field.name not in {"id", "chain", "search_text"}
    ]
    rows = list(Provider.objects.order_by("ccn").values(*fields, "chain__name"))
    return [row | {"listed_in": sorted(row["listed_in"])} for row in rows]


def all_unchanged(outcome: Outcome) -> bool:
    return (outcome.created, outcome.updated, outcome.closed) == (0, 0, 0)


def test_who_says_what(tmp_path: Path) -> None:
    take_in(
        tmp_path,
        enrollment("015009", DOING_BUSINESS_AS_NAME="BURNS CARE", ZIP_CODE="366011234"),
        enrollment(
            "015010",
            NURSING_HOME_PROVIDER_NAME="",
            DOING_BUSINESS_AS_NAME="",
            ADDRESS_LINE_1="",
            CITY="",
            ZIP_CODE="",
        ),
    )
    outcome = take_in_nursing_homes(
        tmp_path,
        nursing_home("015009", Provider_Name="Burns", **{"Chain_Name": "BURNS GROUP"}),
        nursing_home("015010", **{"City/Town": "Selma"}),
    )
    assert (outcome.updated, outcome.created) == (2, 0)
    both, blank = Provider.objects.order_by("ccn")
    assert (both.name, both.doing_business_as) == ("SUNRISE MANOR 015009", "BURNS CARE")
    assert (both.zip_code, both.phone) == ("366011234", "(251) 555-0142")
    assert both.chain == Chain.objects.get(name="BURNS GROUP")
    assert (blank.name, blank.address_line_1) == ("Sunrise Manor 015010", "1 Main St")
    assert (blank.city, blank.zip_code) == ("Selma", "36601")
    first = outcome.differences[0]
    assert first.before == {"phone": "", "chain": "", "listed_in": "SNF_Enrollments"}
    assert first.after == {
        "phone": "(251) 555-0142",
        "chain": "BURNS GROUP",
        "listed_in": "NH_ProviderInfo, SNF_Enrollments",
    }


def test_a_home_of_medicaid_alone(tmp_path: Path) -> None:
    take_in_nursing_homes(
        tmp_path,
        nursing_home("01A193", Provider_Address="", **{"City/Town": "", "ZIP_Code": ""}),
        nursing_home("02E001", State="AK", Telephone_Number="000"),
        nursing_home("01F002", **{"Chain_Name": "Noland"}),
    )
    assert set(Provider.objects.values_list("kind", flat=True)) == {str(Kind.NF.value)}
    assert Provider.objects.get(ccn="02E001").phone == ""
    assert str(Provider.objects.get(ccn="01F002").chain) == "Noland"


def test_a_ccn_twice_in_one_list(tmp_path: Path) -> None:
    outcome = take_in_nursing_homes(tmp_path, nursing_home("015009"), nursing_home("015009"))
    assert (outcome.created, outcome.rejected) == (1, 1)
    assert outcome.rejections[0].reason == "Row 2 has the same CCN."


def test_leaving_a_chain_that_only_one_list_knew(tmp_path: Path) -> None:
    row = enrollment("015009")
    take_in(tmp_path, row)
    take_in_nursing_homes(tmp_path, nursing_home("015009", Chain_Name="BURNS GROUP"))
    assert all_unchanged(take_in(tmp_path, row))
    outcome = take_in_nursing_homes(tmp_path, nursing_home("015009"))
    assert outcome.differences[0].before == {"chain": "BURNS GROUP"}
    assert Provider.objects.get().chain is None


def test_one_that_leaves_the_leading_list_is_described_by_the_other(tmp_path: Path) -> None:
    take_in(tmp_path, enrollment("015009"), enrollment("015010"))
    take_in_nursing_homes(tmp_path, nursing_home("015009"), nursing_home("015010"))
    outcome = take_in(tmp_path, enrollment("015010", ENROLLMENT_ID="O1"))
    assert outcome.closed == 0
    take_in_nursing_homes(tmp_path, nursing_home("015009"), nursing_home("015010"))
    assert Provider.objects.get(ccn="015009").name == "Sunrise Manor 015009"
    assert Provider.objects.get(ccn="015010").name == "SUNRISE MANOR 015010"
    assert take_in_nursing_homes(tmp_path, nursing_home("015010")).closed == 1


def test_a_chain_is_one_however_it_is_written(tmp_path: Path) -> None:
    rows = [
        enrollment(f"01500{number}", ENROLLMENT_ID=f"O{number}", AFFILIATION_ENTITY_NAME="")
        for number in range(3)
    ]

    def with_chain(name: str, number: str) -> list[list[str]]:
        chain, cms_id = len(rows[0]) - 7, len(rows[0]) - 6
        return [[*row[:chain], name, number, *row[cms_id + 1 :]] for row in rows]

    take_in(tmp_path, *with_chain("GENESIS HEALTHCARE", "7"))
    again = take_in(tmp_path, *with_chain("Genesis Health-Care", "8"))
    assert again.unchanged == 3
    assert (Chain.objects.get().name, Chain.objects.get().cms_id) == ("Genesis Health-Care", "8")
    homes = [nursing_home(f"01500{number}", Chain_Name="GENESIS") for number in range(3)]
    take_in_nursing_homes(tmp_path, *homes)
    assert Provider.objects.filter(chain__name="Genesis Health-Care").count() == 3


def test_a_provider_without_a_ccn_of_its_own_is_no_concern_of_a_list(tmp_path: Path) -> None:
    take_in(tmp_path, enrollment("015009"))
    Provider.objects.create(
        ccn="PAL00001", provisional_id="PAL00001", kind=Kind.SNF.value, name="NEW", state="AL"
    )
    assert all_unchanged(take_in(tmp_path, enrollment("015009", ENROLLMENT_ID="O1"))) is False
    assert take_in(tmp_path, enrollment("015010")).closed == 1
    assert Provider.objects.get(ccn="PAL00001").is_open


def test_changed_by_hand_is_compared_all_the_same(tmp_path: Path) -> None:
    row = enrollment("015009")
    take_in(tmp_path, row)
    Provider.objects.update(name="BY HAND", city="ELSEWHERE")
    assert take_in(tmp_path, row).updated == 1
    assert Provider.objects.get().city == "MOBILE"


REAL = ("SNF_Enrollments_2026.07.31.csv", "NH_ProviderInfo_rebuilt_identity_2026.csv")


def some_of(path: Path, folder: Path) -> Path:
    """The rows of the real file whose CCN ends in 3, and that without an address."""
    with path.open(encoding="cp1252", newline="") as file:
        header, *rows = csv.reader(file)
    at = next(place for place, name in enumerate(header) if "CCN" in name)
    few = [row for row in rows if row[at][:6].endswith("3") or row[at] == "225201"]
    return write(folder, *few, name=path.name, header=header)


def test_the_real_lists_in_either_order(cms_data: Path, tmp_path: Path) -> None:
    paths = [some_of(cms_data / "cms" / name, tmp_path) for name in REAL]
    found = []
    for order in permutations(paths):
        with transaction.atomic():
            for path in order:
                import_file(path)
            found.append(roster())
            assert [all_unchanged(import_file(path)) for path in order] == [True, True]
            transaction.set_rollback(True)
    assert found[0] == found[1]
    assert len(found[0]) > 1400
    assert Counter(tuple(each["left_blank"]) for each in found[0])[("chain_name",)] > 300
