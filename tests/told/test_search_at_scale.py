"""A search for a word that half the country has reads a page of it, in the order of the list."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from providers import search
from providers.models import Provider

HOMES = 3_000
_HOMES = """
INSERT INTO providers_provider (ccn, kind, name, doing_business_as, legal_name, address_line_1,
       address_line_2, city, state, zip_code, phone, listed_in)
SELECT '01' || lpad(n::text, 4, '0'), 'snf',
       CASE WHEN n %% 7 = 0 THEN 'CENTER FOR CARE ' WHEN n %% 2 = 0 THEN 'CARE CENTER '
            ELSE 'HOME ' END || n %% 900, '', '', '', '', 'MOBILE', 'AL', '', '', '{}'
  FROM generate_series(1, %s) AS n
"""


@pytest.fixture
def homes(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_HOMES, [HOMES])
        cursor.execute("ANALYZE providers_provider")


def rows_read(step: Callable[[], object]) -> float:
    """By every SELECT that the step makes."""
    asked: list[str] = []

    def keep(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        asked.append(context["cursor"].mogrify(sql, params).decode())
        return execute(sql, params, many, context)

    with connection.execute_wrapper(keep):
        step()
    return sum(_of_statement(each) for each in asked if "SELECT" in each)


def _of_statement(statement: str) -> float:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}")
        [[plan]] = cursor.fetchall()
    return _of_plan(plan[0]["Plan"])


def _of_plan(plan: dict[str, Any]) -> float:
    own = plan.get("Rows Removed by Filter", 0) * plan["Actual Loops"]
    if "Scan" in plan["Node Type"]:
        own += plan["Actual Rows"] * plan["Actual Loops"]
    return float(own + sum(map(_of_plan, plan.get("Plans", []))))


def test_common_words_are_not_all_read_to_be_put_in_order(homes: None) -> None:
    first = search.find("care center")
    assert first.total > search.MOST_COUNTED
    # What the count reads stays, capped.
    counted = rows_read(lambda: search._matching("care center", "")[:1001].count())
    assert rows_read(lambda: search.find("care center")) - counted < 400
    further = rows_read(lambda: search.find("care center", after=first.next_after))
    assert further - counted < 400


def test_pages_follow_each_other_names_as_typed_first(homes: None) -> None:
    found = search.find("care center 14")
    seen = [*found.providers]
    while found.next_after:
        found = search.find("care center 14", after=found.next_after)
        seen += found.providers
    everyone = Provider.objects.filter(search_text__contains="14", name__contains="CARE")
    as_typed = [each for each in everyone if "carecenter14" in each.squeezed_name]
    others = [each for each in everyone if "carecenter14" not in each.squeezed_name]
    assert len(others) > 0
    assert {each.pk for each in seen} == {each.pk for each in [*as_typed, *others]}
    ranks = ["carecenter14" not in each.squeezed_name for each in seen]
    assert ranks == sorted(ranks)
    assert len(seen) == len({each.pk for each in seen})
