"""What the queue of a chain's PSO costs, in queues of a PSO of one CCN and in floor pages.

340 CCNs with 2,000 open requests and 17,000 people, in a country of 15,000 CCNs and 300,000
requests. What the floor page is, and which runs count, is said in floor_page.py.

    DATABASE_URL=postgres:///an_empty_database REDIS_URL=... python scripts/bench_pso_queue.py

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
from django.db import connection, transaction  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from interleaved import Target, ratio  # noqa: E402

from access_requests import queue  # noqa: E402
from access_requests.models import AccessRequest  # noqa: E402
from accounts.models import User  # noqa: E402
from tests.pso_queue import a_large_chain as chain  # noqa: E402
from tests.readiness import a_ready_country as country  # noqa: E402

CCNS, BASE = 15_000, 1_000_000
SIZES = chain.Sizes()
ONE, MANY, QUIET = "one CCN", "340 CCNs", "300 quiet CCNs"
FILTER = "/queue/?role=assessment_viewer&kind=employed"
# A name that a handful of people have, and one that thousands have.
NAMES = {"a search": "ben winter", "a common name": "winter"}
AT_ONCE = 50


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--blocks", type=int, default=40)
    blocks = parser.parse_args().blocks
    floor_page.start()
    people = settle()
    lookers = {ONE: people.of_one, MANY: people.of_chain, QUIET: people.of_quiet}
    targets: dict[str, Target] = {}
    for who, pk in lookers.items():
        user = User.objects.get(pk=pk)
        targets |= {f"{who}, {what}": page for what, page in pages_of(user).items()}
    queries = {name: queries_of(target) for name, target in targets.items()}
    reader = User.objects.get(pk=people.of_chain)
    times, is_valid = floor_page.compared(targets, reader, blocks=blocks)
    print("\n  against the same of one CCN, and the queries of each")
    for name, taken in times.items():
        base = times.get(f"{ONE}, {name.partition(', ')[2]}")
        if base:
            print(f"  {name:34} {ratio(taken, base):6.2f} x {queries[name]:8d}")
    return 0 if is_valid else 1


def pages_of(user: User) -> dict[str, Target]:
    client = floor_page.signed_in(user)
    searches = {
        what: client.post("/queue/search/", {"q": name}).headers["Location"]
        for what, name in NAMES.items()
    }
    addresses = {"first page": "/queue/", "a filter": FILTER, **searches}
    targets = {what: floor_page.page(client, url) for what, url in addresses.items()}
    ids = queue.decidable_ids(user, limit=AT_ONCE)
    if ids:
        targets[f"{AT_ONCE} approved"] = approval(client, ids)
    return targets


def approval(client: Client, ids: list[int]) -> Target:
    """Of the same requests each time: what was done is undone."""

    def approve() -> None:
        with transaction.atomic():
            answer = client.post("/queue/together/approve/", {"request": ids})
            transaction.set_rollback(True)
        if answer.status_code != 302:
            sys.exit(f"Approving {len(ids)} answers {answer.status_code}.")

    return approve


def queries_of(target: Target) -> int:
    target()
    with CaptureQueriesContext(connection) as captured:
        target()
    return len(captured)


def settle() -> chain.People:
    call_command("migrate", verbosity=0)
    if not AccessRequest.objects.exists():
        country.load(CCNS)
        chain.load(SIZES, BASE)
    elif not AccessRequest.objects.filter(provider_id=BASE + 1).exists():
        sys.exit("This database holds something else. Name an empty one.")
    with connection.cursor() as cursor:
        cursor.execute("CHECKPOINT")
    return chain.people(SIZES, BASE)


if __name__ == "__main__":
    raise SystemExit(main())
