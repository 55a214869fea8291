# ruff: noqa: S608 - the statements are put together from numbers in this file
"""Times CMS's queue with 10,000 first-PSO cases waiting, by each of its filters.

    DATABASE_URL=postgres:///an_empty_database REDIS_URL=... python scripts/bench_desk.py

The database is migrated and filled with the requests that the tests of plans use, and with 8,000
more CCNs that have a case each; every fifth of these has been called and confirmed. Prints the
median of each, and the slowest of its statements as PostgreSQL times it.
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from pathlib import Path

import django

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "iqies_portal.settings")
django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from access_requests import queue  # noqa: E402
from access_requests.desk import sql, waiting  # noqa: E402
from access_requests.desk.filters import Filters  # noqa: E402
from access_requests.desk.flags import FLAGS  # noqa: E402
from access_requests.models import AccessRequest  # noqa: E402
from accounts.models import User  # noqa: E402
from tests.access_requests import a_whole_country as country  # noqa: E402

MORE, RUNS = 8_000, 15
MORE_COLUMNS = f"{country.COLUMNS}, is_first_pso"

LOAD = [
    "INSERT INTO providers_chain (id, name, cms_id)"
    " SELECT n, 'CHAIN ' || n, '' FROM generate_series(1, 500) AS n",
    f"""INSERT INTO providers_provider (id, ccn, kind, name, doing_business_as, legal_name,
            address_line_1, address_line_2, city, state, zip_code, phone, listed_in, chain_id)
        SELECT n, '45' || lpad((n - {country.PROVIDERS})::text, 4, '0'), 'snf', 'HOME ' || n, '',
               '', '', '', 'WACO', (ARRAY['TX', 'OH', 'NY', 'FL', 'CA'])[n % 5 + 1], '',
               '2545550100', '{{}}', CASE WHEN n % 3 > 0 THEN n % 500 + 1 END
          FROM generate_series({country.PROVIDERS} + 1, {country.PROVIDERS} + {MORE}) AS n""",
    f"""INSERT INTO access_requests_accessrequest ({MORE_COLUMNS})
        SELECT (p * 7919) % {country.PEOPLE} + 1, p, 'pso', 'pending', {country.PLAIN},
               now() - interval '40 days' + p * interval '3 minutes', NULL, NULL, '', '', '', '',
               true
          FROM generate_series({country.PROVIDERS} + 1, {country.PROVIDERS} + {MORE}) AS p""",
    # Vendors: 400 people of 40 domains, fifty requests each.
    f"""INSERT INTO access_requests_accessrequest ({MORE_COLUMNS})
        SELECT (n % 400) * 40 + 7, n % {country.PROVIDERS} + 1, 'assessment_submitter',
               'withdrawn', 'vendor', 'Clerk', 'Billing Inc', '', '', false, false,
               now() - interval '99 days', now() - interval '98 days', NULL, '', '', '', '', false
          FROM generate_series(1, 20000) AS n""",
    f"""INSERT INTO access_requests_contactattempt
            (access_request_id, how, reached_at, who, outcome, note, seen, by_id, at)
        SELECT request.id, 'call', '2545550100', 'Ada Winter', 'confirmed', '', {sql.AS_READ},
               {country.REVIEWER}, now()
          FROM {sql.CASE} WHERE request.is_first_pso AND request.id % 5 = 0""",
    *(
        f"""INSERT INTO access_requests_checkconfirmation
                (access_request_id, check_code, answer, note, seen, by_id, at)
            SELECT request.id, '{code}', 'holds', '', {sql.AS_READ}, {country.REVIEWER}, now()
              FROM {sql.CASE} WHERE request.is_first_pso AND request.id % 5 = 0"""
        for code in ("employment", "email", "identity", "not_vendor", "one_account")
    ),
]


def main() -> int:
    settle()
    reviewer = User.objects.get(pk=country.REVIEWER)
    total = waiting.choices(reviewer).waiting
    print(f"{AccessRequest.objects.count():,} requests, {total:,} cases wait for CMS\n")
    print(f"  {'what':24} {'rows':>5} {'page':>9} {'slowest statement':>20}")
    shown = {"everything": Filters(), "state": Filters(state="TX"), "chain": Filters(chain=77)}
    shown |= {f"age: {age}": Filters(age=age) for age in ("late", "today", "on_time")}
    shown |= {f"flag: {flag.code}": Filters(flag=flag.code) for flag in FLAGS}
    shown |= {"flag: vendor, state": Filters(flag="vendor", state="OH")}
    for name, filters in shown.items():
        report(name, reviewer, filters)
    print(f"\n  the choices of the filters: {median(lambda: waiting.choices(reviewer)):.1f} ms")
    print(f"  26 ids as the home page counts: {ids(reviewer):.2f} ms")
    return 0


def ids(reviewer: User) -> float:
    return median(lambda: queue.decidable_ids(reviewer, limit=26))


def report(name: str, reviewer: User, filters: Filters) -> None:
    with CaptureQueriesContext(connection) as captured:
        page = waiting.page(reviewer, filters)
    slowest = max(explained(each["sql"]) for each in captured.captured_queries)
    taken = median(lambda: waiting.page(reviewer, filters))
    print(f"  {name:24} {len(page.cases):5} {taken:6.1f} ms {slowest:17.1f} ms")


def median(target: object) -> float:
    assert callable(target)  # noqa: S101 - for the types
    times = []
    for _ in range(RUNS):
        started = time.perf_counter()
        target()
        times.append((time.perf_counter() - started) * 1000)
    return statistics.median(times)


def explained(statement: str) -> float:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {statement}")
        [[[answer]]] = cursor.fetchall()
    return float(answer["Execution Time"])


def settle() -> None:
    call_command("migrate", verbosity=0)
    if AccessRequest.objects.exists():
        return
    country.load()
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        for statement in LOAD:
            cursor.execute(statement)
        cursor.execute("RESET session_replication_role")
        cursor.execute("VACUUM ANALYZE")


if __name__ == "__main__":
    raise SystemExit(main())
