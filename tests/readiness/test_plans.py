"""At 100,000 requests the readiness pages read a row a CCN, and none of the requests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_django import DjangoDbBlocker

from access_requests.models import AccessRequest
from tests.access_requests import a_whole_country
from tests.access_requests.test_plans import Read, read_by
from tests.readiness import a_ready_country as country

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("ready_country")]
CCNS = 5_000


@pytest.fixture(scope="module")
def ready_country(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with django_db_blocker.unblock():
        a_whole_country.clear()
        country.load(CCNS)
        yield
        a_whole_country.clear()


# What grows with every request, and what has a row of 70 bytes for each CCN there is.
GROWING = {
    "accounts_user",
    "accounts_auditevent",
    "access_requests_accessrequest",
    "access_requests_roleassignment",
    "providers_provider",
}
EVERY_CCN = {"access_requests_ccnreadiness"}


def check(read: list[Read], never_scanned: set[str]) -> None:
    assert {table for each in read for table in each.scanned} & never_scanned == set()
    assert max(each.blocks for each in read) <= 450


def test_there_are_a_hundred_thousand() -> None:
    assert AccessRequest.objects.count() >= 100_000


@pytest.mark.parametrize("address", ["/readiness/", "/readiness/kinds/snf/", "/readiness/chains/"])
def test_the_country_is_one_pass_over_its_ccns(address: str) -> None:
    check(read_by(country.REVIEWER, address), GROWING)


@pytest.mark.parametrize("address", ["/readiness/states/TX/", "/readiness/chains/7/"])
def test_a_state_or_chain_reads_its_own_ccns(address: str) -> None:
    check(read_by(country.REVIEWER, address), GROWING | EVERY_CCN)


@pytest.mark.parametrize("query", ["", "level=0", "waiting=people", "program=mds", "kind=hospice"])
def test_a_list_joins_what_it_shows_alone(query: str) -> None:
    check(read_by(country.REVIEWER, f"/readiness/ccns/?{query}"), GROWING)


@pytest.mark.parametrize("query", ["state=TX", "state=TX&level=0&after=TX-001000", "chain=7"])
def test_a_list_of_a_state_or_chain_reads_its_own_ccns(query: str) -> None:
    check(read_by(country.REVIEWER, f"/readiness/ccns/?{query}"), GROWING | EVERY_CCN)
