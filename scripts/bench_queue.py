"""Times the queue of a PSO of one CCN against 300 busy and 300 quiet ones, and CMS's.

Only ratios inside one run count: the targets take turns in random order, the first one twice, and
a run in which those two differ by more than 7 % is void.

    DATABASE_URL=postgres:///an_empty_database python scripts/bench_queue.py [--blocks 60]

The database is migrated and filled with the 100,000 requests that the tests of plans use.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

import django

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "iqies_portal.settings")
django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from interleaved import Target, is_valid, measured, milliseconds, ratio  # noqa: E402

from access_requests import queue  # noqa: E402
from access_requests.desk import waiting  # noqa: E402
from access_requests.desk.filters import Filters as DeskFilters  # noqa: E402
from access_requests.models import AccessRequest  # noqa: E402
from access_requests.pso_queue import listing  # noqa: E402
from access_requests.pso_queue.filters import Filters  # noqa: E402
from accounts.models import User  # noqa: E402
from tests.access_requests import a_whole_country as country  # noqa: E402

BASE, AGAIN = "PSO of one CCN", "the same again"
WHO = {
    BASE: country.PSO_OF_ONE,
    AGAIN: country.PSO_OF_ONE,
    "PSO of one CCN with 5,000": country.PSO_OF_GIANT,
    "PSO of 300 busy CCNs": country.PSO_OF_BUSY,
    "PSO of 300 quiet CCNs": country.PSO_OF_QUIET,
    "CMS reviewer": country.REVIEWER,
}
PAGE_SIZE, RUNS_PER_BLOCK = 25, 20


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--blocks", type=int, default=60)
    blocks = parser.parse_args().blocks
    settle()
    people = {name: User.objects.get(pk=number) for name, number in WHO.items()}
    ids = {name: ids_of(person) for name, person in people.items()}
    pages = {name: page_of(person) for name, person in people.items()}
    valid = report("ids: one statement", ids, blocks)
    valid &= report("a page of 25 with what stands beside each request", pages, blocks)
    return 0 if valid else 1


def ids_of(person: User) -> Target:
    return lambda: queue.decidable_ids(person, limit=PAGE_SIZE + 1)


def page_of(person: User) -> Target:
    if person.is_cms_reviewer:
        return lambda: waiting.page(person, DeskFilters())
    return lambda: listing.page(person, Filters())


def settle() -> None:
    call_command("migrate", verbosity=0)
    if not AccessRequest.objects.exists():
        country.load()
    elif AccessRequest.objects.count() < 100_000:
        sys.exit("This database holds something else. Name an empty one.")
    with connection.cursor() as cursor:
        cursor.execute("CHECKPOINT")


def report(title: str, targets: dict[str, Target], blocks: int) -> bool:
    times = measured(targets, blocks=blocks, runs_per_block=RUNS_PER_BLOCK)
    print(f"\n{title} ({blocks} blocks of {RUNS_PER_BLOCK})")
    for name, values in times.items():
        times_base = ratio(values, times[BASE])
        print(f"  {name:28} {milliseconds(values):8.3f} ms   {times_base:6.2f} x")
    return is_valid(times[BASE], times[AGAIN])


if __name__ == "__main__":
    raise SystemExit(main())
