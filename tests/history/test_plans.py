"""The lines of one CCN are read by its own index, however long the trail is and wherever they are
in it. By the trail's numbers a page of a busy CCN whose lines are young would read all of it."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from access_requests.history import reading, steps
from access_requests.history.steps import Period
from tests import builders as make

pytestmark = pytest.mark.django_db

MANY = 20_000


def trail() -> None:
    """More than half of it is about many CCNs; the rest, nearly all about 015009."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO accounts_auditevent
                (at, type, ccn, request_id, file_name, details, signature)
            SELECT now() - (%(n)s - n) * interval '1 minute',
                   CASE WHEN n %% 3 = 0 THEN 'person_viewed' ELSE 'request_approved' END,
                   CASE WHEN n > %(n)s * 0.6 AND n %% 10 > 0 THEN '015009'
                        ELSE lpad((20000 + n %% 15000)::text, 6, '0') END,
                   NULL, '', '{}', ''
              FROM generate_series(1, %(n)s) AS n
            """,
            {"n": MANY},
        )
        cursor.execute("ANALYZE accounts_auditevent")


def test_a_busy_ccn_is_not_looked_for_through_the_whole_trail() -> None:
    trail()
    read = reading.of_provider(make.reviewer(), make.provider("015009"))
    assert read is not None
    with CaptureQueriesContext(connection) as captured:
        page = steps.page(read, Period())
    assert len(page.steps) == steps.PAGE_SIZE
    assert page.after is not None
    lines = next(each["sql"] for each in captured.captured_queries if "LIMIT 201" in each["sql"])
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, TIMING OFF) {lines}")
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "audit_event_of_ccn" in plan
    passed = [each for each in plan.splitlines() if "Removed by Filter" in each]
    removed = [int(each.rpartition(":")[2]) for each in passed]
    assert sum(removed) < steps.PAGE_SIZE, plan
