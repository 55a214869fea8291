# ruff: noqa: S608 - the statements are put together from numbers in these files
"""Measures a morning's reminders among a million requests.

    DATABASE_URL=postgres:///an_empty_database python scripts/measure_reminders.py

Loads the 100,000 requests that the tests of plans use, 70,000 of them pending and long waiting,
and 900,000 that were decided long ago; then runs three mornings: the first after the reminders
were switched on, when everything that waits is due; the same again, when nothing is; and one two
business days after 3,000 requests came in. Reports seconds, letters, and what was locked longest.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from functools import partial
from pathlib import Path
from time import perf_counter

import django

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "iqies_portal.settings")
django.setup()

import time_machine  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.utils import timezone  # noqa: E402

from access_requests.models import AccessRequest, Reminder, ReminderLetter  # noqa: E402
from access_requests.waiting import helping, reminding  # noqa: E402
from accounts.business_days import business_days_after, is_business_day  # noqa: E402
from tests.access_requests import a_whole_country as country  # noqa: E402

DECIDED, NEW = 900_000, 3_000


def main() -> int:
    call_command("migrate", verbosity=0)
    if AccessRequest.objects.exists():
        sys.exit("This database holds something. Name an empty one.")
    country.load()
    insert_decided(DECIDED)
    vacuum()
    print(f"{AccessRequest.objects.count()} requests, {pending()} of them pending")
    morning = timezone.now()
    while not is_business_day(timezone.localdate(morning)):
        morning += timedelta(days=1)
    with time_machine.travel(morning):
        report("the first morning", everything)
        vacuum()
        report("the same morning again", everything)
        insert_new()
    later = business_days_after(morning, 3)
    with time_machine.travel(datetime.combine(later, time(12), tzinfo=UTC)):
        vacuum()
        report(f"a morning on which {NEW} are due", everything)
        report("the same morning again", everything)
    return 0


def everything() -> str:
    parts: list[tuple[str, Callable[[], int]]] = [
        ("letters to approvers", reminding.run),
        ("letters to requesters", helping.run),
    ]
    said = []
    for name, step in parts:
        began = perf_counter()
        number = step()
        said.append(f"{number} {name} in {perf_counter() - began:.1f} s")
    return ", ".join(said)


def report(name: str, run: Callable[[], str]) -> None:
    longest = Longest()
    reminding.remind = partial(longest.timed, reminding.remind)
    try:
        print(f"{name}: {run()}; the longest transaction {longest.seconds:.2f} s")
    finally:
        reminding.remind = reminding.remind.args[0]
    print(
        f"  {Reminder.objects.count()} reminders, {ReminderLetter.objects.count()} letters so far"
    )


class Longest:
    seconds = 0.0

    def timed(self, step: Callable[..., int], *args: object) -> int:
        began = perf_counter()
        done = step(*args)
        self.seconds = max(self.seconds, perf_counter() - began)
        return done


def pending() -> int:
    return AccessRequest.objects.pending().count()


def insert_decided(number: int) -> None:
    """Requests that were rejected long ago, spread over all CCNs."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(
            f"""INSERT INTO access_requests_accessrequest ({country.COLUMNS})
                SELECT n %% {country.PEOPLE} + 1, n %% {country.PROVIDERS} + 1,
                       'assessment_viewer', 'rejected', {country.PLAIN},
                       now() - interval '300 days', now() - interval '297 days',
                       (n + 7) %% {country.PEOPLE} + 1, 'pso', 'other', 'No.', ''
                  FROM generate_series(1, %s) AS n""",
            [number],
        )
        cursor.execute("RESET session_replication_role")


def insert_new() -> None:
    """Today, at CCNs with a PSO."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(
            f"""INSERT INTO access_requests_accessrequest ({country.COLUMNS})
                SELECT n + 12000, n %% 2000 + 603, 'assessment_submitter', 'pending',
                       {country.PLAIN}, %s, NULL, NULL, '', '', '', ''
                  FROM generate_series(1, %s) AS n""",
            [timezone.now(), NEW],
        )
        cursor.execute("RESET session_replication_role")


def vacuum() -> None:
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("CHECKPOINT")


if __name__ == "__main__":
    sys.exit(main())
