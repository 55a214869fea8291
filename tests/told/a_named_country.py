"""The ready country with people and homes named as in life, to be searched by name.

Names are drawn from the census's, each as often as it is found; homes and cities are those of the
country's roster. The same size gives the same country.
"""

from __future__ import annotations

import csv
import lzma
import random
from collections.abc import Iterator
from pathlib import Path

from django.db import connection

from tests.readiness import a_ready_country as country

DATA = Path(__file__).resolve().parent.parent.parent / "providers" / "data"
# CCNs of the ready country have twenty requests each.
REQUESTS_PER_CCN, PEOPLE_PER_CCN = 20, 6

# With the numbers that follow those there are.
_MORE_PEOPLE = """
INSERT INTO accounts_user (id, username, email, password, full_name, cms_role, is_superuser,
       is_staff, is_active, date_joined, phone, employer, job_title, identity_proofing,
       user_id_flags)
SELECT n, 'person' || n, 'person' || n || '@home' || n %% 3000 || '.example', '', '', '', false,
       false, true, now(), '', '', '', 'none', '{}'
  FROM generate_series((SELECT coalesce(max(id), 0) + 1 FROM accounts_user), %s) AS n
"""
_NAMED = """
UPDATE accounts_user AS person
   SET full_name = said.full_name,
       username = said.user_id,
       email = said.user_id || '@' || split_part(person.email, '@', 2)
  FROM unnest(%s::int[], %s::text[], %s::text[]) AS said (id, full_name, user_id)
 WHERE person.id = said.id
"""
_HOMES = """
UPDATE providers_provider AS home
   SET name = said.name, city = said.city
  FROM unnest(%s::int[], %s::text[], %s::text[]) AS said (id, name, city)
 WHERE home.id = said.id
"""
_TABLES = ("accounts_user", "providers_provider")


def load(ccns: int) -> None:
    """Outside any transaction; so many CCNs, twenty times as many requests, six as many people."""
    country.load(ccns)
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        try:
            cursor.execute(_MORE_PEOPLE, [ccns * PEOPLE_PER_CCN])
            named = list(_people(ccns * PEOPLE_PER_CCN))
            cursor.execute(_NAMED, [list(column) for column in zip(*named, strict=True)])
            homes = list(_homes(ccns))
            cursor.execute(_HOMES, [list(column) for column in zip(*homes, strict=True)])
        finally:
            cursor.execute("RESET session_replication_role")
        for table in _TABLES:
            cursor.execute(f"VACUUM FULL ANALYZE {table}")


def _people(number: int) -> Iterator[tuple[int, str, str]]:
    """Surnames fall off as their ranks rise, which is how they do."""
    rows = list(_read("personal_names.csv.xz"))
    first = [(row["name"], int(row["first_per_100000"])) for row in rows if row["first_per_100000"]]
    last = [
        (row["name"], 1 / (20 + int(row["surname_rank"]))) for row in rows if row["surname_rank"]
    ]
    dice = random.Random(number)
    firsts = dice.choices([name for name, _ in first], [often for _, often in first], k=number)
    lasts = dice.choices([name for name, _ in last], [often for _, often in last], k=number)
    for pk, (one, other) in enumerate(zip(firsts, lasts, strict=True), start=1):
        yield pk, f"{one} {other}".title(), f"{one[0]}{other}{pk}"


def _homes(number: int) -> Iterator[tuple[int, str, str]]:
    rows = list(_read("roster.csv.xz"))
    random.Random(number).shuffle(rows)
    for pk in range(1, number + 1):
        row = rows[pk % len(rows)]
        yield pk, row["DOING BUSINESS AS NAME"] or row["ORGANIZATION NAME"], row["CITY"]


def _read(file_name: str) -> Iterator[dict[str, str]]:
    with lzma.open(DATA / file_name, "rt", encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)
