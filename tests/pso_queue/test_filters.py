"""What a PSO narrows the queue to, and finds in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import pytest
import time_machine

from access_requests.models import AccessRequest
from access_requests.pso_queue import searching
from access_requests.pso_queue.choices import MOST_LISTED
from accounts.models import User
from providers import ccn
from providers.models import search_keys
from tests import builders as make
from tests.pages.browsing import browser_of, words

pytestmark = pytest.mark.django_db

URL, SEARCH = "/queue/", "/queue/search/"


class Homes(NamedTuple):
    """A PSO of two CCNs in two states, with one request of each sort."""

    pso: User
    here: AccessRequest
    vendor: AccessRequest
    old: AccessRequest


@pytest.fixture
def homes() -> Homes:
    reviewer, pso = make.reviewer(), make.person(full_name="Olga Own")
    first = make.provider("015001")
    second = make.provider("455002", state="TX", name="LONE STAR")
    for home in (first, second):
        make.pso(home, pso, by=reviewer)
    with time_machine.travel("2026-11-02T15:00:00Z", tick=False):
        old = make.submit(make.person("oldhand9", full_name="Ida Óld"), second)
    vendor = make.submit(
        make.person(full_name="Ben Vendor"), second, "assessment_submitter", make.VENDOR
    )
    here = make.submit(make.person(full_name="Ada Winter-Stone"), first, "pso")
    return Homes(pso, here, vendor, old)


def shown(user: User, query: str = "") -> list[int]:
    response = browser_of(user).get(f"{URL}?{query}")
    assert response.status_code == 200
    return [each.pk for each in response.context["requests"]]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["old", "vendor", "here"]),
        ("ccn=455002", ["old", "vendor"]),
        ("ccn=45-5002", []),
        ("state=tx", ["old", "vendor"]),
        ("state=NY", []),
        ("role=pso", ["here"]),
        ("kind=vendor", ["vendor"]),
        ("kind=employed&state=TX", ["old"]),
        ("age=2", ["old"]),
        ("age=10", ["old"]),
        ("age=10&kind=vendor", []),
        ("invited=yes", []),
        ("invited=no&role=assessment_submitter", ["vendor"]),
    ],
)
@time_machine.travel("2026-11-23T15:00:00Z", tick=False)
def test_each_filter_leaves_what_it_says(homes: Homes, query: str, names: list[str]) -> None:
    found = shown(homes.pso, query)
    expected = [getattr(homes, name).pk for name in names]
    # A CCN with a hyphen is not what the page writes, and is left out like other odd values.
    assert found == (expected if "-" not in query else shown(homes.pso))


@pytest.mark.parametrize(
    "query",
    [
        "ccn=%00&state=%00&role=%00",
        "ccn=9999999999&state=ZZ&role=nobody&kind=x&age=3&invited=maybe&size=26",
        "size=-1&age=%27&search=x",
        "search=gAAAAA&after=x",
        "ccn=０１５００１&role=é",
    ],
)
def test_odd_values_are_never_an_error(homes: Homes, query: str) -> None:
    assert browser_of(homes.pso).get(f"{URL}?{query}").status_code == 200


def test_the_next_page_keeps_what_was_chosen() -> None:
    home = make.provider()
    pso = make.pso(home)
    asked = [make.submit(make.person(), home).pk for _ in range(30)]
    make.submit(make.person(), home, "assessment_submitter", make.VENDOR)
    client = browser_of(pso)
    first = client.get(f"{URL}?kind=employed")
    assert "30 requests" in words(first)
    following = first.context["next_url"]
    assert following.startswith("/queue/?kind=employed&after=")
    second = client.get(following)
    pages = [[each.pk for each in page.context["requests"]] for page in (first, second)]
    assert pages == [asked[:25], asked[25:]]
    assert second.context["next_url"] == ""
    assert len(client.get(f"{URL}?size=50").context["requests"]) == 31


def test_where_nothing_is_left_the_page_leads_back(homes: Homes) -> None:
    client = browser_of(homes.pso)
    response = client.get(f"{URL}?state=TX&role=pso&size=50")
    assert "No request is like this" in words(response)
    assert 'href="/queue/?size=50"' in response.content.decode()
    odd = ccn.read("15009")
    assert isinstance(odd, ccn.Unreadable)
    assert odd.message in words(client.get(f"{URL}?ccn=15009"))


def found_by(user: User, typed: str, query: str = "") -> list[int]:
    """Looked for as a person does it: the form, then where it leads."""
    client = browser_of(user)
    sent = client.post(f"{SEARCH}?{query}", {"q": typed})
    assert sent.status_code == 302
    for word in search_keys.words(typed):
        assert len(word) < 4 or word not in sent.url.lower() or word.isdigit()
    return [each.pk for each in client.get(sent.url).context["requests"]]


@pytest.mark.parametrize("most_people", [500, 0])
@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("Winter", ["here"]),
        ("stone ada", ["here"]),
        ("WINTER-ST", ["here"]),
        ("old", ["old"]),
        ("Oldhand9", ["old"]),
        ("Olga", []),
        ("nobody", []),
        ("a", []),
        ("%", []),
        ("015001", ["here"]),
        ("01-5001", ["here"]),
        ("455002", ["old", "vendor"]),
        ("365999", []),
    ],
)
def test_a_person_or_a_ccn_is_found(
    homes: Homes,
    typed: str,
    names: list[str],
    most_people: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whether the people are few enough to be found beforehand or not."""
    monkeypatch.setattr(searching, "MOST_PEOPLE", most_people)
    assert found_by(homes.pso, typed) == [getattr(homes, name).pk for name in names]


def test_a_search_goes_with_the_filters(homes: Homes) -> None:
    everybody = make.person(full_name="Vic Vendor")
    asked = make.submit(everybody, homes.vendor.provider, "assessment_viewer")
    assert found_by(homes.pso, "vendor", "state=TX") == [homes.vendor.pk, asked.pk]
    assert found_by(homes.pso, "vendor", "kind=employed") == [asked.pk]


def test_what_was_searched_for_is_nobody_elses(homes: Homes) -> None:
    client = browser_of(homes.pso)
    url = client.post(SEARCH, {"q": "Winter"}).url
    assert "“Winter”" in words(client.get(url))
    other = make.pso(homes.here.provider, by=homes.pso)
    page = browser_of(other).get(url)
    assert "Winter”" not in words(page)
    assert "This search is over" in words(page)
    with time_machine.travel("2027-01-05T15:00:00Z", tick=False):
        assert "This search is over" in words(browser_of(homes.pso).get(url))


@pytest.mark.parametrize(("typed", "said"), [("", "Type a name"), ("x" * 101, "at most 100")])
def test_a_faulty_search_says_what_to_type(homes: Homes, typed: str, said: str) -> None:
    response = browser_of(homes.pso).post(f"{SEARCH}?state=TX", {"q": typed})
    assert response.status_code == 422
    assert said in words(response)
    assert 'value="TX" selected' in response.content.decode()


def test_only_a_pso_searches(homes: Homes) -> None:
    people: list[Callable[[], User]] = [make.person, make.reviewer, make.agent]
    for person in people:
        for method in ("get", "post"):
            assert getattr(browser_of(person()), method)(SEARCH).status_code == 404
    assert browser_of(homes.pso).get(SEARCH).url == URL


def test_what_is_offered_fits_the_number_of_ccns(homes: Homes) -> None:
    one = make.pso(make.provider())
    make.submit(make.person(), one.role_assignments.get().provider)
    page = browser_of(one).get(URL).content.decode()
    assert 'id="filter-ccn"' not in page
    assert 'id="filter-state"' not in page
    few = browser_of(homes.pso).get(URL).content.decode()
    assert '<select class="usa-select" id="filter-ccn"' in few
    assert "455002 Lone Star" in few
    reviewer = make.reviewer()
    for _ in range(MOST_LISTED):
        make.pso(make.provider(), homes.pso, by=reviewer)
    many = browser_of(homes.pso).get(f"{URL}?ccn=455002")
    assert "455002 Lone Star" not in words(many)
    assert 'id="filter-ccn"' in many.content.decode()
    assert [each.pk for each in many.context["requests"]] == [homes.old.pk, homes.vendor.pk]


def test_what_people_call_themselves_is_escaped() -> None:
    home = make.provider()
    pso = make.pso(home)
    make.submit(make.person(full_name="<b>Bo</b> {person} & {}"), home)
    html = browser_of(pso).get(URL).content.decode()
    assert "&lt;b&gt;Bo&lt;/b&gt; {person} &amp; {}" in html
    assert "<b>Bo</b>" not in html
