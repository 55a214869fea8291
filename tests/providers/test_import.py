"""The country's real roster, and what a row becomes."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import connection

from accounts.models import AuditEvent
from providers.management.commands.load_roster import EXTRACT
from providers.models import Chain, Enrollment, Kind, Provider, RosterImport
from providers.roster.importing import Outcome, import_file
from tests.providers.builders import enrollment, take_in, write

pytestmark = pytest.mark.django_db

REAL = "SNF_Enrollments_2026.07.31.csv"


def versions() -> list[tuple[object, ...]]:
    """Where each row lies and which transaction wrote it: changes whenever a row is written."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT ctid::text, xmin::text, id FROM providers_provider"
            " UNION ALL SELECT ctid::text, xmin::text, id FROM providers_enrollment"
            " UNION ALL SELECT ctid::text, xmin::text, id FROM providers_chain ORDER BY 3, 1"
        )
        return cursor.fetchall()


def assert_adds_up(outcome: Outcome) -> None:
    assert outcome.rows == (
        outcome.created + outcome.updated + outcome.unchanged + outcome.merged + outcome.rejected
    )
    assert outcome.rejected == len(outcome.rejections)


def assert_is_the_country(outcome: Outcome) -> None:
    assert_adds_up(outcome)
    assert (outcome.rows, outcome.created, outcome.merged, outcome.rejected) == (14410, 14402, 6, 2)
    assert sorted(each.ccn for each in outcome.rejections) == ["271812", "271841"]
    assert all("health center number" in each.reason for each in outcome.rejections)
    assert Provider.objects.count() == 14402
    assert Enrollment.objects.count() == 14408
    assert Chain.objects.count() == 610


def test_the_real_file_twice(cms_data: Path) -> None:
    path = cms_data / "cms" / REAL
    assert_is_the_country(import_file(path))
    before = versions()
    again = import_file(path)
    assert_adds_up(again)
    assert (again.created, again.updated, again.unchanged, again.closed) == (0, 0, 14402, 0)
    assert versions() == before
    assert AuditEvent.objects.filter(type="roster_imported", file_name=REAL).count() == 2


def test_the_extract_is_the_real_file(cms_data: Path) -> None:
    """And has the phones of record of the other list, which an import of the real file keeps."""
    import_file(EXTRACT)
    before = versions()
    real = import_file(cms_data / "cms" / REAL)
    assert (real.created, real.updated, real.closed) == (0, 0, 0)
    assert versions() == before
    assert Provider.objects.exclude(phone="").count() == 14_247


def search_indexes() -> list[tuple[str, bool]]:
    """Those that a first load builds at once; and whether older transactions keep them idle."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, indcheckxmin FROM pg_index JOIN pg_class ON oid = indexrelid"
            " WHERE relname IN ('provider_search_text', 'provider_spoken_names') ORDER BY 1"
        )
        return cursor.fetchall()


def test_the_extract() -> None:
    assert_is_the_country(import_file(EXTRACT))
    assert EXTRACT.stat().st_size < 1_500_000
    assert search_indexes() == [("provider_search_text", False), ("provider_spoken_names", False)]
    assert Provider.objects.filter(kind=Kind.SWING_BED).count() == 4
    pennsylvania = Provider.objects.get(ccn="315257")
    assert (pennsylvania.state, pennsylvania.ccn[:2]) == ("PA", "31")
    without_address = Provider.objects.get(ccn="225201")
    assert (without_address.address_line_1, without_address.state) == ("", "MA")
    largest = max(Chain.objects.all(), key=lambda chain: chain.providers.count())
    assert largest.providers.count() == 342
    provider = largest.providers.all()[0]
    assert provider.organization_size() == 342


def test_one_row(tmp_path: Path) -> None:
    row = enrollment(
        "015009",
        ENROLLMENT_ID="O20200101000042",
        ENROLLMENT_STATE="GA",
        ORGANIZATION_NAME="BURNS  HOLDING LLC ",
        DOING_BUSINESS_AS_NAME="BURNS CARE",
        NURSING_HOME_PROVIDER_NAME="BURNS NURSING HOME, INC.",
        AFFILIATION_ENTITY_NAME="BURNS GROUP",
        AFFILIATION_ENTITY_ID="12",
        ADDRESS_LINE_1="701  MONROE              ST NW",
        CITY="RUSSELLVILLE",
        ZIP_CODE="356531234",
    )
    take_in(tmp_path, row)
    provider = Provider.objects.get()
    assert str(provider) == "015009 Burns Nursing Home, Inc."
    assert (provider.kind, provider.legal_name) == ("snf", "BURNS HOLDING LLC")
    assert provider.address_line_1 == "701 MONROE ST NW"
    assert (provider.place, provider.zip_plus_4) == ("Russellville, AL", "35653-1234")
    assert provider.chain is not None
    assert (provider.chain.name, str(provider.chain)) == ("BURNS GROUP", "Burns Group")
    assert provider.listed_in == ["snf_enrollments"]
    one = Enrollment.objects.get()
    assert (one.enrollment_id, one.ccn, one.npi) == ("O20200101000042", "015009", "1346210291")


@pytest.mark.parametrize(
    ("home", "doing_business_as", "name"),
    [("HOME", "DBA", "HOME"), ("", "DBA", "DBA"), ("", "", "ORGANIZATION")],
)
def test_which_name(tmp_path: Path, home: str, doing_business_as: str, name: str) -> None:
    row = enrollment(
        "015009",
        NURSING_HOME_PROVIDER_NAME=home,
        DOING_BUSINESS_AS_NAME=doing_business_as,
        ORGANIZATION_NAME="ORGANIZATION",
    )
    take_in(tmp_path, row)
    assert Provider.objects.get().name == name


@pytest.mark.parametrize("suffixed_first", [True, False])
def test_enrollments_of_one_ccn_are_one_provider(tmp_path: Path, suffixed_first: bool) -> None:
    rows = [
        enrollment("335400", STATE="NY", NURSING_HOME_PROVIDER_NAME="SENECA HOME"),
        enrollment("335400002", STATE="NY", NURSING_HOME_PROVIDER_NAME="SENECA DAY CARE"),
    ]
    outcome = take_in(tmp_path, *(reversed(rows) if suffixed_first else rows))
    assert (outcome.created, outcome.merged) == (1, 1)
    provider = Provider.objects.get()
    assert (provider.ccn, provider.name) == ("335400", "SENECA HOME")
    assert sorted(each.ccn for each in provider.enrollments.all()) == ["335400", "335400002"]
    assert Provider.objects.get_by_ccn("335400-002") == provider
    assert Provider.objects.get_by_ccn(" 335400 ") == provider


def test_a_suffix_alone_is_a_provider_too(tmp_path: Path) -> None:
    take_in(tmp_path, enrollment("245381B", STATE="MN"))
    assert Provider.objects.get_by_ccn("245381b").ccn == "245381"
    assert Provider.objects.get_by_ccn("245381").ccn == "245381"


@pytest.mark.parametrize("typed", ["", "15009", "015010", "no such"])
def test_no_provider_by_such_a_ccn(typed: str) -> None:
    with pytest.raises(Provider.DoesNotExist):
        Provider.objects.get_by_ccn(typed)


def test_what_is_recorded(tmp_path: Path) -> None:
    path = write(tmp_path, enrollment("015009"), enrollment("271812"), name="list.csv")
    import_file(path)
    run = RosterImport.objects.get()
    assert (run.file_name, run.layout, run.by) == ("list.csv", "snf_enrollments", None)
    assert run.counts["created"] == 1
    assert len(run.sha256) == 64
    event = AuditEvent.objects.get(type="roster_imported")
    assert event.file_name == "list.csv"
    assert event.details["rejected"] == 1


def test_queries_do_not_grow_with_rows(tmp_path: Path) -> None:
    few = [enrollment(f"01{number}") for number in range(5000, 5003)]
    many = [enrollment(f"01{number}") for number in range(5100, 5400)]
    assert counted(tmp_path, few) == counted(tmp_path, few + many)


class Counting:
    def __init__(self) -> None:
        self.statements = 0

    def __call__(self, execute, sql, params, many, context):  # type: ignore[no-untyped-def]
        self.statements += 1
        return execute(sql, params, many, context)


def counted(folder: Path, rows: list[list[str]]) -> int:
    counting = Counting()
    path = write(folder, *rows)
    with connection.execute_wrapper(counting):
        import_file(path)
    return counting.statements
