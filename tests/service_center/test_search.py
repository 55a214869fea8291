"""One box: a person by User ID, name or email, a request by number, a provider by CCN."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from urllib.parse import quote

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from access_requests.service_center import search as search_module
from accounts.models import AuditEvent, User
from providers.models import Provider
from tests import builders as make
from tests.pages.browsing import browser_of, field_error, words
from tests.service_center.conftest import Search, path_of

pytestmark = pytest.mark.django_db
Reads = Callable[[str], str]


@pytest.fixture
def pat(db: None) -> User:
    return make.person("pdoe77", email="pat.doe@sunny-hill.example", full_name="Pat O'Doe-Núñez")


@pytest.mark.parametrize(
    "typed",
    [
        "pdoe77",
        " PDOE77 ",
        "pdo",
        "pat.doe@sunny-hill.example",
        "Pat.Doe@Sunny-Hill.Example",
        "pat.doe@",
        "Pat O'Doe",
        "odoe pat",
        "nunez",
        "Núñ",
        "o’doe",
        "sunny hill",
    ],
)
def test_a_person_is_found(pat: User, search: Search, typed: str) -> None:
    make.person("other", full_name="Somebody Else")
    response = search(typed)
    assert path_of(response) == f"/service-center/people/{pat.pk}/"
    assert "Pat O'Doe-Núñez" in words(response)


@pytest.mark.parametrize("typed", ["77", "p", "%", "_", "p%7", "zzz", "\\", "'; --"])
def test_neither_the_middle_of_a_word_nor_a_letter_nor_a_wildcard(
    pat: User, reads: Reads, typed: str
) -> None:
    assert "pdoe77" not in reads(typed)


def test_somebody_whose_name_is_misheard_is_near(pat: User, reads: Reads) -> None:
    page = reads("Pad Odoe Nunes")
    assert "People with a name like it" in page
    assert "pdoe77" in page


def test_the_exact_user_id_comes_first(reads: Reads) -> None:
    for number in range(3):
        make.person(f"ann{number}", full_name=f"Ann A{number}")
    make.person("ann", full_name="Zoe Zimmer")
    page = reads("ann")
    assert "4 people" in page
    assert page.index("Zoe Zimmer") < page.index("Ann A0")


def test_many_people_come_a_page_at_a_time(reads: Reads, desk: Client, search: Search) -> None:
    for number in range(30):
        make.person(full_name=f"Mary Moss{number:02d}")
    response = search("moss")
    first = words(response)
    assert "30 people" in first
    assert "Mary Moss24" in first
    assert "Mary Moss25" not in first
    url = response.content.decode().split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0]
    second = words(desk.get(url.replace("&amp;", "&")))
    assert "Mary Moss25" in second
    assert "Mary Moss24" not in second
    assert "First page" in second


def test_too_many_people_are_not_listed(reads: Reads, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search_module, "MOST_FOUND", 2)
    for number in range(4):
        make.person(full_name=f"Mary Moss{number}")
    page = reads("moss")
    assert "More than 200 people" not in page
    assert "More than 2 people" in page
    assert "Ask for the User ID" in page


@pytest.mark.parametrize(
    "said", ["{}", "#{}", "no. {}", "Request {}", "request no. {}", " {} ", "{}.", "R{}"]
)
def test_a_request_is_found_by_its_number(home: Provider, reads: Reads, said: str) -> None:
    make.pso(home, make.person(full_name="Dana Quill"))
    asked = make.submit(make.person(full_name="Erin Frost"), home)
    page = reads(said.format(asked.pk))
    assert f"Request {asked.pk}: Assessment Viewer" in page
    assert "The PSO of this CCN has it." in page
    assert "Erin Frost" in page


@pytest.mark.parametrize("typed", ["9" * 18, "9" * 30, "0", "１２", "1.5", "-1", "request x1"])
def test_a_number_that_names_nothing_finds_nothing(reads: Reads, typed: str) -> None:
    assert "Nothing found" in reads(typed)


@pytest.mark.parametrize("typed", ["015009", "01-5009", "CCN 015009", "015009B"])
def test_a_provider_is_found_by_its_ccn(home: Provider, reads: Reads, typed: str) -> None:
    make.pso(home, make.person(full_name="Dana Quill"))
    make.submit(make.person(full_name="Erin Frost"), home)
    page = reads(typed)
    for part in ("Burns Nursing Home", "One PSO", "Dana Quill", "Erin Frost"):
        assert part in page
    assert "The PSO of this CCN has it" in page


def test_a_ccn_that_is_not_on_the_roster_is_answered_as_everywhere(reads: Reads) -> None:
    assert "015011" in reads("015011")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("15009", "Burns Nursing Home"),
        ("45009", "Did you mean 045009?"),
        ("4.40E+233", "44E232"),
        ("4.40E+999", "what it was is lost"),
        ("1E5009", "No state has the code 1E"),
    ],
)
def test_a_ccn_that_was_spoilt_is_answered_as_everywhere(
    home: Provider, reads: Reads, typed: str, said: str
) -> None:
    make.provider("44E232")
    page = reads(typed)
    assert said in page
    assert "Nothing found" not in page


def test_a_provider_is_found_by_its_name(home: Provider, reads: Reads) -> None:
    page = reads("burns nursing")
    assert "Providers with a name or city like it" in page
    assert "Burns Nursing Home , CCN 015009" in page


def test_one_letter_is_told_to_be_too_few(reads: Reads) -> None:
    assert "Type two letters or more." in reads("p")
    assert "Type two letters or more." not in reads("zzz")


def test_an_empty_box_is_told_what_to_type(desk: Client) -> None:
    response = desk.post("/service-center/", {"q": " "})
    assert response.status_code == 422
    assert field_error(response, "q") == "Type what the caller tells you."
    for typed in ("\0", "x" * 101):
        assert desk.post("/service-center/", {"q": typed}).status_code == 422


def test_what_is_typed_stands_in_no_address(pat: User, desk: Client) -> None:
    response = desk.post("/service-center/", {"q": pat.email})
    assert "sunny" not in response["Location"]
    assert quote(pat.email) not in response["Location"]


def test_a_search_is_its_agents_alone_and_for_a_days_work(
    pat: User, desk: Client, agent: User
) -> None:
    url = desk.post("/service-center/", {"q": "pdoe77"})["Location"]
    other = browser_of(make.agent("agent8")).get(url)
    assert "This search is over" in words(other)
    assert "pdoe77" not in words(other)
    with time_machine.travel(timezone.now() + timedelta(hours=13)):
        token = url.partition("search=")[2]
        assert search_module.read_token(token, agent) == ""
    assert "This search is over" in words(desk.get("/service-center/?search=junk"))


def test_everybody_shown_is_a_look_on_record_and_the_words_are_not(
    agent: User, search: Search, home: Provider
) -> None:
    people = [make.person(full_name=f"Mary Moss{number}") for number in range(2)]
    search("moss")
    looks = AuditEvent.objects.filter(type="person_viewed", actor=agent)
    assert {look.person for look in looks} == set(people)
    [line] = AuditEvent.objects.filter(type="people_searched")
    assert line.details == {"found": 2}
    assert "moss" not in str(list(AuditEvent.objects.values()))

    asked = make.submit(make.person(), home, "pso")
    search(str(asked.pk))
    assert looks.filter(request_id=asked.pk, ccn=home.ccn, person=asked.requester).count() == 1
    search(home.ccn)
    assert looks.filter(request_id=asked.pk).count() == 2


def test_a_head_request_looks_at_nobody(pat: User, desk: Client) -> None:
    make.person("pdoe78")
    url = desk.post("/service-center/", {"q": "pdoe"})["Location"]
    desk.head(url)
    assert not AuditEvent.objects.filter(type__in=["person_viewed", "people_searched"]).exists()
