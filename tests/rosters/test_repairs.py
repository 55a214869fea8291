"""Damaged CCNs: offered where shape and state prove them, taken only when a person says so."""

from __future__ import annotations

import pytest

from accounts.models import AuditEvent, User
from providers.models import Provider, RosterUpload
from tests import builders as make
from tests.pages.browsing import browser_of, words
from tests.rosters import builders
from tests.rosters.builders import accepted, compared, known, now, row, rows, work

pytestmark = pytest.mark.django_db


@pytest.fixture
def reviewer() -> User:
    return make.reviewer()


@pytest.fixture
def upload() -> RosterUpload:
    """Thirty as they are known, and two whose zero a spreadsheet cut."""
    known(*rows(30))
    return compared(*rows(30), row("15600", CITY="DAPHNE"), row("15601"))


def tick(reviewer: User, upload: RosterUpload, *ccns: str, **body: str) -> None:
    lines = upload.differences.exclude(repaired_ccn="").filter(what="rejected")
    shown = [str(each.pk) for each in lines]
    ticked = [str(each.pk) for each in lines if each.repaired_ccn in ccns]
    answer = browser_of(reviewer).post(
        f"/rosters/{upload.pk}/repairs/", {"shown": shown, "accepted": ticked, **body}
    )
    assert answer.status_code == 302
    work()


def test_nothing_is_repaired_unless_somebody_says_so(upload: RosterUpload) -> None:
    assert upload.counts["repairable"] == 2
    assert builders.differences(upload) == {("rejected", "15600"), ("rejected", "15601")}
    accepted(upload)
    work()
    assert Provider.objects.count() == 30


def test_what_is_ticked_is_compared_again_and_then_written(
    reviewer: User, upload: RosterUpload
) -> None:
    before = upload.difference_digest
    tick(reviewer, upload, "015600")
    upload = now(upload)
    assert upload.state == "compared"
    assert upload.difference_digest != before
    new = upload.differences.get(what="new")
    assert (new.ccn, new.repaired_ccn) == ("015600", "015600")
    assert upload.counts["lines"] == {
        "new": 1,
        "changed": 0,
        "closed": 0,
        "reopened": 0,
        "rejected": 1,
    }
    page = words(browser_of(reviewer).get(f"/rosters/{upload.pk}/?what=repairs"))
    assert "This is 015600" in page
    assert "This is 015601" in page
    accepted(upload, reviewer)
    work()
    assert now(upload).state == "imported"
    assert Provider.objects.get(ccn="015600").city == "DAPHNE"
    assert not Provider.objects.filter(ccn="015601").exists()
    line = AuditEvent.objects.get(type="roster_repairs_accepted")
    assert line.actor == reviewer
    assert line.details["repairs"] == [[32, "015600"]]


def test_all_can_be_taken_and_taken_back(reviewer: User, upload: RosterUpload) -> None:
    tick(reviewer, upload, all="yes")
    assert now(upload).counts["repaired"] == now(upload).counts["created"] == 2
    tick(reviewer, upload, "015601")
    assert list(now(upload).differences.filter(what="new").values_list("ccn", flat=True)) == [
        "015601"
    ]
    tick(reviewer, upload, all="no")
    assert now(upload).counts["repaired"] == now(upload).counts["created"] == 0
    assert upload.differences.filter(what="rejected").count() == 2


def test_a_choice_that_changes_nothing_costs_no_comparison(
    reviewer: User, upload: RosterUpload
) -> None:
    browser = browser_of(reviewer)
    answer = browser.post(f"/rosters/{upload.pk}/repairs/", {"shown": "junk"}, follow=True)
    assert "No choice was changed" in words(answer)
    assert now(upload).state == "compared"


def test_a_line_that_proves_nothing_cannot_be_ticked(reviewer: User) -> None:
    known(*rows(30))
    upload = compared(*rows(30), row("015600", STATE="ZZ"))
    line = str(upload.differences.get().pk)
    browser_of(reviewer).post(f"/rosters/{upload.pk}/repairs/", {"shown": line, "accepted": line})
    assert now(upload).state == "compared"
    assert not upload.differences.filter(repair_accepted=True).exists()
