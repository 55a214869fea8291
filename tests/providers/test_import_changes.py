"""A newer file is a difference: updates, closings, reopenings; history stays."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.utils import timezone

from accounts.models import AuditEvent
from providers.models import Chain, Enrollment, Provider, RosterImport
from providers.roster.importing import import_file
from providers.roster.layouts import Unusable
from tests.providers.builders import enrollment, take_in, write

pytestmark = pytest.mark.django_db


def test_only_what_changed_is_updated(tmp_path: Path) -> None:
    one = enrollment("015009")
    other = enrollment("015010", AFFILIATION_ENTITY_NAME="OLD CHAIN", AFFILIATION_ENTITY_ID="1")
    take_in(tmp_path, one, other)
    renamed = list(one)
    renamed[one.index("SUNRISE MANOR 015009")] = "SUNSET MANOR"
    outcome = take_in(tmp_path, renamed, other)
    assert (outcome.updated, outcome.unchanged) == (1, 1)
    provider = Provider.objects.get(ccn="015009")
    assert provider.name == "SUNSET MANOR"
    assert "sunset" in provider.search_text


def test_a_change_in_the_enrollment_alone_is_an_update(tmp_path: Path) -> None:
    take_in(tmp_path, enrollment("015009", ENROLLMENT_ID="O1", NPI="1111111111"))
    outcome = take_in(tmp_path, enrollment("015009", ENROLLMENT_ID="O1", NPI="2222222222"))
    assert (outcome.updated, outcome.unchanged) == (1, 0)
    assert Enrollment.objects.get().npi == "2222222222"


def test_a_blank_cell_takes_no_address_away(tmp_path: Path) -> None:
    take_in(tmp_path, enrollment("015009", ADDRESS_LINE_1="1 MAIN ST", ADDRESS_LINE_2="UNIT 2"))
    take_in(
        tmp_path,
        enrollment("015009", ADDRESS_LINE_1="", ADDRESS_LINE_2="", CITY="", STATE="", ZIP_CODE=""),
    )
    provider = Provider.objects.get()
    assert (provider.address_line_1, provider.address_line_2) == ("1 MAIN ST", "UNIT 2")
    assert (provider.city, provider.state, provider.zip_code) == ("MOBILE", "AL", "36601")


def test_a_chain_keeps_its_row_when_cms_renumbers_it(tmp_path: Path) -> None:
    def row(number: str) -> list[str]:
        return enrollment(
            "015009",
            ENROLLMENT_ID="O1",
            AFFILIATION_ENTITY_NAME="BURNS GROUP",
            AFFILIATION_ENTITY_ID=number,
        )

    take_in(tmp_path, row("12"))
    chain = Chain.objects.get()
    outcome = take_in(tmp_path, row("99"))
    assert outcome.unchanged == 1
    assert Chain.objects.get() == chain
    assert Chain.objects.get().cms_id == "99"


def test_leaving_a_chain(tmp_path: Path) -> None:
    take_in(tmp_path, enrollment("015009", AFFILIATION_ENTITY_NAME="BURNS GROUP"))
    take_in(tmp_path, enrollment("015009"))
    assert Provider.objects.get().chain is None
    assert Provider.objects.get().organization_size() is None
    assert Chain.objects.count() == 1


def test_absent_means_closed_and_nothing_is_forgotten(tmp_path: Path) -> None:
    take_in(tmp_path, enrollment("015009"), enrollment("015010"))
    outcome = take_in(tmp_path, enrollment("015009"))
    assert outcome.closed == 1
    closed = Provider.objects.get(ccn="015010")
    assert closed.closed_on == timezone.localdate()
    assert not closed.is_open
    assert closed.enrollments.count() == 1
    assert AuditEvent.objects.filter(type="provider_closed", ccn="015010").count() == 1
    assert take_in(tmp_path, enrollment("015009")).closed == 0


def test_one_that_another_list_still_names_stays_open(tmp_path: Path) -> None:
    take_in(tmp_path, enrollment("015009"), enrollment("015010"))
    Provider.objects.update(listed_in=["snf_enrollments", "another_layout"])
    outcome = take_in(tmp_path, enrollment("015009"))
    assert outcome.closed == 0
    kept = Provider.objects.get(ccn="015010")
    assert (kept.is_open, kept.listed_in) == (True, ["another_layout"])


def test_one_that_only_another_list_names_is_no_concern_of_this_one(tmp_path: Path) -> None:
    take_in(tmp_path, enrollment("015009"), enrollment("015010"))
    Provider.objects.filter(ccn="015010").update(listed_in=["another_layout"])
    assert take_in(tmp_path, enrollment("015009")).closed == 0


def test_back_on_the_list_means_open_again(tmp_path: Path) -> None:
    rows = enrollment("015009"), enrollment("015010")
    take_in(tmp_path, *rows)
    take_in(tmp_path, rows[0])
    outcome = take_in(tmp_path, *rows)
    assert (outcome.updated, outcome.unchanged, outcome.created) == (1, 1, 0)
    assert Provider.objects.get(ccn="015010").is_open
    assert AuditEvent.objects.filter(type="provider_reopened", ccn="015010").count() == 1


def twenty() -> list[list[str]]:
    return [enrollment(f"01{number}") for number in range(5000, 5020)]


def test_five_percent_may_close(tmp_path: Path) -> None:
    rows = twenty()
    take_in(tmp_path, *rows)
    assert import_file(write(tmp_path, *rows[1:])).closed == 1


def test_more_than_five_percent_may_not(tmp_path: Path) -> None:
    rows = twenty()
    take_in(tmp_path, *rows)
    runs = RosterImport.objects.count()
    with pytest.raises(Unusable, match="close 2 of 20 open providers"):
        import_file(write(tmp_path, *rows[2:], enrollment("015300")))
    assert Provider.objects.open().count() == 20
    assert not Provider.objects.filter(ccn="015300").exists()
    assert RosterImport.objects.count() == runs


def test_mass_closing_on_purpose(tmp_path: Path) -> None:
    rows = twenty()
    take_in(tmp_path, *rows)
    assert import_file(write(tmp_path, *rows[5:]), allow_mass_close=True).closed == 5


def test_a_dry_run_says_the_same_and_writes_nothing(tmp_path: Path) -> None:
    rows = twenty()
    take_in(tmp_path, *rows)
    before = RosterImport.objects.count(), AuditEvent.objects.count()
    path = write(tmp_path, *rows[1:], enrollment("015300"))
    said = import_file(path, dry_run=True)
    assert (said.created, said.closed) == (1, 1)
    assert Provider.objects.open().count() == 20
    assert (RosterImport.objects.count(), AuditEvent.objects.count()) == before
    assert import_file(path) == said
