"""What a reviewer reads and sends on the pages of rosters."""

from __future__ import annotations

import csv
import gzip
import io
import lzma
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import AuditEvent, User
from providers.models import RosterUpload
from providers.roster import difference_pages, figures, importing, incoming, progress, unpacking
from tests import builders as make
from tests.pages.browsing import browser_of, field_error, words
from tests.rosters.builders import (
    accepted,
    ccns,
    compared,
    content,
    known,
    now,
    received,
    row,
    rows,
    work,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def reviewer() -> User:
    return make.reviewer()


@pytest.fixture
def browser(reviewer: User) -> Client:
    return browser_of(reviewer)


def send(browser: Client, name: str, raw: bytes) -> Any:
    return browser.post("/rosters/new/", {"file": SimpleUploadedFile(name, raw)})


def test_from_upload_to_import_over_the_pages(browser: Client, reviewer: User) -> None:
    known(*rows(30))
    raw = content(*rows(29), row("015029", CITY="DAPHNE"), row("016000"))
    answer = send(browser, "SNF_Enrollments_2026.07.31.csv", raw)
    upload = RosterUpload.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, upload.get_absolute_url())
    assert "Waiting for its turn" in words(browser.get(upload.get_absolute_url()))
    work()
    page = words(browser.get(upload.get_absolute_url()))
    assert "Nothing is changed yet" in page
    assert "City: before MOBILE → after DAPHNE" in page
    assert "Sunrise Manor 016000" in words(browser.get(f"{answer['Location']}?what=new"))
    digest = now(upload).difference_digest
    answer = browser.post(f"/rosters/{upload.pk}/accept/", {"difference": digest})
    assert answer.status_code == 302
    work()
    page = words(browser.get(upload.get_absolute_url()))
    assert f"Accepted by {reviewer}" in page
    assert "016000" in ccns()
    listed = words(browser.get("/rosters/"))
    assert "SNF_Enrollments_2026.07.31.csv" in listed
    assert "As of July 31, 2026" in listed


@pytest.mark.parametrize(
    ("name", "pack"), [("a.csv.gz", gzip.compress), ("a.CSV.XZ", lzma.compress)]
)
def test_packed_files_are_taken(browser: Client, name: str, pack: Any) -> None:
    assert send(browser, name, pack(content(*rows(2)))).status_code == 302
    work()
    assert RosterUpload.objects.get().counts["created"] == 2


@pytest.mark.parametrize(
    ("name", "raw", "said"),
    [
        ("a.csv", b"", "The file is empty"),
        ("a.csv", b"   \n", "It is empty"),
        ("a.xlsx", b"PK\x03\x04", "Save it as CSV"),
        ("a.csv", b"PK\x03\x04rest", "Save it as CSV"),
        ("a.pdf", b"%PDF", "It is not a CSV file"),
        ("a.csv", b"\x00\x01", "It is not a CSV file"),
        ("a.csv", b"Name,Phone\nAda,1\n", "Its header is not one of a CMS list"),
        ("a.csv", b"HHCAHPS Survey Summary Star Rating\n4\n", "It is an HHCAHPS survey file"),
        ("a.csv.gz", b"not packed", "It is damaged"),
        ("a.csv.xz", lzma.compress(b"a" * 999)[:40], "It is damaged"),
    ],
    ids=range(10),
)
def test_what_is_no_roster_is_refused_at_once(
    browser: Client, name: str, raw: bytes, said: str
) -> None:
    answer = send(browser, name, raw)
    assert answer.status_code == 422
    assert said in field_error(answer, "file")
    assert not RosterUpload.objects.exists()


@pytest.mark.parametrize("pack", [gzip.compress, lzma.compress], ids=["gz", "xz"])
def test_a_little_file_that_unpacks_to_a_huge_one_is_refused(
    browser: Client, monkeypatch: pytest.MonkeyPatch, pack: Any
) -> None:
    monkeypatch.setattr(unpacking, "MOST_BYTES", 3 * 1024 * 1024)
    raw = pack(b"0" * 1024 * 1024)
    answer = send(browser, f"a.csv.{'gz' if pack is gzip.compress else 'xz'}", raw * 4)
    assert "Unpacked it has more than 3 MB" in field_error(answer, "file")
    assert not RosterUpload.objects.exists()


def test_a_file_that_is_too_large_is_refused(
    browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(incoming, "MOST_BYTES", 100)
    assert "more than 40 MB" in field_error(send(browser, "a.csv", content(*rows(2))), "file")


def test_nothing_chosen_is_said(browser: Client) -> None:
    assert field_error(browser.post("/rosters/new/"), "file") == "Choose a file."


def test_closing_many_takes_a_second_yes_with_number_and_names(browser: Client) -> None:
    known(*rows(40))
    upload = compared(*rows(10))
    page = words(browser.get(upload.get_absolute_url()))
    assert "30 of 40 open providers on this list are not in the file: 75.0 %" in page
    path = f"/rosters/{upload.pk}/accept/"
    digest = {"difference": upload.difference_digest}
    answer = browser.post(path, digest)
    assert (answer.status_code, answer["Location"]) == (302, path)
    asked = words(browser.get(path))
    assert "Yes, close these 30 providers" in asked
    assert "Sunrise Manor 015010" in asked
    assert "And 10 more" in asked
    browser.post(path, {**digest, "closing": "29"})
    assert now(upload).state == "compared"
    browser.post(path, {**digest, "closing": "30"})
    assert now(upload).state == "importing"


def test_an_older_file_takes_a_second_yes(browser: Client) -> None:
    known(*rows(30))
    upload = compared(*rows(31), name="SNF_Enrollments_2026.05.31.csv")
    assert "A newer file was imported already" in words(browser.get(upload.get_absolute_url()))
    path = f"/rosters/{upload.pk}/accept/"
    digest = {"difference": upload.difference_digest}
    assert browser.post(path, digest)["Location"] == path
    assert "Yes, go back to this file" in words(browser.get(path))
    browser.post(path, {**digest, "older": "yes"})
    work()
    assert now(upload).state == "imported"


def test_a_refused_step_says_who_was_faster(browser: Client) -> None:
    upload = compared(*rows(3))
    colleague = make.reviewer()
    accepted(upload, colleague)
    digest = {"difference": upload.difference_digest}
    answer = browser.post(f"/rosters/{upload.pk}/accept/", digest)
    assert answer.status_code == 409
    assert f"{colleague} has accepted this file already" in words(answer)
    assert browser.post(f"/rosters/{upload.pk}/drop/").status_code == 409


def test_a_newer_import_is_pointed_out_and_it_can_be_compared_again(browser: Client) -> None:
    known(*rows(30))
    upload = compared(*rows(30), row("016000"))
    known(*rows(30), row("016000"))
    page = words(browser.get(upload.get_absolute_url()))
    assert "Something else was imported since" in page
    assert "It can be accepted once it is compared again." in page
    assert "Accept and import" not in page
    assert browser.post(f"/rosters/{upload.pk}/compare/").status_code == 302
    work()
    page = words(browser.get(upload.get_absolute_url()))
    assert "The file says what is known already" in page
    assert "Something else" not in page


def test_dropping_leads_back_and_says_so(browser: Client) -> None:
    upload = compared(*rows(3))
    answer = browser.post(f"/rosters/{upload.pk}/drop/", follow=True)
    assert "was dropped. Nothing was changed." in words(answer)
    assert "This file was dropped" in words(browser.get(upload.get_absolute_url()))


def test_progress_is_drawn_told_once_and_ends_with_the_result(browser: Client) -> None:
    upload = received(*rows(3))
    path = f"/rosters/{upload.pk}/progress/"
    headers = {"HX-Request": "true"}
    progress.tell(upload.pk, "comparing", 0, 3)
    first = browser.get(path, headers=headers)
    assert "Step 2 of 4: Comparing it with the list of providers 3 rows" in words(first)
    assert 'max="8"' in first.content.decode()
    assert 'value="3"' in first.content.decode()
    assert 'hx-swap-oob="innerHTML"' in first.content.decode()
    again = browser.get(path, {"said": "comparing"}, headers=headers)
    assert "hx-swap-oob" not in again.content.decode(), "a screen reader would say it every second"
    work()
    done = browser.get(path, headers=headers)
    assert done["HX-Redirect"] == upload.get_absolute_url()
    assert "The file is compared" in words(browser.get(upload.get_absolute_url()))


def test_a_page_left_open_does_not_ask_for_ever(browser: Client) -> None:
    upload = received(*rows(3))
    long_ago = upload.uploaded_at.replace(year=2020)
    RosterUpload.objects.filter(pk=upload.pk).update(uploaded_at=long_ago)
    assert browser.get(f"/rosters/{upload.pk}/progress/").status_code == 286
    page = browser.get(upload.get_absolute_url())
    assert "hx-trigger" not in page.content.decode()
    assert "Look again" in words(page)


def test_differences_come_in_pages_without_gap_or_repetition(browser: Client) -> None:
    upload = compared(*rows(difference_pages.PAGE_SIZE * 2 + 3))
    url, seen = upload.get_absolute_url(), []
    for _ in range(3):
        page = browser.get(url).context["page"]
        seen += [line.difference.ccn for line in page.lines]
        url = page.next_url
    assert (len(seen), url) == (103, "")
    assert seen == sorted(set(seen))
    junk = browser.get(upload.get_absolute_url(), {"what": "junk", "after": "9" * 40})
    assert len(junk.context["page"].lines) == difference_pages.PAGE_SIZE


def test_the_report_holds_every_difference_as_a_spreadsheet_keeps_it(browser: Client) -> None:
    known(*rows(30))
    upload = compared(
        row("015000", CITY="DAPHNE", ZIP_CODE="02134"),
        *rows(30)[1:29],
        row("016000"),
        row("015500", STATE="ZZ"),
        row("016001", NURSING_HOME_PROVIDER_NAME="=HYPERLINK(1)"),
    )
    answer = browser.get(f"/rosters/{upload.pk}/report.csv")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    lines = list(csv.DictReader(io.StringIO(text)))
    told = {(line["What"], line["CCN"], line["Field"], line["After"]) for line in lines}
    assert ("Changed", '="015000"', "City", "DAPHNE") in told
    assert ("Changed", '="015000"', "ZIP code", '="02134"') in told
    assert ("New", '="016001"', "Name", "'=HYPERLINK(1)") in told
    assert {line["What"] for line in lines} == {"Changed", "New", "Closed", "Rejected"}
    rejected = next(line for line in lines if line["What"] == "Rejected")
    assert "ZZ is not a state" in rejected["Reason"]
    exported = AuditEvent.objects.get(type="exported")
    assert exported.details["upload"] == upload.pk


def test_pages_cost_the_same_however_much_there_is(browser: Client) -> None:
    small, large = compared(*rows(1)), compared(*rows(60, first=6000))
    for path in ("/rosters/{}/", "/rosters/{}/?what=new"):
        costs = []
        for upload in (small, large):
            with CaptureQueriesContext(
                connection,
            ) as queries:
                assert browser.get(path.format(upload.pk)).status_code == 200
            costs.append(len(queries))
        assert costs[0] == costs[1] <= 8
    for number in range(3):
        known(row(f"01{6200 + number}"))
    with CaptureQueriesContext(connection) as queries:
        assert browser.get("/rosters/").status_code == 200
    assert len(queries) <= 8


def test_the_picture_ends_where_the_import_stops() -> None:
    assert figures.CLOSING_PERCENT == importing._CLOSING_PERCENT
