"""What the list of people costs a chain's PSO, in lists of a PSO of one CCN and in floor pages.

17,000 people at 340 CCNs, in a country of 15,000 CCNs and 300,000 requests; fifty at the one CCN.
What the floor page is, and which runs count, is said in floor_page.py.

    DATABASE_URL=postgres:///an_empty_database REDIS_URL=... python scripts/bench_people.py

The database is migrated and filled; that takes about a minute. [--blocks 40]
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

import floor_page  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from interleaved import Target, ratio  # noqa: E402

from access_requests.models import AccessRequest  # noqa: E402
from access_requests.service_center.search import write_token  # noqa: E402
from accounts.models import User  # noqa: E402
from tests.people import many_people  # noqa: E402
from tests.pso_queue import a_large_chain as chain  # noqa: E402
from tests.readiness import a_ready_country as country  # noqa: E402

CCNS, BASE = 15_000, 1_000_000
SIZES = chain.Sizes()
ONE, MANY = "one CCN", "340 CCNs"
PAGES = {
    "first page": "",
    "vendors": "?kind=vendor",
    "idle": "?when=idle",
    "ends soon": "?when=ending",
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--blocks", type=int, default=40)
    blocks = parser.parse_args().blocks
    floor_page.start()
    people = settle()
    targets: dict[str, Target] = {}
    queries: dict[str, int] = {}
    for who, pk in {ONE: people.of_one, MANY: people.of_chain}.items():
        viewer = User.objects.get(pk=pk)
        client = floor_page.signed_in(viewer)
        searched = {"a search": f"?search={write_token('fay win', viewer)}"}
        middle = many_people.in_the_middle(viewer)
        for what, query in (PAGES | searched | {"a later page": f"?after={middle}"}).items():
            name, address = f"{who}, {what}", f"/people/{query}"
            targets[name] = floor_page.page(client, address)
            with CaptureQueriesContext(connection) as captured:
                client.get(address)
            queries[name] = len(captured)
    reader = User.objects.get(pk=people.of_chain)
    times, is_valid = floor_page.compared(targets, reader, blocks=blocks)
    print("\n  against the same page of one CCN, and the queries of each")
    for name in targets:
        base = f"{ONE}, {name.partition(', ')[2]}"
        print(f"  {name:34} {ratio(times[name], times[base]):6.2f} x {queries[name]:8d}")
    return 0 if is_valid else 1


def settle() -> chain.People:
    call_command("migrate", verbosity=0)
    if not AccessRequest.objects.exists():
        country.load(CCNS)
        chain.load(SIZES, BASE)
        many_people.load(SIZES, BASE)
    elif not AccessRequest.objects.filter(provider_id=BASE + 1).exists():
        sys.exit("This database holds something else. Name an empty one.")
    with connection.cursor() as cursor:
        cursor.execute("CHECKPOINT")
    return chain.people(SIZES, BASE)


if __name__ == "__main__":
    raise SystemExit(main())
