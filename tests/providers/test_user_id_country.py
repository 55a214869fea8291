"""User IDs against the whole country's names: everybody's own, and those of docs/user-ids.md."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection
from pytest_django import DjangoDbBlocker

from accounts.user_id import MAX_LENGTH, MIN_LENGTH, judge
from providers.management.commands.load_roster import EXTRACT
from providers.models import Provider
from providers.models.search_keys import squeezed
from providers.models.spoken_names import spoken_names_expression, texts_of
from providers.roster.importing import import_file
from providers.typed_user_id import TypedUserId
from providers.user_id_rules import finding_of
from tests.access_requests import a_whole_country as country
from tests.providers.common_names import user_ids

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("roster")]

PAGE = Path(__file__).resolve().parents[2] / "docs" / "user-ids.md"
ROW = re.compile(r"\| `(?P<typed>[^`]+)` \| (?P<answer>accepted|warned|refused) \| (?P<why>.+) \|")
PEOPLE = 2_000


@pytest.fixture(scope="module")
def roster(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with django_db_blocker.unblock():
        country.clear()
        import_file(EXTRACT)
        yield
        country.clear()


def answer(typed: str) -> str:
    verdict = judge(typed)
    if not verdict.is_accepted:
        return "refused"
    return "warned" if verdict.warnings else "accepted"


def test_the_table_says_what_the_code_answers() -> None:
    rows = [found.groupdict() for found in ROW.finditer(PAGE.read_text("utf-8"))]
    assert len(rows) >= 40
    assert {each["typed"]: each["answer"] for each in rows} == {
        each["typed"]: answer(each["typed"]) for each in rows
    }


def test_of_ordinary_people_hardly_any_is_refused_and_few_are_troubled() -> None:
    answers = [answer(each) for each in user_ids(PEOPLE)]
    assert answers.count("refused") / PEOPLE < 1 / 1000
    assert answers.count("warned") / PEOPLE < 1 / 200


def test_every_whole_name_of_the_country_is_refused() -> None:
    """Without the database, which would take minutes: by its own row, which the index finds."""
    let_through = []
    rows = Provider.objects.values_list("name", "doing_business_as", "legal_name")
    for row in rows:
        typed = TypedUserId.of(row[0])
        found = finding_of(typed, *row)
        if found is None or not found.is_whole:
            let_through.append(row[0])
        assert texts_of(row) & typed.could_be_spoken, row
    assert len(rows) > 14_000
    assert let_through == []


def test_so_it_is_by_the_whole_check() -> None:
    names = Provider.objects.order_by("ccn").values_list("name", flat=True)
    spelled = [squeezed(name)[:MAX_LENGTH] for name in names[::97]]
    assert [each for each in spelled if answer(each) != "refused"] == []
    with_digits = [f"{each}77" for each in spelled[::3] if len(each) <= MAX_LENGTH - 2]
    assert [each for each in with_digits if answer(each) != "refused"] == []


def test_legal_and_trade_names_are_caught_but_for_those_that_people_have() -> None:
    rows = Provider.objects.values_list("name", "doing_business_as", "legal_name")
    companies = {row[field]: row for row in rows for field in (1, 2)}
    long_enough = [name for name in companies if len(squeezed(name)) >= MIN_LENGTH]
    let_through = [
        name for name in long_enough if finding_of(TypedUserId.of(name), *companies[name]) is None
    ]
    assert len(let_through) / len(long_enough) < 1 / 1000, let_through


def test_the_database_and_python_spell_every_name_alike() -> None:
    rows = Provider.objects.annotate(spoken=spoken_names_expression()).values_list(
        "name", "doing_business_as", "legal_name", "spoken"
    )
    unlike = [row for row in rows if set(row[3]) != texts_of(row[:3])]
    assert unlike == []


@pytest.mark.parametrize("typed", ["jsmith12", "x1y2z3" * 10, "sunrise" * 8])
def test_however_long_it_is_answered_by_the_index(typed: str) -> None:
    texts = sorted(TypedUserId.of(typed).could_be_spoken)
    assert len(texts) <= 3_200
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(
            "EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) SELECT name FROM providers_provider"
            " WHERE provider_spoken_names(name, doing_business_as, legal_name) && %s",
            [texts],
        )
        [[[explained]]] = cursor.fetchall()
        cursor.execute(
            "SELECT proconfig FROM pg_proc WHERE proname = 'providers_spoken_as'",
        )
        assert cursor.fetchall() == [(["enable_seqscan=off"],)]
    plan = explained["Plan"]
    assert plan["Node Type"] == "Bitmap Heap Scan"
    [scan] = plan["Plans"]
    assert scan["Index Name"] == "provider_spoken_names"
    # The whole index has some seven hundred blocks.
    assert plan["Shared Hit Blocks"] + plan["Shared Read Blocks"] <= 8 * len(texts)
