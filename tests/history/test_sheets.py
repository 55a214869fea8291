"""The dated history of a request and of a CCN: who reads what, page by page and as a file."""

from __future__ import annotations

import csv
from datetime import date
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from access_requests import workflow
from access_requests.history import steps
from access_requests.models import DeskEvent, EventType
from access_requests.waiting import reminding
from access_requests.workflow import end_dates
from accounts.models import AuditEvent, OutgoingEmail, User
from tests import builders as make
from tests.history import scene
from tests.history.scene import Past
from tests.pages.browsing import browser_of, field_error, words

pytestmark = pytest.mark.django_db

HOME = "/history/providers/015009/"


@pytest.fixture
def past() -> Past:
    return scene.told()


def sheet(user: User, path: str = HOME, *, status: int = 200, **asked: Any) -> Any:
    response = browser_of(user).get(path, asked)
    assert response.status_code == status
    return response


def file(user: User, path: str = f"{HOME}csv/", **asked: Any) -> list[dict[str, str]]:
    response = sheet(user, path, **asked)
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(StringIO(text)))


def test_a_pso_reads_all_of_it_with_names(past: Past) -> None:
    page = words(sheet(past.nora))
    for said in ("Ann Gray", "Vera Vendor", "Olga Ash", "Which unit?", "=No contract."):
        assert said in page
    assert "for Nora Pace, User ID nora" in page
    assert "Nov 9, 2026, 10:05 AM EST" in page
    assert "Ray Cole" not in page, "reviewers' names stay inside CMS"
    assert "Checklist kept" not in page


def test_a_requester_reads_their_own_part_and_how_many_psos_there_were(past: Past) -> None:
    page = words(sheet(past.vera))
    assert "Requests of Vera Vendor at this CCN" in page
    assert "A PSO of this CCN" in page
    assert "=No contract." in page
    for name in ("Ann Gray", "Nora Pace", "Olga Ash", "Ray Cole", "Which unit?"):
        assert name not in page
    assert "Nov 16, 2026 Nov 18, 2026 Two or more PSOs 2" in page
    assert {row["About: User ID"] for row in file(past.vera)} == {'="vera"'}


def test_a_former_pso_reads_what_is_left_to_a_requester(past: Past) -> None:
    olga = User.objects.get(username="olga")
    page = words(sheet(olga))
    assert "Role given up" in page
    assert "Ann Gray" not in page
    assert "Nora Pace" not in page


@pytest.mark.parametrize("of", ["stranger", "pso_elsewhere"])
def test_whoever_never_asked_there_finds_nothing(past: Past, of: str) -> None:
    user = make.person() if of == "stranger" else make.pso(make.provider("015111"))
    for path in (HOME, f"{HOME}csv/", f"/history/requests/{past.anns.pk}/"):
        sheet(user, path, status=404)
    sheet(past.vera, f"/history/requests/{past.anns.pk}/", status=404)


def test_cms_reads_its_desk_too_and_each_look_is_on_record(past: Past) -> None:
    page = words(sheet(past.reviewer))
    assert "Ray Cole" in page
    assert "Checklist kept with the decision" in page
    looks = AuditEvent.objects.filter(type=EventType.PERSON_VIEWED, actor=past.reviewer)
    seen = set(looks.exclude(person=None).values_list("person__username", flat=True))
    assert seen == {"ann", "vera", "nora", "olga"}
    looks_before = looks.count()
    browser_of(past.reviewer).head(HOME)
    assert looks.count() == looks_before


def test_who_did_it_is_named_to_the_reader_themselves_too(past: Past) -> None:
    """On paper "You" would be whoever holds the paper."""
    page = words(sheet(past.ann, f"/history/requests/{past.anns.pk}/"))
    assert "You " not in page.split("What happened", 1)[1].split("Emails, and")[0]
    assert "Question answered The north one. Ann Gray" in page


def test_a_request_with_its_emails_and_whether_they_left(past: Past) -> None:
    mine = OutgoingEmail.objects.filter(notice__request_id=past.anns.pk, notice__recipient=past.ann)
    first, *_, last = mine.order_by("pk")
    OutgoingEmail.objects.filter(pk=first.pk).update(state="sent", sent_at=scene.at(2, 16))
    OutgoingEmail.objects.filter(pk=last.pk).update(state="bounced", sent_at=scene.at(12, 16))
    path = f"/history/requests/{past.anns.pk}/"
    page = words(sheet(past.ann, path))
    assert "Request submitted Ann Gray 1 sent" in page
    assert "1 not delivered" in page
    assert "Sent Nov 2, 2026, 11:05 AM EST" in page
    # Ann holds a role there now: the PSO is named to her in the story, not among the addressees.
    assert "A PSO of this CCN" in page
    assert "Answered: Assessment Viewer at CCN 015009 Nora Pace" in words(sheet(past.nora, path))
    row = file(past.nora, f"{path}csv/")[0]
    assert (row["Emails sent"], row["Emails waiting"]) == ("1", "0")


def test_what_was_done_so_that_it_moves_on_is_told() -> None:
    home = make.provider("015009")
    with time_machine.travel(scene.at(2), tick=False) as clock:
        pso, ann = make.pso(home), make.person()
        asked = make.submit(ann, home)
        clock.move_to(scene.at(4))
        reminding.run(seconds=30)
        clock.move_to(scene.at(5))
        workflow.approve(asked.pk, by=pso)
        held = ann.role_assignments.get()
        end_dates.set_end_date(held.pk, by=pso, ends_on=date(2026, 12, 31))
        end_dates.set_end_date(held.pk, by=pso, ends_on=None)
        page = words(sheet(ann))
    assert "Approvers reminded After 2 business days. " in page
    assert "End date of a role set Last day: December 31, 2026." in page
    assert "End date of a role set No last day." in page


def test_pages_and_the_file_hold_the_same_lines_once(
    past: Past, monkeypatch: pytest.MonkeyPatch
) -> None:
    everything = [row["Line of the audit trail"] for row in file(past.nora)]
    assert len(everything) == 12
    monkeypatch.setattr(steps, "PAGE_SIZE", 5)
    monkeypatch.setattr(steps, "_FILED_AT_ONCE", 5)
    seen, url = [], HOME
    while url:
        context = sheet(past.nora, url).context
        seen += [str(step.line) for step in context["page"].steps]
        url = context["next_url"]
    assert seen == everything
    assert [row["Line of the audit trail"] for row in file(past.nora)] == everything


def test_only_some_days_of_eastern_time(past: Past) -> None:
    rows = file(past.nora, since="2026-11-10", until="2026-11-11")
    assert [(row["Date"], row["Time"], row["Time zone"]) for row in rows] == [
        ("2026-11-10", "10:05:00", "EST"),
        ("2026-11-11", "10:05:00", "EST"),
    ]
    page = words(sheet(past.nora, since="2026-11-10", until="2026-11-11"))
    assert "From November 10, 2026 to November 11, 2026" in page
    assert "=No contract." not in page
    assert "Nothing happened on these days" in words(sheet(past.nora, since="2031-01-01"))


@pytest.mark.parametrize(
    ("since", "until", "field"),
    [
        ("yesterday", "", "since"),
        ("2026-11-12", "2026-11-11", "until"),
        ("", "9999-12-31", "until"),
        ("\x00", "", "since"),
    ],
)
def test_bad_days_are_said_beside_the_field(past: Past, since: str, until: str, field: str) -> None:
    for path in (HOME, f"{HOME}csv/"):
        assert field_error(sheet(past.nora, path, status=422, since=since, until=until), field)
    sheet(past.nora, after="9" * 40)
    sheet(past.nora, after="x")


def test_the_file_keeps_ccns_whole_and_runs_nothing(past: Past) -> None:
    rows = file(past.nora)
    assert {row["CCN"] for row in rows} == {'="015009"'}
    rejected = next(row for row in rows if row["What happened"] == "Rejected")
    assert rejected["Details"] == "Another reason.\n=No contract."
    for row in rows:
        for name, cell in row.items():
            runs = cell.startswith(("=", "+", "-", "@"))
            assert not runs or name in {"CCN", "About: User ID"}, (name, cell)


def test_each_download_is_on_record_and_for_cms_whom_it_names(past: Past) -> None:
    file(past.ann, f"/history/requests/{past.anns.pk}/csv/")
    exported = AuditEvent.objects.get(type=DeskEvent.EXPORTED)
    assert (exported.actor, exported.ccn, exported.request_id) == (
        past.ann,
        "015009",
        past.anns.pk,
    )
    file(past.reviewer, since="2026-11-01")
    exported = AuditEvent.objects.filter(type=DeskEvent.EXPORTED).latest("pk")
    assert exported.details == {"list": "history", "since": "2026-11-01"}
    named = AuditEvent.objects.filter(type=EventType.PERSON_VIEWED).latest("pk")
    people = User.objects.filter(username__in=["ann", "vera", "nora", "olga"])
    assert named.details["people"] == sorted(people.values_list("pk", flat=True))
    browser_of(past.ann).head(f"{HOME}csv/")
    assert AuditEvent.objects.filter(type=DeskEvent.EXPORTED).count() == 2


def test_other_spellings_lead_to_its_one_page(past: Past) -> None:
    response = browser_of(past.nora).get("/history/providers/015009B/")
    assert response["Location"] == HOME
    sheet(past.nora, "/history/providers/nonsense/", status=404)


def test_as_many_queries_for_three_requests_as_for_fifteen(past: Past) -> None:
    def taken(user: User, path: str = HOME) -> int:
        client = browser_of(user)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(path).status_code == 200
        return len(captured)

    readers = (past.nora, past.ann, past.reviewer)
    few = [taken(each) for each in readers]
    for _ in range(12):
        make.submit(make.person(), past.home)
    for _ in range(3):
        make.submit(past.ann, past.home, "assessment_submitter")
        workflow.withdraw(past.ann.access_requests.latest("pk").pk, by=past.ann)
    assert [taken(each) for each in readers] == few
    assert max(few) <= 14, few
