"""What a search costs in a full country and in a small one, in floor pages.

The full country has a million requests, 300,000 people and 50,000 CCNs; the small one 10,000,
3,000 and 500. What the floor page is, and which runs count, is said in floor_page.py. One size is
measured at a time, each in a database of its own, and growth is the ratio of their multiples:

    DATABASE_URL=postgres:///one_empty_database python scripts/bench_search.py --write small.json \\
        --ccns 500
    DATABASE_URL=postgres:///another python scripts/bench_search.py --against small.json

A database is migrated and filled the first time, the full one in about two minutes.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path
from urllib.parse import urlencode

import django

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "iqies_portal.settings")
django.setup()

import floor_page  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from interleaved import Target, ratio  # noqa: E402

from access_requests.models import AccessRequest  # noqa: E402
from access_requests.service_center.search import write_token  # noqa: E402
from accounts.models import CmsRole, User  # noqa: E402
from providers.models import Provider  # noqa: E402
from tests.readiness.a_ready_country import REVIEWER  # noqa: E402
from tests.told import a_named_country as country  # noqa: E402

FULL = 50_000


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ccns", type=int, default=FULL)
    parser.add_argument("--blocks", type=int, default=30)
    parser.add_argument("--write", type=Path)
    parser.add_argument("--against", type=Path)
    said = parser.parse_args()
    floor_page.start()
    settle(said.ccns)
    reviewer = User.objects.get(pk=REVIEWER)
    client = floor_page.signed_in(reviewer)
    targets: dict[str, Target] = {}
    for name, address in searches(reviewer).items():
        targets[name] = page(client, address)
        with CaptureQueriesContext(connection) as captured:
            client.get(address)
        print(f"  {name:44} {len(captured):3} queries")
    times, is_valid = floor_page.compared(targets, reviewer, blocks=said.blocks)
    multiples = {name: ratio(times[name], times[floor_page.FLOOR]) for name in targets}
    if said.write:
        said.write.write_text(json.dumps(multiples))
    if said.against:
        print("growth since the small country")
        small = json.loads(said.against.read_text())
        for name, multiple in multiples.items():
            print(f"  {name:44} {multiple / small[name]:6.2f} x")
    return 0 if is_valid else 1


def page(client: Client, address: str) -> Target:
    """Where one person is the only answer, the search leads on to their page."""
    status = client.get(address).status_code
    return floor_page.page(client, address) if status != 302 else lambda: client.get(address)


def searches(reviewer: User) -> dict[str, str]:
    """Of the Service Center's box, and of the providers' one."""
    somebody = User.objects.filter(cms_role="").order_by("pk")[User.objects.count() // 3]
    first, last = somebody.full_name.split()
    home = Provider.objects.get(pk=Provider.objects.count() // 3)
    asked = AccessRequest.objects.open().order_by("pk")[100]
    typed = {
        "a CCN": home.ccn,
        "a request": f"request {asked.pk}",
        "a User ID": somebody.username,
        "an email address": somebody.email,
        "the beginning of a User ID": somebody.username.rstrip("0123456789"),
        "the commonest name": "Smith",
        "a common first and last name": "mary smith",
        "the beginning of a name": "mar",
        "a name and a letter": "mary s",
        "a name spelled wrong": f"{first[:-1]}y {last[:2]}{last}",
        "a name nobody has": "xyzzy quux",
        "a home by its name": home.name.lower(),
    }
    center = {
        f"people: {name}": f"/service-center/?{urlencode({'search': write_token(text, reviewer)})}"
        for name, text in typed.items()
    }
    wanted = {
        "a CCN": {"q": home.ccn},
        "the beginning of a CCN": {"q": home.ccn[:3]},
        "its name": {"q": home.name},
        "common words": {"q": "care center"},
        "a state": {"q": "", "state": "TX"},
        "common words in a state": {"q": "health", "state": "TX"},
        "a name spelled wrong": {"q": "sunrize manner nursing"},
    }
    homes = {f"providers: {name}": f"/providers/?{urlencode(q)}" for name, q in wanted.items()}
    return center | homes


def settle(ccns: int) -> None:
    call_command("migrate", verbosity=0)
    if not AccessRequest.objects.exists():
        country.load(ccns)
        User.objects.filter(pk=REVIEWER).update(cms_role=CmsRole.REVIEWER)
    elif Provider.objects.count() != ccns:
        sys.exit("This database holds something else. Name an empty one.")
    with connection.cursor() as cursor:
        cursor.execute("CHECKPOINT")


if __name__ == "__main__":
    raise SystemExit(main())
