"""Programs as rows with dates: switched on by CMS, who has read before who is affected."""

from __future__ import annotations

import json
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from access_requests import workflow
from access_requests.programs import changes, dates, steps
from accounts import audit
from accounts.models import AuditEvent, User
from providers.answers import answer_for
from providers.models import Program
from providers.reference import EASTERN
from tests import builders as make
from tests.pages.browsing import browser_of, field_error, value_of, words

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 23, 12, tzinfo=EASTERN)


def typed(code: str, **moments: str) -> dict[str, Any]:
    """The form as it stands, with these dates; what the page showed is sent along."""
    program = Program.objects.get(code=code)
    sent: dict[str, Any] = {"name": program.name, "kinds": program.kinds, "note": program.note}
    for name in ("pso_opens_at", "general_opens_at", "goes_live_at"):
        at = getattr(program, name)
        local = timezone.localtime(at, EASTERN) if at else None
        sent[f"{name}_on"] = f"{local:%Y-%m-%d}" if local else ""
        sent[f"{name}_time"] = f"{local:%H:%M}" if local else "00:00"
    return sent | {"seen": changes.seen(program)} | moments


def test_the_list_says_in_words_where_each_stands(reviewer: User) -> None:
    make.provider()
    Program.objects.filter(code="mds").update(goes_live_at=NOON + timedelta(days=32))
    Program.objects.filter(code="hope").update(pso_opens_at=NOON + timedelta(days=1))
    with time_machine.travel(NOON):
        said = {each.code: dates.sentence(each, NOON) for each in Program.objects.all()}
        page = words(browser_of(reviewer).get("/programs/"))
    assert said["mds"] == (
        "PSO requests since October 3, 2022, everyone since November 15, 2022; "
        "goes live on December 25, 2026, 12:00 PM (in 32 days)."
    )
    assert said["hope"] == (
        "PSO requests from November 24, 2026, 12:00 PM (in 1 day), no date for other roles."
    )
    assert said["oasis"] == "Not open: CMS has set no date for requests."
    assert said["pbj"] == "Not onboarded: nobody needs an account for it."
    assert all(sentence in page for sentence in said.values())
    assert "1 open CCN" in page
    assert "Eastern Time" in page


@pytest.mark.parametrize(
    ("day", "at", "said"),
    [
        (date(2026, 3, 8), time(2, 30), "2:30 AM does not exist on March 8, 2026"),
        (date(2026, 11, 1), time(1, 30), "1:30 AM comes twice on November 1, 2026"),
        (date(1, 1, 1), time(), "Use a year from 2000 to 2100."),
    ],
)
def test_hours_that_the_clocks_skip_or_repeat_are_refused(day: date, at: time, said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        dates.eastern(day, at)


def test_midnight_is_eastern_in_summer_and_in_winter() -> None:
    assert dates.eastern(date(2026, 7, 1), time()).isoformat() == "2026-07-01T00:00:00-04:00"
    assert dates.eastern(date(2026, 12, 1), time()).isoformat() == "2026-12-01T00:00:00-05:00"


def test_nothing_is_saved_before_who_is_affected_was_read(desk: Client, reviewer: User) -> None:
    for number, state in enumerate(("TX", "TX", "AL")):
        make.provider(f"{67 if state == 'TX' else '01'}150{number}", state=state, kind="hospice")
    make.provider("011599", closed_on=timezone.now().date(), kind="hospice")
    sent = typed("hope", pso_opens_at_on="2026-01-05", pso_opens_at_time="08:00")
    preview = words(desk.post("/programs/hope/", sent))
    for said in (
        "Nothing is saved yet",
        "PSO requests since January 5, 2026, 8:00 AM, no date for other roles.",
        "no date January 5, 2026, 8:00 AM, Eastern Time",
        "PSO requests open at once for 3 CCNs.",
        "In 2 states, most in: TX 2, AL 1",
        "Nobody has an open request at these CCNs.",
        "No PSO 3",
    ):
        assert said in preview
    assert "CMS has not set the date for other roles yet." in preview
    assert Program.objects.get(code="hope").pso_opens_at is None
    assert not AuditEvent.objects.filter(type="program_changed").exists()

    done = desk.post("/programs/hope/", sent | {"save": "yes"}, follow=True)
    assert "is changed." in words(done)
    assert Program.objects.get(code="hope").pso_opens_at == datetime(2026, 1, 5, 8, tzinfo=EASTERN)
    line = AuditEvent.objects.get(type="program_changed")
    assert line.actor == reviewer
    assert line.details == {
        "program": "hope",
        "before": {"pso_opens_at": None},
        "after": {"pso_opens_at": "2026-01-05T08:00:00-05:00"},
    }
    assert answer_for("011502").is_ok


def test_a_date_moved_later_is_warned_about_and_takes_nothing(desk: Client) -> None:
    """Rule 3: dates gate submitting, never deciding."""
    home, asker = make.provider(), make.person()
    first, second = make.submit(make.person(), home, "pso"), make.submit(asker, home)
    make.submit(asker, home, "assessment_submitter")
    sent = typed(
        "mds", pso_opens_at_on="2030-01-01", general_opens_at_on="2030-02-01", goes_live_at_on=""
    )
    page = words(desk.post("/programs/mds/", sent))
    assert "All requests close at 1 CCN." in page
    assert "Requests for other roles close at 1 CCN." in page
    assert "3 requests are open at these CCNs, people who asked: 2." in page
    assert "People are waiting where asking would stop" in page
    assert "go live before everyone can ask" not in page
    late = {"general_opens_at_on": "2030-02-01", "goes_live_at_on": "2023-04-17"}
    early = words(desk.post("/programs/mds/", typed("mds", **late, goes_live_at_time="00:00")))
    assert "It would go live before everyone can ask" in early
    desk.post("/programs/mds/", sent | {"save": "yes"})
    assert not answer_for(home.ccn).is_ok
    workflow.approve(first.pk, by=make.reviewer())
    workflow.approve(second.pk, by=first.requester)


def test_a_kind_that_another_program_serves_is_not_counted_twice(desk: Client) -> None:
    """The earliest open program counts: MDS keeps nursing homes open, whatever OASIS says."""
    make.provider()
    sent = typed("oasis", pso_opens_at_on="2024-01-01", kinds="snf")
    assert "no CCN is affected" in words(desk.post("/programs/oasis/", sent))


@pytest.mark.parametrize(
    ("moments", "field", "said"),
    [
        ({"general_opens_at_on": "2027-01-01"}, "pso_opens_at_on", "Set the date for PSO"),
        (
            {"pso_opens_at_on": "2027-02-01", "general_opens_at_on": "2027-01-01"},
            "general_opens_at_on",
            "or later, not before",
        ),
        (
            {"pso_opens_at_on": "2027-02-01", "goes_live_at_on": "2027-01-01"},
            "goes_live_at_on",
            "cannot go live before",
        ),
        (
            {"pso_opens_at_on": "2027-03-14", "pso_opens_at_time": "02:15"},
            "pso_opens_at_on",
            "does not exist on March 14, 2027",
        ),
        ({"pso_opens_at_on": "soon"}, "pso_opens_at_on", "This is no date."),
        ({"pso_opens_at_on": "0001-01-01"}, "pso_opens_at_on", "Use a year from"),
        ({"pso_opens_at_time": "25:00"}, "pso_opens_at_time", "This is no time."),
        ({"name": ""}, "name", "This field is required."),
        ({"kinds": "hospital"}, "kinds", "Choose kinds from the list."),
    ],
)
def test_what_the_database_would_refuse_is_said_beside_the_field(
    desk: Client, moments: dict[str, str], field: str, said: str
) -> None:
    response = desk.post("/programs/hope/", typed("hope", **moments) | {"save": "yes"})
    assert response.status_code == 422
    assert said in (words(response) if field == "kinds" else field_error(response, field))
    assert not AuditEvent.objects.filter(type="program_changed").exists()


def test_somebody_elses_change_meanwhile_is_shown_and_not_overwritten(
    desk: Client, reviewer: User
) -> None:
    mine = typed("hope", pso_opens_at_on="2026-01-05")
    steps.change_program(
        "hope", by=reviewer, values={"note": "Theirs."}, seen=typed("hope")["seen"]
    )
    for step in ({}, {"save": "yes"}):
        response = desk.post("/programs/hope/", mine | step)
        assert response.status_code == 409
        assert "Note: was Hospices., is now Theirs." in words(response)
        assert value_of(response, "pso_opens_at_on") == "2026-01-05"
        assert value_of(response, "note") == "Theirs."
    assert Program.objects.get(code="hope").pso_opens_at is None
    sent = {name: value_of(response, name) for name in mine if name != "kinds"}
    assert desk.post("/programs/hope/", mine | sent | {"save": "yes"}).status_code == 302
    hope = Program.objects.get(code="hope")
    assert (hope.note, hope.pso_opens_at is not None) == ("Theirs.", True)
    for seen in ("", "[]", "null", json.dumps({"name": 1})):
        assert desk.post("/programs/hope/", mine | {"seen": seen}).status_code == 409


def test_what_was_not_changed_is_not_saved(desk: Client) -> None:
    response = desk.post("/programs/mds/", typed("mds"), follow=True)
    assert "Nothing has been changed" in words(response)
    desk.post("/programs/mds/", typed("mds") | {"save": "yes"})
    assert not AuditEvent.objects.filter(type="program_changed").exists()


def test_going_back_keeps_what_was_typed(desk: Client) -> None:
    sent = typed("hope", pso_opens_at_on="2026-01-05")
    response = desk.post("/programs/hope/", sent | {"back": "yes"})
    assert value_of(response, "pso_opens_at_on") == "2026-01-05"
    assert value_of(response, "seen") == sent["seen"]


def test_pbj_stays_without_accounts_and_without_dates(desk: Client) -> None:
    page = desk.get("/programs/pbj/")
    assert "pso_opens_at_on" not in page.content.decode()
    sent = typed("pbj", note="Not here.", pso_opens_at_on="2026-01-05") | {"save": "yes"}
    desk.post("/programs/pbj/", sent)
    pbj = Program.objects.get(code="pbj")
    assert (pbj.note, pbj.onboarded, pbj.pso_opens_at) == ("Not here.", False, None)


def test_a_change_that_cannot_be_recorded_is_not_made(
    reviewer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: object, **kwargs: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(audit, "record", broken)
    with pytest.raises(RuntimeError):
        steps.change_program("hope", by=reviewer, values={"note": "x"}, seen=typed("hope")["seen"])
    assert Program.objects.get(code="hope").note == "Hospices."
