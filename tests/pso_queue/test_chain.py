"""A chain's PSO beside a PSO of one CCN, on a small country: the same number of statements, each
read by its indexes. What it costs at full size: scripts/bench_pso_queue.py."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoDbBlocker

from access_requests.pso_queue import searching
from accounts.models import User
from tests.access_requests import a_whole_country
from tests.access_requests.test_plans import explained
from tests.access_requests.test_queries import CONTROL, LIST_BUDGET
from tests.pages.browsing import browser_of
from tests.pso_queue import a_large_chain as chain
from tests.readiness import a_ready_country

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("small_country")]

CCNS, BASE = 600, 100_000
SIZES = chain.Sizes(ccns=60, open_requests=360, staff=15, quiet=50, at_one=75)
PEOPLE = chain.people(SIZES, BASE)


@pytest.fixture(scope="module")
def small_country(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with django_db_blocker.unblock():
        a_whole_country.clear()
        a_ready_country.load(CCNS)
        chain.load(SIZES, BASE)
        yield
        a_whole_country.clear()


def statements(client: Client, address: str) -> list[str]:
    with CaptureQueriesContext(connection) as captured:
        response = client.get(address)
    assert response.status_code == 200
    assert len(response.context["requests"]) == 25
    said = [each["sql"] for each in captured.captured_queries]
    return [each for each in said if not each.startswith(CONTROL)]


@pytest.mark.parametrize("most_people", [500, 0])
@pytest.mark.parametrize("query", ["", "?kind=employed", "?age=2&size=25", "search"])
def test_as_many_statements_for_a_chain_as_for_one_ccn(
    query: str, most_people: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "MOST_PEOPLE", most_people)
    numbers = []
    for pk in (PEOPLE.of_one, PEOPLE.of_chain):
        client = browser_of(User.objects.get(pk=pk))
        # Everybody who asks is called so by their User ID.
        address = (
            client.post("/queue/search/", {"q": "asker"}).url
            if query == "search"
            else (f"/queue/{query}")
        )
        numbers.append(len(statements(client, address)))
    assert numbers[0] == numbers[1] <= LIST_BUDGET


@pytest.mark.parametrize("query", ["", "?role=assessment_viewer&kind=employed"])
def test_a_chains_page_reads_a_few_blocks_for_each_ccn_and_row(query: str) -> None:
    """By which indexes is seen where tables are large: tests/access_requests/test_plans.py."""
    client = browser_of(User.objects.get(pk=PEOPLE.of_chain))
    read = [
        explained(each)
        for each in statements(client, f"/queue/{query}")
        if each.strip().startswith(("SELECT", "WITH"))
    ]
    assert max(each.blocks for each in read) <= 1_500


def test_whoever_has_quiet_ccns_only_reads_little() -> None:
    client = browser_of(User.objects.get(pk=PEOPLE.of_quiet))
    with CaptureQueriesContext(connection) as captured:
        response = client.get("/queue/")
    assert "Nothing waits for your decision" in response.content.decode()
    read = [
        explained(each["sql"])
        for each in captured.captured_queries
        if each["sql"].strip().startswith(("SELECT", "WITH"))
    ]
    assert max(each.blocks for each in read) <= 4 * SIZES.quiet
