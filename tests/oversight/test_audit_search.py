"""The trail, searched by person, CCN, time, action, request and who did it."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import datetime, timedelta
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.conf import LazySettings
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from access_requests import workflow
from access_requests.audit_search import criteria as criterias
from access_requests.audit_search import finding
from access_requests.models import AccessRequest
from accounts import audit, audit_seals
from accounts.encryption import encrypt
from accounts.models import AuditEvent, User
from providers.models import Provider
from providers.reference import EASTERN
from tests import builders as make
from tests.pages.browsing import browser_of, field_error, words

pytestmark = pytest.mark.django_db

Search = Callable[..., Any]


@pytest.fixture
def search(desk: Client) -> Search:
    def posted(**said: str) -> Any:
        response = desk.post("/audit/", said)
        assert response.status_code == 302, words(response)
        return desk.get(response["Location"])

    return posted


def lines(response: Any) -> list[AuditEvent]:
    return [each.event for each in response.context["events"]]


def types(response: Any) -> list[str]:
    return [each.type for each in lines(response)]


@pytest.fixture
def home() -> Provider:
    return make.provider("015009", name="BURNS NURSING HOME")


@pytest.fixture
def asked(home: Provider) -> AccessRequest:
    """Approved: submitted by Erin, decided by Dana."""
    dana = make.pso(home, make.person("dquill52", full_name="Dana Quill"))
    erin = make.person("efrost31", full_name="Erin Frost")
    asked = make.submit(erin, home)
    workflow.approve(asked.pk, by=dana)
    return asked


def test_it_begins_with_the_search_alone(desk: Client, asked: AccessRequest) -> None:
    page = words(desk.get("/audit/"))
    assert "What was done" in page
    assert "Erin Frost" not in page


def test_a_person_is_found_in_both_parts_and_in_each(search: Search, asked: AccessRequest) -> None:
    page = search(who="dquill52")
    assert types(page)[0] == "request_approved"
    assert {each.person and each.person.username for each in lines(page)} == {
        "efrost31",
        "dquill52",
    }
    assert "Lines about Dana Quill, dquill52" in words(page)
    done = lines(search(who="dquill52", part="actor"))
    assert {each.actor.username for each in done} == {"dquill52"}  # type: ignore[union-attr]
    about = lines(search(who="dquill52", part="subject"))
    assert {each.person.username for each in about} == {"dquill52"}  # type: ignore[union-attr]
    for who in ("efrost31@sunrise-care.example", "erin frost"):
        assert "request_submitted" in types(search(who=who))


def test_of_several_people_one_is_chosen_first(
    desk: Client, search: Search, asked: AccessRequest, reviewer: User
) -> None:
    make.person("efrost32", full_name="Evan Frost")
    page = search(who="frost")
    assert "Whom do you mean?" in words(page)
    looks = AuditEvent.objects.filter(type="person_viewed", actor=reviewer)
    assert {each.person.username for each in looks if each.person} == {"efrost31", "efrost32"}
    [url] = [url for person, url in page.context["people"] if person.username == "efrost31"]
    assert "request_submitted" in types(desk.get(url))
    assert "Nobody found" in words(search(who="zzz nobody"))


@pytest.mark.parametrize("typed", ["015009", "01-5009", "CCN 015009b"])
def test_by_ccn_in_any_spelling(search: Search, asked: AccessRequest, typed: str) -> None:
    make.submit(make.person(), make.provider("455001"))
    found = lines(search(ccn=typed))
    assert len(found) >= 4
    assert {each.ccn for each in found} == {"015009"}


def test_by_ccn_the_lines_under_the_provisional_identifier_are_found_too(
    search: Search, reviewer: User
) -> None:
    make.provider("015010", provisional_id="PAL00001")
    for ccn in ("PAL00001", "015010", "015011"):
        audit.record("unlisted_added", actor=reviewer, ccn=ccn)
    for typed in ("PAL00001", "015010"):
        assert {each.ccn for each in lines(search(ccn=typed))} == {"PAL00001", "015010"}
    # Not on the roster, and yet in the trail.
    assert {each.ccn for each in lines(search(ccn="015011"))} == {"015011"}


def test_by_action_group_request_and_doer(search: Search, asked: AccessRequest) -> None:
    audit.record("email_bounced", actor=None, person=asked.requester)
    assert set(types(search(action="request_approved"))) == {"request_approved"}
    assert set(types(search(action="group:requests"))) == {"request_submitted", "request_approved"}
    of_one = lines(search(request=str(asked.pk)))
    assert {each.request_id for each in of_one} == {asked.pk}
    assert types(search(by="system")) == ["email_bounced"]
    assert "email_bounced" not in types(search(by="people"))
    combined = search(who="efrost31", ccn="015009", action="request_submitted", by="people")
    assert [each.request_id for each in lines(combined)] == [asked.pk]
    assert "No line found" in words(search(who="efrost31", by="system", ccn="015009"))


def at(moment: datetime, type_: str = "signed_in") -> None:
    with time_machine.travel(moment, tick=False):
        audit.record(type_, actor=None)


def test_days_are_those_of_eastern_time(search: Search) -> None:
    """From the first moment of the first day to the last of the last, summer and winter."""
    midnight = datetime(2026, 7, 1, tzinfo=EASTERN)
    for seconds in (-1, 0, 86399, 86400):
        at(midnight + timedelta(seconds=seconds))
    found = lines(search(since="2026-07-01", until="2026-07-01"))
    assert [each.at for each in found] == [
        midnight + timedelta(seconds=86399),
        midnight,
    ]
    assert len(lines(search(since="2026-07-01", action="signed_in"))) == 3
    assert len(lines(search(until="2026-06-30"))) == 1
    assert "No line found" in words(search(since="2199-01-01"))
    assert "No line found" in words(search(until="1999-01-01"))


def test_lines_numbered_a_little_out_of_order_are_not_lost(search: Search) -> None:
    """Two servers: the later number has the earlier time, across midnight."""
    midnight = datetime(2026, 7, 1, tzinfo=EASTERN)
    at(midnight + timedelta(seconds=5))
    at(midnight - timedelta(seconds=5))
    at(midnight + timedelta(seconds=1))
    assert len(lines(search(since="2026-07-01", until="2026-07-01"))) == 2
    assert len(lines(search(since="2026-06-30", until="2026-06-30"))) == 1


@pytest.mark.parametrize(
    ("said", "field", "error"),
    [
        ({"ccn": "99999X"}, "ccn", ""),
        ({"request": "12a"}, "request", "A request number has digits only."),
        ({"request": "9" * 30}, "request", "less than or equal"),
        ({"action": "nothing"}, "action", "Choose from the list."),
        ({"since": "soon"}, "since", "This is no date."),
        ({"since": "0001-01-01"}, "since", "Use a year from 1900"),
        ({"since": "2026-02-01", "until": "2026-01-01"}, "until", "before the first"),
        ({"who": "\0"}, "who", "Null characters"),
    ],
)
def test_what_cannot_be_searched_for_is_told(
    desk: Client, said: dict[str, str], field: str, error: str
) -> None:
    response = desk.post("/audit/", said)
    assert response.status_code == 422
    assert field_error(response, field)
    assert error in field_error(response, field)


def test_what_is_typed_stands_in_no_address_and_in_no_line(
    desk: Client, asked: AccessRequest, reviewer: User
) -> None:
    url = desk.post("/audit/", {"who": "Erin Frost", "ccn": "015009"})["Location"]
    assert "Frost" not in url
    assert "015009" not in url
    page = desk.get(url)
    assert 'value="Erin Frost"' in page.content.decode()
    line = AuditEvent.objects.get(type="audit_searched")
    assert (line.actor, line.person, line.ccn) == (reviewer, asked.requester, "015009")
    assert line.details == {"filters": ["person", "ccns"]}
    other = browser_of(make.reviewer()).get(url)
    assert "This search is over" in words(other)
    with time_machine.travel(timezone.now() + timedelta(hours=13)):
        assert criterias.read(url.partition("search=")[2], reviewer) is None
    for junk in ("junk", "%00", encrypt("[1]"), encrypt("{}")):
        assert "This search is over" in words(desk.get(f"/audit/?search={junk}"))


def test_pages_go_on_where_the_last_one_ended(desk: Client, search: Search) -> None:
    for _ in range(60):
        audit.record("roster_imported", actor=None)
    page, seen = search(action="roster_imported"), []
    while True:
        seen += [each.pk for each in lines(page)]
        if not page.context["next_url"]:
            break
        page = desk.get(page.context["next_url"])
    assert len(seen) == 60
    assert seen == sorted(seen, reverse=True)


def test_details_are_words_and_tampering_shows(
    search: Search, reviewer: User, settings: LazySettings
) -> None:
    opens_at = "2026-01-05T00:00:00-05:00"
    changes = {"before": {"pso_opens_at": None}, "after": {"pso_opens_at": opens_at}}
    audit.record("program_changed", actor=reviewer, details={"program": "hope", **changes})
    decision = {"role": "pso", "reason": "not_employed", "authority": "cms"}
    audit.record("request_rejected", actor=reviewer, details=decision)
    page = words(search(who=reviewer.username, part="actor"))
    assert "PSO requests open was no date, then January 5, 2026, Eastern Time" in page
    assert "Role Provider Security Official" in page
    assert "Reason Does not work for this provider or serve it" in page
    assert "Tampered with" not in page
    settings.AUDIT_KEY = "not the key that these lines were signed with"
    assert "Tampered with" in words(search(action="program_changed"))


def test_how_far_the_trail_is_sealed_is_said(desk: Client, asked: AccessRequest) -> None:
    assert "sealed up to" not in words(desk.get("/audit/"))
    audit_seals.seal_new_lines()
    assert "The trail is sealed up to" in words(desk.get("/audit/"))
    call_command("verify_audit")


def test_the_export_is_the_search_and_is_on_record(
    desk: Client, search: Search, asked: AccessRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "_EXPORTED_AT_ONCE", 2)
    page = search(ccn="015009")
    response = desk.get(page.context["export_url"])
    rows = rows_of(response)
    assert rows[0][0] == "Number"
    assert {row[8] for row in rows[1:]} == {'="015009"'}
    assert len(rows) == 1 + len(lines(page))
    line = AuditEvent.objects.get(type="exported")
    assert line.details == {"list": "audit", "filters": ["ccns"]}
    monkeypatch.setattr(finding, "MOST_EXPORTED", 3)
    rows = rows_of(desk.get(page.context["export_url"]))
    assert len(rows) == 1 + 3 + 1
    assert rows[-1][2].startswith("There are more lines.")
    assert desk.get("/audit/export/").status_code == 302


def rows_of(response: Any) -> list[list[str]]:
    text = b"".join(response.streaming_content).decode().removeprefix("\ufeff")
    return list(csv.reader(StringIO(text)))
