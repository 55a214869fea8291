"""Identifiers of providers that are not certified yet: read everywhere, exchanged for the CCN."""

from __future__ import annotations

import io
import json

import pytest
from django.core.management import call_command
from django.test import Client

from access_requests import workflow
from access_requests.models import AccessRequest, DeskEvent, RoleAssignment
from access_requests.unlisted import certifying
from access_requests.unlisted.certifying import NotGiven
from accounts.models import AuditEvent, OutgoingEmail
from providers.answers import answer_for
from providers.ccn import Reading, Unreadable, provisional_id, read
from providers.models import Chain, Enrollment, Program, Provider
from tests import builders as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def home() -> Provider:
    return make.provider("PTX00012", provisional_id="PTX00012", state="TX", city="AUSTIN")


def reading_of(ccn: str) -> Reading:
    reading = read(ccn)
    assert isinstance(reading, Reading)
    return reading


def give(provider: Provider, ccn: str = "455999", *, same_as: Provider | None = None) -> Provider:
    return certifying.give_ccn(
        provider.pk, reading_of(ccn), same_as=same_as and same_as.pk, by=make.reviewer()
    )


@pytest.mark.parametrize(
    "typed", ["PTX00012", " ptx-00012 ", "P TX 00012", "'PTX00012", "ＰＴＸ０００１２"]
)
def test_any_spelling_finds_it(typed: str, home: Provider) -> None:
    assert provisional_id(typed) == "PTX00012"
    assert Provider.objects.get_by_ccn(typed) == home
    answer = answer_for(typed)
    assert (answer.answer, answer.ccn, answer.state, answer.kind, answer.provider) == (
        "ok",
        "PTX00012",
        "TX",
        "snf",
        home,
    )
    assert "provisional identifier" in answer.message


@pytest.mark.parametrize(
    "typed", ["PTX0012", "PTX000123", "PZZ00012", "PT100012", "015009", "P", "", "PTX0001A"]
)
def test_nothing_else_is_one(typed: str) -> None:
    assert provisional_id(typed) == ""


def test_it_is_no_ccn_where_a_ccn_is_wanted() -> None:
    reading = read("PTX00012")
    assert isinstance(reading, Unreadable)
    assert "It is not a CCN" in reading.message


def test_check_ccn_knows_them(home: Provider) -> None:
    make.provider("PTX00013", provisional_id="PTX00013", closed_on="2024-05-01")
    make.provider("PTX00014", provisional_id="PTX00014", kind="hha")
    Program.objects.filter(kinds__contains=["hha"]).update(pso_opens_at=None, general_opens_at=None)
    out = io.StringIO()
    values = ["ptx-00012", "PTX00013", "PTX00014", "PTX00015", "455999"]
    call_command("check_ccn", *values, "--json", stdout=out)
    said = json.loads(out.getvalue())
    assert [each["answer"] for each in said] == [
        "ok",
        "closed",
        "not_onboarding",
        "not_on_roster",
        "not_on_roster",
    ]
    assert [each["state"] for each in said] == ["TX", "AL", "AL", "TX", "TX"]
    assert "tell CMS" in said[3]["message"]


def test_its_pages_say_so_and_it_can_be_asked_for(client: Client, home: Provider) -> None:
    nurse = make.person()
    client.force_login(nurse)
    label = "Provisional, not certified yet"
    assert label in client.get("/providers/PTX00012/").content.decode()
    assert client.get("/providers/ptx 00012/")["Location"] == "/providers/PTX00012/"
    assert label in client.get("/providers/?q=ptx-00012").content.decode()
    assert (
        "provisional identifier" in client.get("/providers/answer/?ccn=PTX00012").content.decode()
    )
    said = {"role": "assessment_viewer", "affiliation": "employed", "job_title": "Nurse"}
    response = client.post("/requests/new/", said | {"ccn": "ptx00012", "employer": "Quiet"})
    assert response.status_code == 302
    assert AccessRequest.objects.get().provider == home


def test_with_its_ccn_everything_stays_and_the_old_identifier_still_finds_it(
    client: Client, home: Provider
) -> None:
    pso = make.pso(home)
    asked = make.submit(make.person(), home)
    given = give(home)
    assert (given.pk, given.ccn, given.provisional_id) == (home.pk, "455999", "PTX00012")
    assert RoleAssignment.objects.get(user=pso).provider == given
    workflow.approve(asked.pk, by=pso)
    assert Provider.objects.get_by_ccn("PTX00012") == given
    answer = answer_for("PTX00012")
    assert (answer.answer, answer.ccn) == ("ok", "455999")
    client.force_login(pso)
    assert client.get("/providers/PTX00012/")["Location"] == "/providers/455999/"
    assert "formerly PTX00012" in client.get("/providers/455999/").content.decode()
    lines = AuditEvent.objects.filter(type=DeskEvent.CCN_GIVEN).order_by("pk")
    assert [each.ccn for each in lines] == ["PTX00012", "455999"]
    assert {each.details["provisional_id"] for each in lines} == {"PTX00012"}
    told = OutgoingEmail.objects.filter(subject__contains="has its CCN: 455999")
    assert set(told.values_list("to_address", flat=True)) == {pso.email, asked.requester.email}


def test_a_row_that_a_roster_brought_becomes_one_with_it(home: Provider) -> None:
    chain = Chain.objects.create(name="LONE STAR HOMES")
    listed = make.provider("455999", name="LONE STAR MANOR", state="TX", chain=chain)
    Provider.objects.filter(pk=listed.pk).update(
        listed_in=["SNF_Enrollments"], phone="5125550100", kind="snf"
    )
    Enrollment.objects.create(provider=listed, enrollment_id="O1", ccn="455999")
    asked = make.submit(make.person(), home)
    given = give(home, same_as=listed)
    assert not Provider.objects.filter(pk=listed.pk).exists()
    assert (given.name, given.chain, given.phone, given.listed_in) == (
        "LONE STAR MANOR",
        chain,
        "5125550100",
        ["SNF_Enrollments"],
    )
    assert given.enrollments.get().enrollment_id == "O1"
    asked.refresh_from_db()
    assert asked.provider.ccn == "455999"


def test_where_somebodys_case_is_a_person_must_decide(home: Provider) -> None:
    listed = make.provider("455999", state="TX")
    make.submit(make.person(), listed)
    with pytest.raises(NotGiven, match="something has happened there already: 1 ") as refused:
        give(home, same_as=listed)
    assert "Leave PTX00012 as it is" in str(refused.value)
    home.refresh_from_db()
    assert home.ccn == "PTX00012"
    assert Provider.objects.filter(pk=listed.pk).exists()


def test_a_closed_ccn_is_not_given_and_none_twice(home: Provider) -> None:
    make.provider("455998", state="TX", closed_on="2024-05-01")
    with pytest.raises(NotGiven, match="closed since"):
        give(home, "455998")
    give(home)
    with pytest.raises(NotGiven, match="already: 455999"):
        give(home, "455997")


def test_the_page_compares_the_two_before_they_become_one(client: Client, home: Provider) -> None:
    listed_row = make.provider("455999", name="LONE STAR MANOR", state="TX")
    client.force_login(make.reviewer())
    listed = client.get("/not-listed/provisional/").content.decode()
    assert "PTX00012" in listed
    address = f"/not-listed/provisional/{home.pk}/"
    for ccn, says in (
        ("", "Enter the CCN"),
        ("015999", "a number of Alabama"),
        ("012515", "dialysis"),
        ("PTX00012", "It is not a CCN"),
        ("455999", "Compare the two above"),
    ):
        response = client.post(address, {"ccn": ccn})
        assert (response.status_code, says in response.content.decode()) == (422, True)
    assert "Lone Star Manor" in response.content.decode()
    ticked = {"ccn": "455999", "is_same": "on"}
    assert client.post(address, ticked | {"compared": home.pk}).status_code == 422
    done = client.post(address, ticked | {"compared": listed_row.pk})
    assert done["Location"] == "/providers/455999/"
    assert "455999" in client.get(address).content.decode()


def test_the_page_refuses_with_what_is_possible(client: Client, home: Provider) -> None:
    listed = make.provider("455999", state="TX")
    make.submit(make.person(), listed)
    client.force_login(make.reviewer())
    response = client.post(f"/not-listed/provisional/{home.pk}/", {"ccn": "455999"})
    assert response.status_code == 409
    assert "have its people ask at 455999" in response.content.decode()
