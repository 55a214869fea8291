"""The difference is exact: what was changed in a copy of the real file, and nothing else."""

from __future__ import annotations

import csv
import io
from datetime import date
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from accounts.models import AuditEvent
from providers.models import Enrollment, Provider, RosterDifference, RosterImport
from providers.roster import dates
from providers.roster.importing import (
    DifferenceChanged,
    Outcome,
    Unusable,
    WouldCloseTooMany,
    import_content,
    import_file,
)
from tests.providers.builders import HEADER, enrollment, take_in, text_of, write

pytestmark = pytest.mark.django_db

CCN, NAME, CITY = (HEADER.index(name) for name in ("CCN", "NURSING HOME PROVIDER NAME", "CITY"))


def some_real_rows(path: Path) -> list[list[str]]:
    with path.open(encoding="cp1252", newline="") as file:
        _header, *rows = csv.reader(file)
    return [row for row in rows if len(row[CCN]) == 6 and row[CCN].startswith("01")]


def content_of(*rows: list[str]) -> bytes:
    return text_of(*rows).encode("cp1252")


def told(outcome: Outcome, what: str) -> dict[str, tuple[dict[str, str], dict[str, str]]]:
    return {
        each.ccn: (each.before, each.after) for each in outcome.differences if each.what == what
    }


def test_a_changed_copy_of_the_real_file(cms_data: Path) -> None:
    rows = some_real_rows(cms_data / "cms" / "SNF_Enrollments_2026.07.31.csv")
    assert len(rows) > 200
    import_content("first.csv", content_of(*rows))
    renamed, moved, dropped = rows[:7], rows[7:10], rows[10:14]
    copy = [list(row) for row in rows]
    for row in copy[:7]:
        row[NAME] = f"RENAMED {row[CCN]}"
    for row in copy[7:10]:
        row[CITY] = "ELSEWHERE"
    del copy[10:14]
    damaged = copy[14:16]
    for row in damaged:
        row[CCN] = row[CCN].lstrip("0")
    added = [enrollment(f"016{number}") for number in (397, 398, 399)]
    copy += added
    said = import_content("second.csv", content_of(*copy), dry_run=True)
    outcome = import_content("second.csv", content_of(*copy), expected_digest=said.digest)
    assert outcome == said
    assert told(outcome, "changed") == {
        row[CCN]: ({"name": old_name(row)}, {"name": f"RENAMED {row[CCN]}"}) for row in renamed
    } | {row[CCN]: ({"city": row[CITY]}, {"city": "ELSEWHERE"}) for row in moved}
    assert set(told(outcome, "new")) == {row[CCN] for row in added}
    assert told(outcome, "closed") == {
        row[CCN]: ({"listed_in": "SNF_Enrollments"}, {"listed_in": ""}) for row in dropped
    }
    assert set(told(outcome, "rejected")) == {row[CCN] for row in damaged}
    assert len(outcome.differences) == 7 + 3 + 3 + 4 + 2
    assert outcome.unchanged == len(rows) - 7 - 3 - 4 - 2
    assert Provider.objects.open().count() == len(rows) - 4 + 3
    assert Provider.objects.filter(name__startswith="RENAMED").count() == 7
    assert Enrollment.objects.count() == len(rows) + 3
    again = import_content("second.csv", content_of(*copy))
    assert {each.what for each in again.differences} == {"rejected"}


def old_name(row: list[str]) -> str:
    name = row[NAME] or row[HEADER.index("DOING BUSINESS AS NAME")]
    return " ".join((name or row[HEADER.index("ORGANIZATION NAME")]).split())


def test_each_difference_is_one_that_can_be_kept(tmp_path: Path) -> None:
    one, other = enrollment("015009"), enrollment("015010")
    take_in(tmp_path, one, other)
    take_in(tmp_path, one)
    changed = [*one[:NAME], "SUNSET", *one[NAME + 1 :]]
    rows = changed, other, enrollment("015011"), enrollment("15012")
    outcome = import_content("a.csv", content_of(*rows))
    assert [each.what for each in outcome.differences] == ["changed", "reopened", "new", "rejected"]
    assert set(RosterDifference.What.values) >= {each.what for each in outcome.differences}
    assert [each.row for each in outcome.differences] == [2, 3, 4, 5]
    reopened = outcome.differences[1]
    assert (reopened.before, reopened.after) == (
        {"listed_in": ""},
        {"listed_in": "SNF_Enrollments"},
    )
    assert import_file(write(tmp_path, *rows)).differences == []


def test_a_change_in_an_enrollment(tmp_path: Path) -> None:
    take_in(
        tmp_path,
        enrollment("335400", STATE="NY", ENROLLMENT_ID="O1"),
        enrollment("335400002", STATE="NY", ENROLLMENT_ID="O2"),
    )
    rows = (
        enrollment("335400", STATE="NY", ENROLLMENT_ID="O1", ORGANIZATION_NAME="NEW OWNER"),
        enrollment("335400002", STATE="NY", ENROLLMENT_ID="O2", NPI="1111111111"),
        enrollment("335400003", STATE="NY", ENROLLMENT_ID="O3"),
    )
    outcome = import_content("a.csv", content_of(*rows))
    [difference] = outcome.differences
    assert (difference.row, outcome.updated, outcome.merged) == (2, 1, 2)
    assert difference.after == {
        "legal_name": "NEW OWNER",
        "npi of enrollment O2": "1111111111",
        "enrollment O3": "335400003",
    }
    assert set(difference.before) == set(difference.after)


def test_a_repair_is_taken_when_a_person_accepts_it() -> None:
    good, lost = enrollment("015010"), enrollment("15009")
    raw = content_of(good, lost)
    said = import_content("a.csv", raw, dry_run=True)
    assert said.differences[-1].repaired_ccn == "015009"
    assert import_content("a.csv", raw, dry_run=True, repairs={3: "015009"}).created == 2
    assert not Provider.objects.exists()
    outcome = import_content("a.csv", raw, repairs={3: "015009"}, expected_digest=said.digest)
    assert (outcome.created, outcome.rejected) == (2, 0)
    assert outcome.digest == said.digest
    assert Provider.objects.filter(ccn="015009").exists()
    event = AuditEvent.objects.get(type="roster_imported")
    assert event.details["repaired"] == {"3": "015009"}


@pytest.mark.parametrize(
    "repairs",
    [{3: "015011"}, {2: "015010"}, {9: "015009"}, {3: ""}, {4: "44E232"}],
)
def test_only_what_was_offered_is_repaired(repairs: dict[int, str]) -> None:
    raw = content_of(enrollment("015010"), enrollment("15009"), enrollment("4.40E+233", STATE="TN"))
    with pytest.raises(DifferenceChanged, match="cannot be repaired"):
        import_content("a.csv", raw, repairs=repairs)
    assert not Provider.objects.exists()


def test_what_changed_since_it_was_accepted_is_not_written(tmp_path: Path) -> None:
    row = enrollment("015009")
    said = import_content("a.csv", content_of(row), dry_run=True)
    take_in(tmp_path, row)
    imports = RosterImport.objects.count()
    for repairs in ({}, {3: "015010"}):
        with pytest.raises(DifferenceChanged):
            import_content("a.csv", content_of(row), expected_digest=said.digest, repairs=repairs)
    assert RosterImport.objects.count() == imports


def test_a_dry_run_says_that_too_many_would_close(tmp_path: Path) -> None:
    rows = [enrollment(f"01{number}") for number in range(5000, 5020)]
    take_in(tmp_path, *rows)
    raw = content_of(*rows[2:])
    said = import_content("a.csv", raw, dry_run=True)
    assert (said.would_close_too_many, said.closed) == (True, 2)
    with pytest.raises(WouldCloseTooMany):
        import_content("a.csv", raw, expected_digest=said.digest)
    steps: list[str] = []
    outcome = import_content(
        "a.csv",
        raw,
        allow_mass_close=True,
        expected_digest=said.digest,
        progress=lambda step, _done, _of: steps.append(step),
    )
    assert outcome.import_id == RosterImport.objects.latest("id").pk
    assert steps == ["reading", "comparing", "writing"]


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("SNF_Enrollments_2026.07.31.csv", date(2026, 7, 31)),
        ("NH_ProviderInfo_Jul2026.csv.xz", date(2026, 7, 1)),
        ("Hospice_General-Information_May_2026.csv", date(2026, 5, 1)),
        ("HH_Provider_rebuilt_identity_2025-10.csv", date(2025, 10, 1)),
        ("NH_ProviderInfo_20260701.csv", date(2026, 7, 1)),
        ("roster_2026.csv", None),
        ("list_2026.13.45.csv", None),
        ("SNF_2026.02.31.csv", None),
    ],
)
def test_the_day_that_a_name_says(name: str, day: date | None) -> None:
    assert dates.of_file(name) == day


@pytest.mark.parametrize(
    ("processed", "day"),
    [
        (["2026-07-01", "2026-07-01", ""], date(2026, 7, 1)),
        (["03/01/2019"], date(2019, 3, 1)),
        (["soon", ""], None),
    ],
)
def test_the_day_that_rows_say(processed: list[str], day: date | None) -> None:
    assert dates.of_rows(processed) == day


def test_an_older_file_is_refused(tmp_path: Path) -> None:
    row = enrollment("015009")
    newest = write(tmp_path, row, name="SNF_Enrollments_2026.07.31.csv")
    older = write(tmp_path, row, name="SNF_Enrollments_2026.06.30.csv")
    import_file(newest)
    assert RosterImport.objects.get().as_of == date(2026, 7, 31)
    with pytest.raises(Unusable, match=r"of June 30, 2026, and a newer .* of July 31, 2026"):
        import_file(older)
    assert import_file(newest).unchanged == 1
    assert import_file(write(tmp_path, row, name="undated.csv")).unchanged == 1
    said = io.StringIO()
    call_command("import_providers", str(older), "--dry-run", stdout=io.StringIO(), stderr=said)
    assert "of June 30, 2026" in said.getvalue()
    with pytest.raises(CommandError):
        call_command("import_providers", str(older), stdout=io.StringIO())
    assert import_file(older, allow_older=True).unchanged == 1
