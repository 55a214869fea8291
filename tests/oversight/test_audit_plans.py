"""A search of the trail takes so many queries and reads so many rows, however long the trail is."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from itertools import islice
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from access_requests.audit_search import criteria as criterias
from access_requests.audit_search import finding
from access_requests.audit_search.criteria import Criteria
from accounts import audit
from accounts.models import User
from providers.models import Provider
from providers.reference import EASTERN
from tests import builders as make
from tests.access_requests.test_queries import taken

pytestmark = pytest.mark.django_db


@pytest.fixture
def home() -> Provider:
    return make.provider("015009")


@pytest.mark.parametrize(
    "asked_for",
    [{}, {"action": "group:requests", "since": "2020-01-01"}, {"ccns": ("015009", "PAL00001")}],
    ids=["all", "group", "ccns"],
)
def test_it_takes_the_same_for_few_lines_and_for_many(
    desk: Client, reviewer: User, home: Provider, asked_for: dict[str, Any]
) -> None:
    url = f"/audit/?search={criterias.write(Criteria(person=reviewer.pk, **asked_for), reviewer)}"
    audit.record("request_approved", actor=reviewer, ccn="015009", person=make.person())
    few = taken(desk, url)
    for _ in range(24):
        audit.record("request_approved", actor=reviewer, ccn="015009", person=make.person())
    assert taken(desk, url) == few
    assert few.queries <= 8


MANY = 12_000


@pytest.fixture
def crowd(reviewer: User, home: Provider) -> None:
    """A year of lines: mostly one reviewer's looks; other types, people and CCNs are rare."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO accounts_auditevent
                (at, type, actor_id, person_id, ccn, request_id, file_name, details, signature)
            SELECT %(end)s::timestamptz - (%(n)s - n) * interval '365 days' / %(n)s,
                   CASE WHEN n %% 4000 = 7 THEN 'campaign_done'
                        WHEN n %% 10 = 1 THEN 'signed_in' ELSE 'person_viewed' END,
                   CASE WHEN n %% 4000 = 9 THEN NULL ELSE %(reviewer)s END,
                   NULL, CASE WHEN n %% 1000 = 3 THEN '015009' ELSE '' END,
                   NULL, '', '{}', ''
              FROM generate_series(1, %(n)s) AS n
            """,
            {"n": MANY, "reviewer": reviewer.pk, "end": datetime(2026, 7, 1, tzinfo=EASTERN)},
        )
        # What rolled-back tests left in the table and its indexes would count in the plans.
        cursor.execute("VACUUM (FULL, ANALYZE) accounts_auditevent")


@pytest.mark.django_db(transaction=True)
def test_no_search_reads_much_of_the_trail(crowd: None, reviewer: User) -> None:
    """Counted are the rows that the statement fetches from the table and its indexes, and those
    that it throws away."""
    day = Criteria(since="2025-08-01", until="2025-08-01")
    for asked in (
        Criteria(),
        Criteria(action="campaign_done"),
        Criteria(action="group:campaigns"),
        Criteria(action="group:looks"),
        Criteria(by="system"),
        Criteria(ccns=("015009", "PAL00001")),
        Criteria(person=reviewer.pk),
        Criteria(person=reviewer.pk, part="actor"),
        day,
        replace(day, action="person_viewed"),
        replace(day, action="group:campaigns"),
        Criteria(since="2025-07-10", until="2025-09-01", action="signed_in"),
    ):
        chosen = finding.ids(asked, finding.window(asked), None, finding.PAGE_SIZE + 1)
        with connection.cursor() as cursor:
            sql, params = chosen.query.sql_with_params()
            cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}", params)
            [[plan]] = cursor.fetchall()
        assert _rows_read(plan[0]["Plan"]) <= 300, (asked, plan)


def _rows_read(plan: dict[str, Any]) -> float:
    own = plan.get("Rows Removed by Filter", 0) * plan["Actual Loops"]
    if "Scan" in plan["Node Type"]:
        own += plan["Actual Rows"] * plan["Actual Loops"]
    return float(own + sum(map(_rows_read, plan.get("Plans", []))))


@pytest.mark.django_db(transaction=True)
def test_an_export_reads_on_from_where_it_was(crowd: None) -> None:
    asked = Criteria(since="2026-01-01", action="person_viewed")
    first = list(islice(finding.exported(asked), 1500))
    assert len({each.pk for each in first}) == 1500
    assert [each.pk for each in first] == sorted((each.pk for each in first), reverse=True)
