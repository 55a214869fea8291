"""Finding a provider: any spelling, forgiving words, pages, and what the page shows."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from providers import search
from providers.models import Provider
from providers.search import find
from tests import builders

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(client: Client) -> Client:
    client.force_login(builders.person())
    return client


@pytest.fixture
def homes() -> None:
    for ccn, name, city, state in (
        ("345500", "WINDSOR POINT CONTINUING CARE", "FUQUAY-VARINA", "NC"),
        ("375417", "WESTHAVEN NURSING HOME", "STILLWATER", "OK"),
        ("075201", "WEST HAVEN CENTER", "WEST HAVEN", "CT"),
        ("015009", "ST. MARY'S HOME", "MOBILE", "AL"),
        ("505009", "ST MARYS HOME", "SPOKANE", "WA"),
    ):
        builders.provider(ccn, name=name, city=city, state=state)
    Provider.objects.filter(ccn="375417").update(legal_name="N&R OF WESTHAVEN L L C")


def ccns(typed: str, state: str = "") -> list[str]:
    return [provider.ccn for provider in find(typed, state=state).providers]


@pytest.mark.parametrize(
    ("typed", "state", "found"),
    [
        ("345500", "", ["345500"]),
        (" 34-5500 ", "", ["345500"]),
        ("345500A", "", ["345500"]),
        ("3455", "", ["345500"]),
        ("windsor point", "", ["345500"]),
        ("WINDSOR  continuing", "", ["345500"]),
        ("windsor point nc", "", ["345500"]),
        ("fuquay varina", "", ["345500"]),
        ("Fuquay-Varina, NC", "", ["345500"]),
        ("westhaven", "", ["075201", "375417"]),
        ("west haven", "", ["075201", "375417"]),
        ("n&r of westhaven llc", "", []),
        ("N&R of Westhaven", "", ["375417"]),
        ("st marys", "", ["505009", "015009"]),
        ("ST. MARY'S", "AL", ["015009"]),
        ("home mobile alabama", "", ["015009"]),
        ("the home", "WA", ["505009"]),
        ("", "WA", ["505009"]),
        ("100%", "", []),
        ("_", "", []),
        ("", "", []),
    ],
)
def test_find(homes: None, typed: str, state: str, found: list[str]) -> None:
    assert ccns(typed, state) == found


def test_a_complete_ccn_that_is_not_there_says_why_and_what_is_near(homes: None) -> None:
    found = find("345501")
    assert found.answer is not None
    assert found.answer.answer == "not_on_roster"
    assert [provider.ccn for provider in found.near] == ["345500"]


def test_did_you_mean(homes: None) -> None:
    found = find("Windsr Poit")
    assert not found.providers
    assert [provider.ccn for provider in found.near] == ["345500"]
    assert not find("Windsr Poit", state="AL").near


def test_pages() -> None:
    for number in range(60):
        builders.provider(f"01{5000 + number}", name=f"HOME {number % 7}")
    seen: list[str] = []
    after = ""
    for size in (25, 25, 10):
        found = find("home", after=after)
        assert (len(found.providers), found.total) == (size, 60)
        seen += [provider.ccn for provider in found.providers]
        after = found.next_after
    assert after == ""
    assert len(set(seen)) == 60
    assert find("home", after="no such").providers[0].ccn == seen[0]


def test_counting_stops(monkeypatch: pytest.MonkeyPatch, client: Client) -> None:
    monkeypatch.setattr(search, "MOST_COUNTED", 30)
    for number in range(40):
        builders.provider(f"01{5000 + number}")
    assert find("sunrise").total == 31
    assert b"More than 30 providers" in client.get("/providers/?q=sunrise").content


def test_the_page_before_anything_is_asked(client: Client) -> None:
    page = client.get("/providers/").content.decode()
    assert "CCN, name or city" in page
    assert "Look it up here" in page


def test_the_page_of_results(client: Client, homes: None) -> None:
    Provider.objects.filter(ccn="505009").update(closed_on=timezone.localdate())
    page = client.get("/providers/", {"q": "st marys"}).content.decode()
    assert "2 providers" in page
    assert 'href="/providers/015009/"' in page
    assert "St. Mary&#x27;s Home" in page
    assert "Closed" in page


def test_the_page_without_results(client: Client, homes: None) -> None:
    page = client.get("/providers/", {"q": "xyzzyplugh"}).content.decode()
    assert "No provider found" in page
    assert "(800) 339-9313" in page


def test_pbj_needs_no_account(client: Client) -> None:
    for typed in ("PBJ", "payroll based journal"):
        page = client.get("/providers/", {"q": typed}).content.decode()
        assert "You do not need an account here for Payroll Based Journal" in page


def test_links_to_pages_keep_what_was_asked(client: Client) -> None:
    for number in range(30):
        builders.provider(f"01{5000 + number}")
    page = client.get("/providers/", {"q": "sunrise home", "state": "AL"}).content.decode()
    assert "No provider found" in page
    page = client.get("/providers/", {"q": "sunrise", "state": "AL"}).content.decode()
    assert "/providers/?q=sunrise&amp;state=AL&amp;after=01" in page
    page = client.get("/providers/", {"q": "sunrise", "after": "015010"}).content.decode()
    assert "First page" in page


@pytest.mark.parametrize(
    "query", ["q=" + "x" * 300, "state=ZZ", "q=%00", "q=home&after=%00", "q=%F0%9F"]
)
def test_odd_addresses(client: Client, query: str) -> None:
    assert client.get(f"/providers/?{query}").status_code == 200


def test_queries_do_not_grow(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(200):
        builders.provider(f"01{5000 + number}")
    for typed in ("sunrise", "0150", "015009", "015999", "sunrize", "pbj"):
        with django_assert_max_num_queries(9):
            client.get("/providers/", {"q": typed})


def test_on_the_whole_country() -> None:
    call_command("load_roster", stdout=StringIO())
    assert ccns("windsor point fuquay") == ["345500"]
    assert find("nursing").total == 1001
    assert "Hillcrest" in " ".join(each.display_name for each in find("Hilcrest Manr").near)


def test_answer_while_typing(client: Client, homes: None) -> None:
    assert client.get("/providers/answer/").content.strip() == b""
    assert client.get("/providers/answer/", {"ccn": "3455"}).content.strip() == b""
    said = client.get("/providers/answer/", {"ccn": "345500"}).content.decode()
    assert "345500 is Windsor Point Continuing Care, Fuquay-Varina, NC." in said
    assert "<html" not in said
    said = client.get("/providers/answer/", {"ccn": "345501"}).content.decode()
    assert "not on CMS" in said
    assert "Use 345500, Windsor Point Continuing Care</a>" in said
    assert 'href="/requests/new/?ccn=345500"' in said
    assert client.get("/providers/answer/", {"ccn": "\0\0abcdef"}).status_code == 200
    said = client.get("/providers/answer/", {"ccn": "<b>345501"}).content.decode()
    assert "<b>" not in said


@pytest.mark.parametrize("path", ["/providers/", "/providers/answer/"])
def test_sign_in_is_required(path: str) -> None:
    assert Client().get(path).status_code == 302


@pytest.mark.parametrize(
    ("typed", "heading", "said"),
    [
        ("4.40E+233", "Check the CCN", "A spreadsheet turned this CCN into the number 4.40E+233"),
        ("0l5009", "Did you mean 015009?", "O looks like zero, I like one"),
        ("15009", "Did you mean 015009?", "dropped a leading zero"),
        ("ZZ5009", "Check the CCN", "No state has the code ZZ"),
        ("345501", "No provider found", "345501 is not on CMS"),
        ("xyzzyplugh", "No provider found", "No provider on CMS"),
    ],
)
def test_a_damaged_ccn_gets_its_own_answer(
    client: Client, homes: None, typed: str, heading: str, said: str
) -> None:
    page = client.get("/providers/", {"q": typed}).content.decode()
    found = page.partition('id="results-heading">')[2].partition("</h2>")[0]
    assert found.strip() == heading
    assert said in page


def test_legal_name_is_shown_where_it_alone_was_found(client: Client, homes: None) -> None:
    page = client.get("/providers/", {"q": "N&R westhaven"}).content.decode()
    assert "Legal name: N&amp;R of Westhaven L L C" in page
    assert "Legal name" not in client.get("/providers/", {"q": "westhaven"}).content.decode()


def test_a_state_that_is_none_is_refused_in_our_words(client: Client) -> None:
    page = client.get("/providers/", {"q": "home", "state": "ZZ"}).content.decode()
    assert "Choose a state from the list." in page
    assert "Select a valid choice" not in page
