"""What the readiness pages cost at 50,000 CCNs and a million requests, in floor pages.

What the floor page is, and which runs count, is said in floor_page.py.

    DATABASE_URL=postgres:///an_empty_database python scripts/bench_readiness.py [--blocks 40]

The database is migrated and filled; that takes about a minute.
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

from access_requests.models import AccessRequest  # noqa: E402
from accounts.models import User  # noqa: E402
from tests.readiness import a_ready_country as country  # noqa: E402

CCNS, REQUESTS = 50_000, 1_000_000
PAGES = {
    "country": "/readiness/",
    "a state": "/readiness/states/TX/",
    "a kind": "/readiness/kinds/snf/",
    "chains": "/readiness/chains/",
    "a chain": "/readiness/chains/7/",
    "list, everything": "/readiness/ccns/",
    "list, no PSO in a state": "/readiness/ccns/?state=TX&level=0",
    "list, people wait": "/readiness/ccns/?waiting=people",
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--blocks", type=int, default=40)
    blocks = parser.parse_args().blocks
    floor_page.start()
    settle()
    reviewer = User.objects.get(pk=country.REVIEWER)
    client = floor_page.signed_in(reviewer)
    targets = {name: floor_page.page(client, address) for name, address in PAGES.items()}
    _, is_valid = floor_page.compared(targets, reviewer, blocks=blocks)
    return 0 if is_valid else 1


def settle() -> None:
    call_command("migrate", verbosity=0)
    if not AccessRequest.objects.exists():
        country.load(CCNS)
    elif AccessRequest.objects.count() < REQUESTS:
        sys.exit("This database holds something else. Name an empty one.")
    with connection.cursor() as cursor:
        cursor.execute("CHECKPOINT")


if __name__ == "__main__":
    raise SystemExit(main())
