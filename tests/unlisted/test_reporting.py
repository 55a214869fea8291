"""Telling CMS that a provider is missing: the words that come along, the limits, who sees it."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from access_requests.models import DeskEvent, UnlistedProvider
from access_requests.statement import NotEligible
from access_requests.unlisted import reporting
from accounts.models import AuditEvent, Notice, User
from tests import builders as make

pytestmark = pytest.mark.django_db

TELL = "Tell CMS that it is missing"
ASKED = {
    "ccn": " 01-5999 ",
    "role": "pso",
    "affiliation": "employed",
    "legal_name": "Nora Lund",
    "job_title": "Director of <Nursing>",
    "employer": "Quiet & Sons",
    "keep_in_profile": "on",
    "administrator_name": "Ada Winter",
    "administrator_contact": "(555) 010-0142",
}
MISSING = {
    "certified": "yes",
    "name": "Quiet Harbor Home",
    "city": "Mobile",
    "state": "AL",
    "evidence": "Tie-in notice of October 2.",
}


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def send(client: Client, **said: str) -> Any:
    return client.post("/not-listed/new/", ASKED | MISSING | said)


def test_the_form_for_asking_offers_the_way_and_only_where_the_ccn_may_be_missing() -> None:
    client = signed_in(make.person())
    page = client.post("/requests/new/", ASKED).content.decode()
    assert TELL in page
    assert 'formaction="/not-listed/new/"' in page
    assert TELL not in client.post("/requests/new/", ASKED | {"ccn": "15009"}).content.decode()
    assert TELL in client.get("/providers/answer/?ccn=015999").content.decode()
    assert TELL not in client.get("/providers/answer/?ccn=012500").content.decode()
    nothing_found = client.get("/providers/?q=no+such+home").content.decode()
    assert 'href="/not-listed/new/"' in nothing_found
    assert "/not-listed/new/?ccn=015999" in client.get("/providers/?q=015999").content.decode()
    assert "/not-listed/new/" in client.get("/help/").content.decode()


def test_what_was_typed_into_the_form_for_asking_is_in_the_report_form() -> None:
    client = signed_in(make.person(full_name=""))
    response = client.post("/not-listed/new/", ASKED)
    assert response.status_code == 200
    form = response.context["form"]
    assert {name: form[name].value() for name in ASKED} == ASKED | {"keep_in_profile": True}
    assert "Provider Security Official, as you typed it" in response.content.decode()
    assert not UnlistedProvider.objects.exists()


def test_the_report_keeps_every_word() -> None:
    nurse = make.person(full_name="")
    response = send(signed_in(nurse))
    report = UnlistedProvider.objects.get()
    assert response["Location"] == f"/not-listed/{report.pk}/"
    assert report.typed == " 01-5999 "
    kept = {**ASKED, **MISSING}
    for name in ("job_title", "employer", "administrator_name", "administrator_contact"):
        assert getattr(report, name) == kept[name]
    assert (report.role_id, report.affiliation, report.evidence) == (
        "pso",
        "employed",
        MISSING["evidence"],
    )
    nurse.refresh_from_db()
    assert (nurse.full_name, nurse.job_title) == ("Nora Lund", ASKED["job_title"])
    event = AuditEvent.objects.get(type=DeskEvent.UNLISTED_REPORTED)
    assert (event.actor, event.ccn, event.details["typed"]) == (nurse, "015999", " 01-5999 ")
    told = dict(Notice.objects.values_list("recipient__username", "kind"))
    assert told[nurse.username] == "unlisted_reported"


def test_my_requests_and_the_reports_own_page_say_who_has_it() -> None:
    nurse = make.person()
    report = make.unlisted(nurse, typed="015999")
    client = signed_in(nurse)
    assert "CMS is looking into it" in client.get("/requests/").content.decode()
    page = client.get(report.get_absolute_url()).content.decode()
    assert "CMS has it" in page
    assert "Take this report back" in page
    assert signed_in(make.person()).get(report.get_absolute_url()).status_code == 404
    assert client.get("/not-listed/").status_code == 404


@pytest.mark.parametrize(
    ("said", "field", "says"),
    [
        ({"ccn": ""}, "ccn", "Enter the CCN, or say"),
        ({"ccn": "0" * 61}, "ccn", "at most 60"),
        ({"name": " "}, "name", "Enter the name"),
        ({"state": "XX"}, "state", "from the list"),
        ({"evidence": ""}, "evidence", "how CMS can see"),
        ({"evidence": "x" * 2001}, "evidence", "2,000"),
        ({"certified": ""}, "certified", "Say whether"),
        ({"job_title": ""}, "job_title", "job title"),
        ({"affiliation": ""}, "affiliation", "how you belong"),
        ({"affiliation": "vendor"}, "affiliation", "A vendor cannot be"),
        ({"administrator_contact": ""}, "administrator_contact", "how CMS can reach"),
        ({"name": "Quiet\0Harbor"}, "name", "Null"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(
    said: dict[str, str], field: str, says: str
) -> None:
    response = send(signed_in(make.person(full_name="")), **said)
    assert response.status_code == 422
    assert says in " ".join(response.context["form"].errors[field])
    assert not UnlistedProvider.objects.exists()


def test_a_personal_address_hears_at_once_what_stands_in_its_way() -> None:
    nurse = make.person(email="nora@gmail.com")
    response = send(signed_in(nurse))
    assert "attests_small_organization" in response.context["form"].errors
    both = {"attests_small_organization": "on", "attests_no_corporate_email": "on"}
    assert send(signed_in(nurse), **both).status_code == 302
    assert UnlistedProvider.objects.get().attests_small_organization


def test_a_provider_on_the_list_is_not_missing_and_can_be_asked_for_with_the_same_words() -> None:
    make.provider("015999", name="QUIET HARBOR HOME")
    client = signed_in(make.person())
    response = send(client)
    assert "is on CMS’s list: Quiet Harbor Home" in response.content.decode()
    assert 'formaction="/requests/new/"' in response.content.decode()
    assert client.post("/requests/new/", ASKED | MISSING)["Location"].startswith("/requests/")


def test_a_role_is_not_needed_to_report() -> None:
    nurse = make.person()
    nothing = dict.fromkeys(("role", "job_title", "employer", "administrator_name"), "")
    assert send(signed_in(nurse), **nothing).status_code == 302
    report = UnlistedProvider.objects.get()
    assert (report.role, report.affiliation, report.job_title) == (None, "", "")


def test_one_open_report_of_a_ccn_and_five_in_all() -> None:
    nurse = make.person()
    report = make.unlisted(nurse, typed="015999")
    with pytest.raises(NotEligible, match="already"):
        make.unlisted(nurse, typed=" 01 5999")
    make.unlisted(nurse, typed="", name="Sunny Harbor", is_certified=False)
    with pytest.raises(NotEligible, match="already"):
        make.unlisted(nurse, typed="", name="SUNNY  HARBOR", is_certified=False)
    for number in range(3):
        make.unlisted(nurse, typed=f"01599{number}")
    with pytest.raises(NotEligible, match="5 open reports"):
        make.unlisted(nurse, typed="015995")
    reporting.take_back(report.pk, by=nurse)
    make.unlisted(nurse, typed="015999")
    make.unlisted(make.person(), typed="015999")


def test_taking_back_is_the_reporters_and_only_while_it_is_open() -> None:
    nurse = make.person()
    report = make.unlisted(nurse)
    address = f"{report.get_absolute_url()}take-back/"
    assert signed_in(make.person()).post(address).status_code == 404
    client = signed_in(nurse)
    assert client.post(address).status_code == 302
    again = client.post(address)
    assert again.status_code == 409
    assert "taken the report back" in again.content.decode()
    assert AuditEvent.objects.filter(type=DeskEvent.UNLISTED_WITHDRAWN).count() == 1
