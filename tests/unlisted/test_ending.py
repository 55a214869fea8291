"""CMS ends a report, and the kept request goes on in its reporter's name."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db.models import F
from django.test import Client
from django.utils import timezone

from access_requests import workflow
from access_requests.models import (
    AccessRequest,
    DeskEvent,
    EventType,
    Role,
    RoleAssignment,
    Status,
    UnlistedProvider,
)
from access_requests.unlisted import ending, machine_help
from access_requests.unlisted.adding import NewProvider
from access_requests.unlisted.reporting import AlreadyEnded
from accounts.models import AuditEvent, Notice, OutgoingEmail, User
from providers.models import Program, Provider
from tests import builders as make

pytestmark = pytest.mark.django_db

ADD = {
    "add-ccn": "01-5999",
    "add-name": "Quiet Harbor Home",
    "add-city": "Mobile",
    "add-state": "AL",
    "add-zip_code": "36601-1234",
    "add-phone": "(251) 555-0100",
}
NEW = NewProvider(ccn="015999", kind="snf", name="Quiet Harbor", city="Mobile", state="AL")


@pytest.fixture
def desk() -> Client:
    client = Client()
    client.force_login(make.reviewer("creyes7"))
    return client


def end(desk: Client, report: UnlistedProvider, how: str, **said: Any) -> Any:
    response = desk.post(f"{report.get_absolute_url()}{how}/", said)
    report.refresh_from_db()
    return response


def test_added_with_its_ccn_the_request_is_filed_from_the_day_it_was_asked(desk: Client) -> None:
    nurse = make.person()
    report = make.unlisted(nurse, "pso", typed="015999")
    UnlistedProvider.objects.update(reported_at=F("reported_at") - timedelta(days=3))
    assert end(desk, report, "add", **ADD).status_code == 302
    added = Provider.objects.get(ccn="015999")
    assert (added.kind, added.name, added.zip_code) == ("snf", "QUIET HARBOR HOME", "366011234")
    assert (added.provisional_id, added.listed_in, added.closed_on) == (None, [], None)
    filed = report.access_request
    assert filed is not None
    assert (filed.requester, filed.provider, filed.role_id) == (nurse, added, "pso")
    assert (filed.job_title, filed.employer) == ("Director of Nursing", "Sunrise Care LLC")
    assert filed.administrator_name == "Ada Winter"
    assert filed.submitted_at == report.reported_at < timezone.now() - timedelta(days=2)
    assert "Quiet Harbor Home" in desk.get("/queue/").content.decode()
    submitted = AuditEvent.objects.get(type=EventType.SUBMITTED)
    assert submitted.actor == nurse
    event = AuditEvent.objects.get(type=DeskEvent.UNLISTED_ADDED)
    assert (event.person, event.ccn, event.request_id) == (nurse, "015999", filed.pk)


def test_the_reporter_is_told_once_and_the_deciders_as_of_any_request(desk: Client) -> None:
    nurse = make.person()
    report = make.unlisted(nurse, typed="015999")
    end(desk, report, "add", **ADD)
    kinds = list(
        Notice.objects.filter(recipient=nurse).order_by("pk").values_list("kind", flat=True)
    )
    assert kinds == ["unlisted_reported", "unlisted_ended"]
    letter = OutgoingEmail.objects.filter(to_address=nurse.email).latest("pk")
    assert "Quiet Harbor Home" in letter.subject
    assert f"It is request {report.access_request_id}" in letter.body_text
    assert "no Provider Security Official" in letter.body_text


def test_on_the_roster_the_request_goes_to_its_psos(desk: Client) -> None:
    home = make.provider("015010")
    pso = make.pso(home)
    report = make.unlisted(make.person(), typed="15010")
    assert end(desk, report, "on-roster", chosen="015010").status_code == 302
    assert report.was_listed
    assert report.access_request is not None
    workflow.approve(report.access_request.pk, by=pso)
    assert RoleAssignment.objects.filter(user=report.reporter, provider=home).exists()


def test_not_certified_yet_it_gets_the_next_identifier_of_its_state(desk: Client) -> None:
    said = ADD | {"add-ccn": "", "add-kind": "hospice", "add-state": "TX"}
    Program.objects.filter(kinds__contains=["hospice"]).update(
        pso_opens_at=timezone.now(), general_opens_at=timezone.now()
    )
    first = make.unlisted(make.person(), is_certified=False)
    second = make.unlisted(make.person(), name="Sunny Harbor", is_certified=False)
    end(desk, first, "add", **said)
    end(desk, second, "add", **(said | {"add-name": "Sunny Harbor"}))
    assert first.provider is not None
    assert (first.provider.ccn, first.provider.provisional_id) == ("PTX00001", "PTX00001")
    assert second.provider is not None
    assert second.provider.ccn == "PTX00002"
    assert first.access_request is not None
    third = make.unlisted(make.person(), is_certified=False)
    end(desk, third, "add", **(said | {"add-name": "QUIET harbor home"}))
    assert (third.provider, third.was_listed) == (first.provider, True)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ("closed program", "not onboarding yet"),
        ("role gone", "no longer offered"),
        ("asked already", "already have an open request"),
        ("personal address", "confirm it here"),
        ("reviewer", "cannot hold a role"),
    ],
)
def test_what_cannot_be_filed_is_said_and_comes_back_filled_in(
    desk: Client, change: str, says: str
) -> None:
    nurse, home = make.person(), make.provider("015010")
    report = make.unlisted(nurse, typed="15010")
    if change == "closed program":
        Program.objects.update(pso_opens_at=None, general_opens_at=None)
    elif change == "role gone":
        Role.objects.filter(code="assessment_viewer").update(is_offered=False)
    elif change == "asked already":
        make.submit(nurse, home)
    elif change == "personal address":
        User.objects.filter(pk=nurse.pk).update(email="nora@gmail.com")
        nurse.emailaddress_set.update(email="nora@gmail.com")
    else:
        User.objects.filter(pk=nurse.pk).update(cms_role="agent")
    assert end(desk, report, "on-roster", **{"roster-ccn": "015010"}).status_code == 302
    assert (report.status, report.access_request) == ("added", None)
    assert says in report.not_filed_because
    assert says in OutgoingEmail.objects.filter(body_text__contains="ask again").latest(
        "pk"
    ).body_text.replace("\n", " ")
    if change == "reviewer":
        return
    client = Client()
    client.force_login(nurse)
    assert (
        f"/requests/new/?report={report.pk}"
        in client.get(report.get_absolute_url()).content.decode()
    )
    form = client.get(f"/requests/new/?report={report.pk}").context["form"]
    assert (form["ccn"].value(), form["job_title"].value()) == ("015010", "Director of Nursing")
    stranger = Client()
    stranger.force_login(make.person())
    other = stranger.get(f"/requests/new/?report={report.pk}").context["form"]
    assert other["ccn"].value() == ""


def test_answered_with_ready_made_words_and_ones_own(desk: Client) -> None:
    nurse = make.person()
    report = make.unlisted(nurse, typed="012599")
    said = {"answer-ready_made": "not_served", "answer-text": "It is a dialysis facility."}
    assert end(desk, report, "answer", **said).status_code == 302
    assert report.answer.startswith("iQIES does not take this kind of provider")
    assert report.answer.endswith("It is a dialysis facility.")
    assert (report.status, report.provider, AccessRequest.objects.count()) == ("answered", None, 0)
    letter = OutgoingEmail.objects.filter(to_address=nurse.email).latest("pk")
    assert "It is a dialysis facility." in letter.body_text


def test_reports_of_one_provider_end_together_each_with_its_own_request(desk: Client) -> None:
    nurses = [make.person() for _ in range(3)]
    reports = [make.unlisted(each, typed="015999") for each in nurses]
    other_name = make.unlisted(make.person(), typed="015998", name="Quiet  Harbor")
    elsewhere = make.unlisted(make.person(), typed="", name="Quiet Harbor", state="TX")
    found = machine_help.others(reports[0])
    assert {each.pk: each.is_same_ccn for each in found} == {
        reports[1].pk: True,
        reports[2].pk: True,
        other_name.pk: False,
    }
    end(desk, reports[0], "add", **ADD, also=[reports[1].pk])
    assert list(AccessRequest.objects.values_list("requester", flat=True).order_by("pk")) == [
        nurses[0].pk,
        nurses[1].pk,
    ]
    still_open = UnlistedProvider.objects.filter(status="open")
    assert set(still_open) == {reports[2], other_name, elsewhere}
    wrong = end(desk, reports[2], "add", **ADD, also=[elsewhere.pk])
    assert wrong.status_code == 422


@pytest.mark.parametrize(
    ("how", "said", "says"),
    [
        ("add", {"add-ccn": "015010"}, "is on the roster"),
        ("add", {"add-ccn": "015011"}, "is closed since"),
        ("add", {"add-ccn": "012515"}, "a dialysis facility number"),
        ("add", {"add-ccn": "45A193"}, "a number of Texas"),
        ("add", {"add-ccn": "", "add-kind": ""}, "Choose the kind"),
        ("add", {"add-zip_code": "123"}, "five or nine digits"),
        ("add", {"add-ccn": "PAL00001"}, "It is not a CCN"),
        ("on-roster", {"roster-ccn": "015998"}, "is not on CMS"),
        ("on-roster", {"roster-ccn": "015011"}, "is closed since"),
        ("on-roster", {"entered": "yes"}, "by one of the buttons"),
        ("answer", {}, "Choose an answer, or write one"),
    ],
)
def test_what_cannot_be_is_said_and_what_was_typed_stays(
    desk: Client, how: str, said: dict[str, str], says: str
) -> None:
    make.provider("015010")
    make.provider("015011", closed_on="2024-05-01")
    report = make.unlisted(make.person(), typed="015999")
    sent = {"answer-text": "" if how == "answer" else "Half an answer"} | ADD | said
    response = end(desk, report, how, **sent)
    page = response.content.decode()
    assert response.status_code == 422
    assert says in page.replace("&#x27;", "'")
    assert 'value="Quiet Harbor Home"' in page
    assert how == "answer" or "Half an answer" in page
    assert report.is_open


def test_a_report_ends_once(desk: Client) -> None:
    report = make.unlisted(make.person(), typed="015999")
    end(desk, report, "add", **ADD)
    again = end(desk, report, "answer", **{"answer-text": "No."})
    assert again.status_code == 409
    assert "CMS has answered this report already: Added" in again.content.decode()
    assert Provider.objects.count() == 1
    with pytest.raises(AlreadyEnded):
        ending.answer(report.pk, text="No.", by=make.reviewer())


def test_a_provider_that_closed_meanwhile_takes_no_request(desk: Client) -> None:
    report = make.unlisted(make.person(), typed="015999")
    home = make.provider("015010", closed_on="2024-05-01")
    with pytest.raises(ending.ProviderClosed, match="closed since"):
        ending.is_on_roster(report.pk, provider_id=home.pk, by=make.reviewer())
    report.refresh_from_db()
    assert report.is_open


def test_nothing_is_half_written_where_the_trail_cannot_be(monkeypatch: pytest.MonkeyPatch) -> None:
    report = make.unlisted(make.person(), typed="015999")

    def fail(*_: Any, **__: Any) -> None:
        raise OSError

    monkeypatch.setattr("access_requests.unlisted.ending.trail.record", fail)
    with pytest.raises(OSError):  # noqa: PT011
        ending.add(report.pk, new=NEW, by=make.reviewer())
    report.refresh_from_db()
    assert report.is_open
    assert not Provider.objects.exists()
    assert not AccessRequest.objects.exists()


def test_the_list_says_what_the_machine_knows(desk: Client) -> None:
    make.provider("015010", name="QUIET HARBOR", city="MOBILE")
    make.unlisted(make.person(), typed="15010")
    make.unlisted(make.person(), typed="455999", name="Lone Star Manor")
    make.unlisted(make.person(), typed="455999", name="Lone Star Manor")
    page = desk.get("/not-listed/").content.decode()
    assert "unreadable" in page
    assert "015010 Quiet Harbor, Mobile, AL" in page
    assert "The number is one of Texas, and the report names Alabama." in page
    assert page.count("1 other report of it") == 2
    looked = AuditEvent.objects.filter(type=EventType.PERSON_VIEWED)
    assert looked.count() == 3


def test_an_agent_reads_and_does_not_end(desk: Client) -> None:
    report = make.unlisted(make.person(), typed="015999")
    client = Client()
    client.force_login(make.agent())
    page = client.get(report.get_absolute_url()).content.decode()
    assert "What the records say" in page
    assert "End the report" not in page
    assert client.post(f"{report.get_absolute_url()}add/", ADD).status_code == 404


def test_it_stays_pending_until_cms_decides_it_as_any_other(desk: Client) -> None:
    report = make.unlisted(make.person(), "pso", typed="015999")
    end(desk, report, "add", **ADD)
    assert report.access_request is not None
    assert report.access_request.status == Status.PENDING
    approved = workflow.approve(report.access_request.pk, by=make.reviewer())
    assert approved.status == Status.APPROVED
