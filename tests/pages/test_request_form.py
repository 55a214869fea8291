"""/requests/new/: what was typed stays, and each error stands beside its field."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from access_requests import workflow
from access_requests.models import AccessRequest
from accounts.models import AuditEvent, User
from providers.models import Program
from tests import builders
from tests.pages.browsing import browser_of, field_error, value_of, words

pytestmark = pytest.mark.django_db

URL = "/requests/new/"
TYPED = {
    "ccn": "015009",
    "role": "assessment_viewer",
    "affiliation": "employed",
    "job_title": "Director of Nursing",
    "employer": "Sunrise Care LLC",
}
NAMED = {"administrator_name": "Ada Winter", "administrator_contact": "(555) 010-0100"}


def post(client: Client, **typed: str) -> Any:
    return client.post(URL, {**TYPED, **typed})


@pytest.fixture
def client() -> Client:
    builders.provider("015009")
    return browser_of(builders.person())


@pytest.mark.parametrize("spelling", ["015009", " 01-5009 ", "01 5009", "015009B"])
def test_any_spelling_of_a_ccn_files_the_request(client: Client, spelling: str) -> None:
    response = post(client, ccn=spelling)
    filed = AccessRequest.objects.get()
    assert response.status_code == 302
    assert response["Location"] == filed.get_absolute_url()
    assert filed.provider.ccn == "015009"
    assert "Your request was submitted." in words(client.get(response["Location"]))


def test_an_empty_form_says_what_to_enter_beside_each_field(client: Client) -> None:
    response = client.post(URL, {})
    assert response.status_code == 422
    said = {
        name: field_error(response, name)
        for name in ("ccn", "role", "affiliation", "job_title", "employer")
    }
    assert all(said.values()), said
    page = words(response)
    assert "There is a problem" in page
    assert b"<title>Error:" in response.content
    for name, error in said.items():
        assert f'href="#id_{name}' in response.content.decode(), f"no link to {name}"
        assert page.count(error) >= 2, f"{error} is not in the summary"


@pytest.mark.parametrize(
    ("ccn", "part"),
    [
        ("", "Enter the CCN"),
        ("   ", "Enter the CCN"),
        ("4.40E+233", ""),
        ("15009", "015009"),
        ("015\x00009", "Null characters"),
        ("995001", ""),
        ("012500", "dialysis"),
        ("015999", ""),
        ("0" * 61, "60"),
        ("0" * 5000, "60"),
        ("<script>alert(1)</script>", ""),
        ("\ud7ff\U0001f600☃", ""),
        ("０１５００９", ""),
    ],
)
def test_a_bad_ccn_is_answered_beside_the_field_and_stays(
    client: Client, ccn: str, part: str
) -> None:
    response = post(client, ccn=ccn, job_title="Night & day nurse")
    if response.status_code == 302:
        assert ccn == "０１５００９", "only digits of another script may be taken for digits"
        return
    assert response.status_code == 422
    assert field_error(response, "ccn")
    assert part in field_error(response, "ccn")
    assert value_of(response, "job_title") == "Night & day nurse"
    assert value_of(response, "employer") == TYPED["employer"]
    assert value_of(response, "role") == TYPED["role"]
    if "\x00" not in ccn:
        assert value_of(response, "ccn").strip() == ccn.strip()
    assert b"<script>alert" not in response.content


def test_a_closed_provider_is_answered(client: Client) -> None:
    builders.provider("015011", closed_on="2024-05-01")
    response = post(client, ccn="015011")
    assert response.status_code == 422
    assert "closed" in field_error(response, "ccn")


@pytest.mark.parametrize("name", ["job_title", "employer"])
@pytest.mark.parametrize("typed", ["", "   ", "x" * 5000, "\x00", "\u202e\n"])
def test_a_bad_text_is_answered_beside_the_field(client: Client, name: str, typed: str) -> None:
    response = post(client, **{name: typed})
    assert response.status_code == 422
    assert field_error(response, name)
    assert value_of(response, "ccn") == "015009"
    assert not AccessRequest.objects.exists()


def test_what_cannot_be_seen_is_taken_out_of_a_line(client: Client) -> None:
    post(client, job_title="Night\r\nnurse \u202e", employer="\tSunrise")
    filed = AccessRequest.objects.get()
    assert (filed.job_title, filed.employer) == ("Night nurse", "Sunrise")


@pytest.mark.parametrize("role", ["", "no_such_role", "a\x00b", "x" * 5000, "1; DROP TABLE"])
def test_a_bad_role_is_answered_beside_the_field(client: Client, role: str) -> None:
    response = post(client, role=role)
    assert response.status_code == 422
    assert field_error(response, "role")
    assert value_of(response, "employer") == TYPED["employer"]


def test_a_role_no_longer_offered_cannot_be_asked_for(client: Client) -> None:
    role = builders.role()
    role.is_offered = False
    role.save()
    assert field_error(post(client), "role")


@pytest.mark.parametrize("affiliation", ["", "owner", "a\x00b"])
def test_a_bad_affiliation_is_answered(client: Client, affiliation: str) -> None:
    response = post(client, affiliation=affiliation)
    assert response.status_code == 422
    assert field_error(response, "affiliation")


def test_a_vendor_cannot_ask_for_the_pso_role(client: Client) -> None:
    response = post(client, role="pso", affiliation="vendor", **NAMED)
    assert response.status_code == 422
    assert "vendor cannot be a Provider Security Official" in field_error(response, "affiliation")
    assert value_of(response, "administrator_name") == "Ada Winter"


def test_a_vendor_cannot_ask_for_a_role_that_vendors_may_not_hold(client: Client) -> None:
    response = post(client, role="provider_administrator", affiliation="vendor")
    assert "Vendors cannot hold this role" in field_error(response, "role")


def test_a_vendor_there_cannot_become_its_pso() -> None:
    here, vendor = builders.provider("015009"), builders.person()
    builders.submit(vendor, here, statement=builders.VENDOR)
    response = post(browser_of(vendor), role="pso", **NAMED)
    assert "A vendor at this CCN cannot be its PSO" in field_error(response, "affiliation")


def test_a_first_pso_names_the_administrator_and_how_to_reach_them(client: Client) -> None:
    response = post(client, role="pso")
    assert "Name the provider's administrator" in field_error(response, "administrator_name")
    response = post(client, role="pso", administrator_name="Ada Winter")
    assert field_error(response, "administrator_contact")
    assert value_of(response, "administrator_name") == "Ada Winter"
    assert post(client, role="pso", **NAMED).status_code == 302


def test_asking_twice_names_the_first_request(client: Client) -> None:
    post(client)
    first = AccessRequest.objects.get()
    response = post(client)
    assert response.status_code == 422
    assert f"request {first.pk}" in field_error(response, "role")


def test_a_role_that_is_held_cannot_be_asked_for() -> None:
    here = builders.provider("015009")
    builders.pso(here)
    response = post(browser_of(builders.holder(here)))
    assert "You already have this role" in field_error(response, "role")


def test_a_personal_address_is_attested_or_refused_and_the_ticks_stay() -> None:
    builders.provider("015009")
    client = browser_of(builders.person(email="ada@gmail.com"))
    response = post(client)
    assert "personal" in field_error(response, "attests_small_organization")
    response = post(client, attests_small_organization="on")
    assert field_error(response, "attests_no_corporate_email")
    assert b"checked" in response.content
    ticked = {"attests_small_organization": "on", "attests_no_corporate_email": "on"}
    assert post(client, **ticked).status_code == 302


def test_a_personal_address_in_a_large_chain_is_refused_at_the_top() -> None:
    _, homes = builders.chain(3)
    client = browser_of(builders.person(email="ada@gmail.com"))
    response = post(client, ccn=homes[0].ccn)
    assert response.status_code == 422
    assert "has 3" in words(response)


def test_an_address_that_is_not_verified_is_refused_at_the_top() -> None:
    builders.provider("015009")
    user = builders.person()
    user.emailaddress_set.update(verified=False)
    response = post(browser_of(user))
    assert response.status_code == 422
    assert "not verified" in words(response)


def test_a_person_without_a_name_gives_it_once() -> None:
    builders.provider("015009")
    user = builders.person(full_name="")
    client = browser_of(user)
    assert field_error(post(client), "legal_name")
    assert post(client, legal_name="Ada Winter").status_code == 302
    user.refresh_from_db()
    assert user.full_name == "Ada Winter"
    assert b"legal_name" not in client.get(URL).content


def test_before_the_dates_the_page_says_from_when(client: Client) -> None:
    builders.provider("017009", kind="hha")
    response = post(client, ccn="017009")
    assert response.status_code == 422
    assert "not onboarding yet" in field_error(response, "ccn")
    Program.objects.filter(code="mds").update(general_opens_at=None)
    response = post(client)
    assert "only the Provider Security Official" in field_error(response, "role")
    assert post(client, role="pso", **NAMED).status_code == 302


def test_cms_people_are_told_that_they_cannot_ask() -> None:
    for user in (builders.reviewer(), builders.agent()):
        response = browser_of(user).get(URL)
        assert response.status_code == 403
        assert "cannot hold a role at a provider" in words(response)


def test_the_ccn_and_role_of_the_address_are_filled_in(client: Client) -> None:
    response = client.get(URL, {"ccn": "015009", "role": "pso"})
    assert (value_of(response, "ccn"), value_of(response, "role")) == ("015009", "pso")
    odd = client.get(URL, {"ccn": '"><b>\x00', "role": "nonsense"})
    assert odd.status_code == 200
    assert b'"><b>' not in odd.content


def test_who_lost_the_session_comes_back_to_the_form() -> None:
    response = browser_of(None).get(f"{URL}?ccn=015009")
    assert response["Location"] == "/accounts/login/?next=/requests/new/%3Fccn%3D015009"


def test_withdrawn_requests_can_be_asked_for_again(client: Client) -> None:
    post(client)
    first = AccessRequest.objects.get()
    workflow.withdraw(first.pk, by=first.requester)
    assert post(client).status_code == 302


def test_the_profile_fills_in_what_it_says(client: Client) -> None:
    User.objects.update(job_title="MDS nurse", employer="Sunrise Care LLC")
    page = client.get(URL)
    assert value_of(page, "job_title") == "MDS nurse"
    assert value_of(page, "employer") == "Sunrise Care LLC"
    assert b'name="keep_in_profile"' not in page.content


def test_without_a_profile_the_last_request_does(client: Client) -> None:
    post(client)
    page = client.get(URL)
    assert value_of(page, "job_title") == "Director of Nursing"
    assert value_of(page, "employer") == "Sunrise Care LLC"


def test_the_profile_comes_before_the_last_request(client: Client) -> None:
    post(client)
    User.objects.update(employer="Meadow Care LLC")
    page = client.get(URL)
    assert value_of(page, "employer") == "Meadow Care LLC"
    assert value_of(page, "job_title") == "Director of Nursing"


def test_a_request_fills_the_profile_when_that_is_wanted(client: Client) -> None:
    post(client)
    person = User.objects.get(username=AccessRequest.objects.get().requester.username)
    assert (person.job_title, person.employer) == ("", "")
    User.objects.update(employer="Meadow Care LLC")
    post(client, role="assessment_submitter", keep_in_profile="on")
    person.refresh_from_db()
    # What the profile says already is not overwritten.
    assert (person.job_title, person.employer) == ("Director of Nursing", "Meadow Care LLC")
    assert AuditEvent.objects.get(type="profile_changed").details == {"fields": ["job_title"]}
