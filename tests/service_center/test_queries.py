"""A call takes as many queries whoever is on the phone, and a search stays quick in a crowd."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.db import connection
from django.utils import timezone

from access_requests import workflow
from access_requests.service_center import search
from accounts import audit, bounces, case_notes
from accounts.models import OutgoingEmail, User
from tests import builders as make
from tests.access_requests.test_queries import FEW, MANY, Taken, busy_home, signed_in, taken
from tests.mail.builders import owed

pytestmark = pytest.mark.django_db


def person_with(rows: int) -> Taken:
    """So many open requests, roles, ended requests, emails, notes and events."""
    person, agent = make.person(), make.agent()
    for _ in range(rows):
        home = make.provider()
        pso = make.pso(home)
        make.submit(person, home)
        workflow.approve(make.submit(person, home, "assessment_submitter").pk, by=pso)
        case_notes.write(person=person, by=agent, ticket="INC-1", text="Called.")
        audit.record("signed_in", actor=person, person=person)
        owed(to_address=person.email)
    OutgoingEmail.objects.update(state="sent", sent_at=timezone.now())
    return taken(signed_in(agent), f"/service-center/people/{person.pk}/")


def people_found(rows: int) -> Taken:
    for number in range(rows + 1):
        person = make.person(full_name=f"Mary Moss{number}")
        bounces.flag(person.email, reason="", sent_at=timezone.now())
    return _search("moss")


def ccn_found(rows: int) -> Taken:
    home, _pso = busy_home(rows)
    for _ in range(rows):
        make.pso(home)
    return _search(home.ccn)


def _search(typed: str) -> Taken:
    agent = make.agent()
    return taken(signed_in(agent), f"/service-center/?search={search.write_token(typed, agent)}")


@pytest.mark.parametrize(("page", "most"), [(person_with, 20), (people_found, 8), (ccn_found, 14)])
def test_takes_the_same_for_one_row_and_for_many(page: Callable[[int], Taken], most: int) -> None:
    few, many = page(FEW), page(MANY)
    assert few == many
    assert many.queries <= most


def provider_page(rows: int) -> Taken:
    home, pso = busy_home(rows, holders=rows)
    for person in User.objects.filter(cms_role=""):
        bounces.flag(person.email, reason="", sent_at=timezone.now())
    return taken(signed_in(pso), home.get_absolute_url())


def test_flags_beside_people_take_no_query_each() -> None:
    assert provider_page(FEW) == provider_page(MANY)


CROWD = 100_000


@pytest.fixture
def crowd() -> None:
    """Names as they are spread in life: some are very common."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO accounts_user (username, email, full_name, password, is_superuser,
                is_staff, is_active, date_joined, phone, employer, job_title, identity_proofing,
                user_id_flags, cms_role)
            SELECT 'user' || n, 'user' || n || '@home' || n %% 5000 || '.example',
                (ARRAY['Mary','Maria','John','Ann','Zoe'])[1 + n %% 5] || ' ' ||
                (ARRAY['Moss','Smith','Diaz','Oak'])[1 + n %% 4] || md5(n::text),
                '', false, false, true, now(), '', '', '', 'none', '{}', ''
              FROM generate_series(1, %s) AS n
            """,
            [CROWD],
        )
        # Rows that rolled-back tests left behind would be counted as blocks read.
        cursor.execute("VACUUM (FULL, ANALYZE) accounts_user")


@pytest.mark.django_db(transaction=True)
def test_people_are_found_without_reading_them_all(crowd: None) -> None:
    """By index; of a name that many have no more is read than is shown, however it is done: the
    table has thousands of blocks."""
    for typed in ("mary moss00", "user77777@home", "zoe diaz7"):
        plan = _plan_of(typed)
        assert "user_search" in plan, plan
        assert "Seq Scan" not in plan, plan
    for typed in ("smith", "jo", "mary moss", "zoe diaz"):
        plan = _plan_of(typed, "EXPLAIN (ANALYZE, BUFFERS, TIMING OFF)")
        blocks = [int(each) for each in re.findall(r"Buffers: shared hit=(\d+)", plan)]
        assert max(blocks) < 700, plan
    # The function forbids reading the whole table; what it does inside is not shown.
    with connection.cursor() as cursor:
        cursor.execute("SELECT user_id FROM people_named_like('zoey dias', 10)")
        assert len(cursor.fetchall()) == 10


def _plan_of(typed: str, explain: str = "EXPLAIN") -> str:
    statements: list[str] = []
    with connection.execute_wrapper(
        lambda execute, sql, params, many, context: (
            statements.append(context["cursor"].mogrify(sql, params).decode()),
            execute(sql, params, many, context),
        )[1]
    ):
        search._ids_by_words(search.words(typed))
    with connection.cursor() as cursor:
        cursor.execute(f"{explain} {statements[0]}")
        return "\n".join(row[0] for row in cursor.fetchall())
