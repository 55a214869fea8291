"""Times the audit search over a long trail, and says how many rows each search reads.

Only ratios inside one run count: the searches take turns in random order, the newest page twice,
and a run in which those two differ by more than 7 % is void.

    DATABASE_URL=postgres:///an_empty_database python scripts/bench_audit_search.py \\
        [--lines 1000000] [--blocks 30]

The database is migrated and filled with two years of lines: mostly looks, a fifth of them one
reviewer's, a few rare types, 15,000 CCNs and 20,000 people.
"""

from __future__ import annotations

import argparse
import os
import sys
from functools import partial
from pathlib import Path
from typing import Any

import django

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "iqies_portal.settings")
django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from interleaved import Target, is_valid, measured, milliseconds, ratio  # noqa: E402

from access_requests.audit_search import finding  # noqa: E402
from access_requests.audit_search.criteria import Criteria  # noqa: E402
from accounts.models import AuditEvent, User  # noqa: E402

BASE, AGAIN = "newest page", "the same again"
RUNS_PER_BLOCK = 10
PEOPLE = """
INSERT INTO accounts_user (username, email, full_name, password, is_superuser, is_staff, is_active,
       date_joined, phone, employer, job_title, identity_proofing, user_id_flags, cms_role)
SELECT 'user' || n, 'user' || n || '@home.example', 'P ' || n, '', false, false, true, now(), '',
       '', '', 'none', '{}', CASE WHEN n <= 40 THEN 'reviewer' ELSE '' END
  FROM generate_series(1, 20000) AS n
"""
# The first person is the busiest reviewer.
LINES = """
INSERT INTO accounts_auditevent
       (at, type, actor_id, person_id, ccn, request_id, file_name, details, signature)
SELECT timestamptz '2026-11-01' - (%(n)s - n) * interval '730 days' / %(n)s,
       CASE WHEN n %% 50000 = 7 THEN 'program_changed' WHEN n %% 20000 = 9 THEN 'roster_imported'
            WHEN n %% 100 < 60 THEN 'person_viewed' WHEN n %% 100 < 85 THEN 'signed_in'
            WHEN n %% 100 < 93 THEN 'request_submitted' ELSE 'request_approved' END,
       CASE WHEN n %% 5000 = 11 THEN NULL WHEN n %% 5 = 0 THEN first.id
            ELSE first.id + (hashint8(n) & 8191) END,
       first.id + (hashint8(n + 1) & 16383),
       CASE WHEN n %% 100 >= 85 THEN lpad((hashint8(n + 2) & 16383)::text, 6, '0') ELSE '' END,
       CASE WHEN n %% 100 >= 85 THEN n / 2 END, '', '{"role": "pso"}', repeat('0', 64)
  FROM generate_series(1, %(n)s) AS n, (SELECT min(id) AS id FROM accounts_user) AS first
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=1_000_000)
    parser.add_argument("--blocks", type=int, default=30)
    said = parser.parse_args()
    settle(said.lines)
    searches = searches_of(User.objects.order_by("pk")[0].pk)
    return report(searches, said.blocks)


def searches_of(busiest: int) -> dict[str, Criteria]:
    long_ago: dict[str, Any] = {"since": "2025-01-15", "until": "2025-01-15"}
    year: dict[str, Any] = {"since": "2025-01-01", "until": "2025-12-31"}
    return {
        BASE: Criteria(),
        AGAIN: Criteria(),
        "a person, both parts": Criteria(person=busiest + 4000),
        "the busiest reviewer": Criteria(person=busiest, part="actor"),
        "... and a common action": Criteria(person=busiest, action="signed_in"),
        "... and a rare action": Criteria(person=busiest, part="actor", action="program_changed"),
        "... a group, long ago": Criteria(person=busiest, action="group:requests", **long_ago),
        "a CCN": Criteria(ccns=("000123",)),
        "a CCN, two spellings, a year": Criteria(ccns=("000123", "PTX00001"), **year),
        "a request": Criteria(request=400_042),
        "a common action": Criteria(action="person_viewed"),
        "a rare action": Criteria(action="program_changed"),
        "a group of actions": Criteria(action="group:providers"),
        "the system": Criteria(by="system"),
        "a day long ago": Criteria(**long_ago),
        "that day and a common action": Criteria(action="person_viewed", **long_ago),
        "that day and a rare action": Criteria(action="program_changed", **long_ago),
        "a year and a rare action": Criteria(action="program_changed", **year),
        "a year and a group": Criteria(action="group:looks", **year),
        "a year and the system": Criteria(by="system", **year),
    }


def settle(lines: int) -> None:
    call_command("migrate", verbosity=0)
    if not AuditEvent.objects.exists():
        with connection.cursor() as cursor:
            cursor.execute(PEOPLE)
            cursor.execute(LINES, {"n": lines})
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE accounts_auditevent")
        cursor.execute("VACUUM ANALYZE accounts_user")
        cursor.execute("CHECKPOINT")


def report(searches: dict[str, Criteria], blocks: int) -> int:
    targets: dict[str, Target] = {
        name: partial(finding.page, asked) for name, asked in searches.items()
    }
    times = measured(targets, blocks=blocks, runs_per_block=RUNS_PER_BLOCK)
    print(f"{AuditEvent.objects.count():,} lines; {blocks} blocks of {RUNS_PER_BLOCK}")
    for name, taken in times.items():
        shown = f"{milliseconds(taken):8.2f} ms {ratio(taken, times[BASE]):6.2f} x"
        print(f"  {name:32} {shown} {rows_read(searches[name]):8,} rows read")
    return 0 if is_valid(times[BASE], times[AGAIN]) else 1


def rows_read(asked: Criteria) -> int:
    chosen = finding.ids(asked, finding.window(asked), None, finding.PAGE_SIZE + 1)
    sql, params = chosen.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}", params)
        [[plan]] = cursor.fetchall()
    return round(_rows_of(plan[0]["Plan"]))


def _rows_of(plan: dict[str, Any]) -> float:
    own = plan.get("Rows Removed by Filter", 0) * plan["Actual Loops"]
    if "Scan" in plan["Node Type"]:
        own += plan["Actual Rows"] * plan["Actual Loops"]
    return float(own + sum(map(_rows_of, plan.get("Plans", []))))


if __name__ == "__main__":
    raise SystemExit(main())
