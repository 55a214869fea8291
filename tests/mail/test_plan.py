"""Picking the next email reads a handful of pages, whatever was sent before."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet

from accounts.mail import delivery
from accounts.models import OutgoingEmail

pytestmark = pytest.mark.django_db

FILL = """
INSERT INTO accounts_outgoingemail (message_id, to_address, subject, body_text, body_html,
    holds_secret, priority, state, attempts, created_at, next_attempt_at, sent_at, last_error)
SELECT gen_random_uuid(), 'a@example.org', 's', repeat('x', 500), '', false, %s, %s, 1, now(),
    now() + %s::interval, CASE %s WHEN 'sent' THEN now() END, ''
FROM generate_series(1, %s)
"""


def _fill(number: int, *, state: str, priority: int, due_in: str = "-1 minute") -> None:
    with connection.cursor() as cursor:
        cursor.execute(FILL, [priority, state, due_in, state, number])
        cursor.execute("ANALYZE accounts_outgoingemail")


def _plan(query: QuerySet[Any]) -> dict[str, Any]:
    explained = query.explain(analyze=True, buffers=True, format="json")
    plan: dict[str, Any] = json.loads(explained)[0]["Plan"]
    return plan


def _pages(plan: dict[str, Any]) -> int:
    return int(plan["Shared Hit Blocks"]) + int(plan["Shared Read Blocks"])


def _nodes(plan: dict[str, Any]) -> list[dict[str, Any]]:
    return [plan, *(node for child in plan.get("Plans", []) for node in _nodes(child))]


def test_100_000_sent_emails_do_not_matter() -> None:
    _fill(100_000, state="sent", priority=10)
    _fill(2_000, state="waiting", priority=90)
    _fill(20, state="waiting", priority=10)
    plan = _plan(delivery.next_due()[:1])
    assert [node["Index Name"] for node in _nodes(plan) if "Index Name" in node] == [
        "outgoing_email_waiting"
    ]
    assert not [node for node in _nodes(plan) if node["Node Type"] == "Sort"]
    # Rows that other tests took back still stand in the index; the 100,000 fill thousands of pages.
    assert _pages(plan) < 100


def test_emails_that_are_not_due_yet_are_passed_over_inside_the_index() -> None:
    _fill(20_000, state="waiting", priority=10, due_in="1 hour")
    _fill(1, state="waiting", priority=10)
    plan = _plan(delivery.next_due()[:1])
    assert not [node for node in _nodes(plan) if node.get("Rows Removed by Filter")]
    assert _pages(plan) < 250
    assert OutgoingEmail.objects.count() == 20_001
