"""On 100,000 requests every page reads a bounded number of blocks, whoever looks (PERFORMANCE).

The statements are those of the pages themselves: each is caught and explained as it was sent.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoDbBlocker

from access_requests import keyset, queue
from access_requests.models import AccessRequest, Status
from access_requests.pso_queue.filters import Filters
from accounts.models import User
from tests.access_requests import a_whole_country as country

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("whole_country")]


@pytest.fixture(scope="module")
def whole_country(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with django_db_blocker.unblock():
        country.clear()
        country.load()
        yield
        country.clear()


# A PSO of 300 CCNs reads as many of a few thousand providers; that may be a scan.
GROWING = set(country.TABLES) - {"providers_provider"}


class Read(NamedTuple):
    blocks: int
    scanned: list[str]
    indexes: list[str]


def explained(statement: str) -> Read:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {statement}")
        [[[answer]]] = cursor.fetchall()
    plan = answer["Plan"]
    scanned = [node["Relation Name"] for node in nodes(plan) if node["Node Type"] == "Seq Scan"]
    indexes = [node["Index Name"] for node in nodes(plan) if "Index Name" in node]
    return Read(plan["Shared Hit Blocks"] + plan["Shared Read Blocks"], scanned, indexes)


def nodes(plan: dict[str, Any]) -> list[dict[str, Any]]:
    return [plan, *(node for child in plan.get("Plans", []) for node in nodes(child))]


def read_by(person: int, address: str) -> list[Read]:
    """What each statement of the page reads."""
    client = Client()
    client.force_login(User.objects.get(pk=person))
    with nothing_growing_scanned(), CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    selects = [each["sql"] for each in captured.captured_queries]
    return [explained(each) for each in selects if each.strip().startswith("SELECT")]


@contextmanager
def nothing_growing_scanned() -> Iterator[None]:
    """Not by functions either, whose plans no EXPLAIN shows."""
    before = scanned()
    yield
    after = scanned()
    read = {name: after.get(name, 0) - before.get(name, 0) for name in GROWING}
    assert {name: rows for name, rows in read.items() if rows > MOST_SCANNED} == {}


# A table of a few rows may well be read from end to end.
MOST_SCANNED = 500


def scanned() -> dict[str, int]:
    """How many rows of each table were read by scans in this transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname, seq_tup_read FROM pg_stat_xact_user_tables")
        return dict(cursor.fetchall())


def check(read: list[Read], most_blocks: int) -> None:
    assert [each.scanned for each in read if set(each.scanned) & GROWING] == []
    assert max(each.blocks for each in read) <= most_blocks


def request_of(provider: range) -> AccessRequest:
    """The one that has waited longest."""
    waiting = AccessRequest.objects.filter(provider=provider[0], status=Status.PENDING)
    return waiting.order_by("submitted_at", "pk")[0]


def test_there_are_a_hundred_thousand() -> None:
    assert AccessRequest.objects.count() >= 100_000
    assert len(queue.decidable_ids(User.objects.get(pk=country.PSO_OF_BUSY), limit=50_000)) > 29_000
    assert queue.decidable_ids(User.objects.get(pk=country.PSO_OF_QUIET), limit=25) == []


@pytest.mark.parametrize(
    ("person", "address", "most_blocks"),
    [
        # Two or three blocks for each CCN; for CMS, some seventy for each case of the page, whose
        # checklist is read with it. And a margin, since versions of PostgreSQL differ.
        (country.PSO_OF_ONE, "/queue/", 300),
        (country.PSO_OF_GIANT, "/queue/", 750),
        (country.PSO_OF_BUSY, "/queue/", 2_250),
        (country.PSO_OF_QUIET, "/queue/", 1_350),
        (country.REVIEWER, "/queue/", 3_000),
        (country.PSO_OF_ONE, "/", 150),
        (country.PSO_OF_GIANT, "/", 150),
        (country.PSO_OF_BUSY, "/", 3_000),
        (country.PSO_OF_QUIET, "/", 1_350),
        (country.REVIEWER, "/", 1_000),
        (country.REQUESTER, "/", 150),
        (country.REQUESTER, "/requests/", 225),
        (country.PSO_OF_BUSY, "/requests/", 675),
        (country.REQUESTER, "/notices/", 75),
        (country.REQUESTER, "/providers/010001/", 75),
        (country.PSO_OF_GIANT, "/providers/010001/", 2_100),
        (country.REVIEWER, "/providers/010001/", 2_100),
    ],
)
def test_a_page(person: int, address: str, most_blocks: int) -> None:
    check(read_by(person, address), most_blocks)


@pytest.mark.parametrize(
    ("person", "at", "most_blocks"),
    [
        (country.PSO_OF_GIANT, country.GIANT, 100),
        (country.PSO_OF_BUSY, country.BUSY, 100),
        (country.REVIEWER, country.GIANT, 100),
        (country.REQUESTER, country.GIANT, 100),
    ],
)
def test_the_page_of_a_request(person: int, at: range, most_blocks: int) -> None:
    check(read_by(person, request_of(at).get_absolute_url()), most_blocks)


@pytest.mark.parametrize(
    ("person", "most_blocks"),
    # What is known of 25 people among them: some twenty blocks for each.
    [(country.PSO_OF_GIANT, 750), (country.PSO_OF_BUSY, 1500), (country.REVIEWER, 3_000)],
)
def test_a_page_deep_in_the_queue(person: int, most_blocks: int) -> None:
    last = queue.decidable_ids(User.objects.get(pk=person), limit=250)[-1]
    at = AccessRequest.objects.get(pk=last).submitted_at
    check(read_by(person, f"/queue/?after={keyset.write(at, last)}"), most_blocks)


@pytest.mark.parametrize("person", [country.PSO_OF_ONE, country.PSO_OF_GIANT, country.PSO_OF_QUIET])
def test_a_psos_queue_is_read_by_index(person: int) -> None:
    narrowed = Filters(kind="employed", state="AL", role="pso", age="2", typed="jo").narrowed()
    with nothing_growing_scanned():
        queue.decidable_ids(User.objects.get(pk=person), limit=26)
        queue.decidable_ids(User.objects.get(pk=person), limit=26, narrowed=narrowed)


def test_the_queue_of_cms_is_read_by_its_index() -> None:
    with CaptureQueriesContext(connection) as captured:
        queue.decidable_ids(User.objects.get(pk=country.REVIEWER), limit=26)
    read = explained(captured.captured_queries[-1]["sql"])
    assert "access_request_first_psos" in read.indexes
