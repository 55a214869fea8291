"""The contract of import_providers, check_ccn and load_roster."""

from __future__ import annotations

import json
import lzma
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from pytest_django import DjangoAssertNumQueries

from providers.models import Provider, RosterImport
from tests import builders
from tests.providers.builders import enrollment, text_of, write

pytestmark = pytest.mark.django_db


def output_of(*args: Any, **options: Any) -> str:
    out = StringIO()
    call_command(*args, stdout=out, **options)
    return out.getvalue()


def test_import_as_json(tmp_path: Path) -> None:
    path = write(tmp_path, enrollment("015009"), enrollment("271812"))
    said = json.loads(output_of("import_providers", path, "--json"))
    assert said == {
        "layout": "snf_enrollments",
        "rows": 2,
        "created": 1,
        "updated": 0,
        "unchanged": 0,
        "merged": 0,
        "closed": 0,
        "rejected": 1,
        "rejections": [
            {
                "row": 3,
                "ccn": "271812",
                "reason": "271812 is a federally qualified health center number, and iQIES does "
                "not serve that kind.",
            }
        ],
    }


def test_import_for_people(tmp_path: Path) -> None:
    path = write(tmp_path, enrollment("015009"), *[enrollment("271812") for _ in range(25)])
    said = output_of("import_providers", path, "--dry-run").splitlines()
    assert said[0].startswith("Would be (dry run): snf_enrollments: 26 rows, 1 created")
    assert said[1].startswith("Row 3, CCN 271812: ")
    assert said[-1] == "And 5 more rejected rows: see --json."
    assert not Provider.objects.exists()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "It is empty."),
        (b" \r\n\r\n", "It is empty."),
        (b"\xef\xbb\xbf", "It is empty."),
        (b"PK\x03\x04rest", "workbook or a zip"),
        (b"\x7fELF\x02\x01\x00\x00\x00rest\nmore", "not a CSV file"),
        ("CCN,STATE\n".encode("utf-16"), "not a CSV file"),
        (b"name,colour\nrose,red\n", "not one of a CMS list"),
        (text_of().encode(), "no row that can be used"),
        (text_of(enrollment("nonsense")).encode(), "no row that can be used"),
        (b"a" * 200_000 + b"\n", "not a CSV file"),
    ],
)
def test_a_file_that_is_not_usable(tmp_path: Path, content: bytes, reason: str) -> None:
    path = tmp_path / "odd.csv"
    path.write_bytes(content)
    with pytest.raises(CommandError, match=reason) as refused:
        call_command("import_providers", path)
    assert refused.value.returncode == 2
    assert "\n" not in str(refused.value)
    assert not RosterImport.objects.exists()


@pytest.mark.parametrize(
    ("name", "reason"),
    [("nowhere.csv", "no such file"), (".", "not a file"), ("broken.csv.xz", "cannot be unpacked")],
)
def test_a_path_that_is_not_usable(tmp_path: Path, name: str, reason: str) -> None:
    (tmp_path / "broken.csv.xz").write_bytes(lzma.compress(b"x" * 1000)[:-20])
    with pytest.raises(CommandError, match=reason) as refused:
        call_command("import_providers", tmp_path / name)
    assert refused.value.returncode == 2


def test_cms_files_that_are_no_roster(cms_data: Path) -> None:
    for start in ("HHCAHPS", "Hospital_General", "Nursing_Home_Chain"):
        [path] = (cms_data / "cms").glob(f"{start}*.csv")
        with pytest.raises(CommandError, match="was not imported") as refused:
            call_command("import_providers", path)
        assert refused.value.returncode == 2
    assert not RosterImport.objects.exists()
    assert not Provider.objects.exists()


def test_check_ccn_as_json() -> None:
    builders.provider("015009", name="BURNS NURSING HOME")
    said = json.loads(output_of("check_ccn", "01-5009", "15009", "271812", "--json"))
    assert [each["answer"] for each in said] == ["ok", "unreadable", "not_served"]
    assert said[0] == {
        "typed": "01-5009",
        "ccn": "015009",
        "state": "AL",
        "kind": "snf",
        "answer": "ok",
        "message": "015009 is Burns Nursing Home, Mobile, AL.",
        "near_matches": [],
    }
    assert said[1]["near_matches"] == ["015009"]


def test_check_ccn_for_people(tmp_path: Path) -> None:
    path = tmp_path / "ccns.txt"
    path.write_text("\ufeff015009\n\n985009\n")
    lines = output_of("check_ccn", "271812", file=path).splitlines()
    assert [line.split("\t")[0] for line in lines] == ["271812", "015009", "985009"]
    assert "\tunknown_state\t" in lines[2]


def test_check_ccn_with_nothing_to_check(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="Give one or more CCNs"):
        call_command("check_ccn")
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("check_ccn", file=tmp_path / "nowhere.txt")


def test_check_ccn_of_thousands(
    cms_data: Path, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    call_command("load_roster", stdout=StringIO())
    with django_assert_max_num_queries(3):
        said = json.loads(
            output_of("check_ccn", "--json", file=cms_data / "ccn" / "real_ccn_sample.txt")
        )
    assert len(said) == 5453
    assert {each["answer"] for each in said} & {"unreadable", "unknown_state"} == set()
    assert sum(each["answer"] == "ok" for each in said) > 1400


def test_load_roster_once() -> None:
    assert "14402 providers loaded" in output_of("load_roster")
    assert "already" in output_of("load_roster")
    assert RosterImport.objects.count() == 1
    assert Provider.objects.count() == 14402
    assert Provider.objects.exclude(phone="").count() > 14_000
