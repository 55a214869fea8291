"""How many decisions a second a PSO makes who approves 25 at a time, against one at a time.

Twice: in the workflow alone, and through Django's test client behind all of the portal's
middleware (sign-in, second factor and forms as in production, no network and no worker). One at a
time means the request's own POST for each of 25 requests; with pages, its page is opened before.
Together means one POST for 25; with pages, the page for deciding before and the result after.
Each run decides other requests, each at another of the 300 busy CCNs of one PSO, out of 100,000.

Only ratios inside one run count. Targets take turns in random order; one at a time stands among
them twice, and a run in which those two differ by more than 7 % is void.

    DATABASE_URL=postgres:///an_empty_database python scripts/bench_together.py [--blocks 30]

The database is migrated and filled. A block of the three tables decides 225 of 30,000 requests.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
from collections.abc import Callable
from pathlib import Path

import django

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "iqies_portal.settings")
django.setup()

import floor_page  # noqa: E402
import interleaved  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402

from access_requests import workflow  # noqa: E402
from access_requests.models import AccessRequest  # noqa: E402
from access_requests.seen import fingerprint  # noqa: E402
from accounts.models import User  # noqa: E402
from tests.access_requests import a_whole_country as country  # noqa: E402

MANY = 25
WARM_UP = 2
ALONE, AGAIN = "one at a time", "the same again"
# The people of the country of the tests of plans have addresses, but none is verified.
VERIFIED = """INSERT INTO account_emailaddress (user_id, email, verified, "primary")
    SELECT id, email, true, true FROM accounts_user ON CONFLICT DO NOTHING"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--blocks", type=int, default=30)
    blocks = parser.parse_args().blocks
    interleaved.WARM_UP = WARM_UP
    floor_page.start()
    settle()
    pso = User.objects.get(pk=country.PSO_OF_BUSY)
    client = floor_page.signed_in(pso)
    valid = report("in the workflow alone", in_workflow(pso), blocks)
    valid &= report("through the portal", through_portal(pso, client), blocks)
    valid &= report("through the portal, with the pages", with_pages(pso, client), blocks)
    return 0 if valid else 1


def settle() -> None:
    call_command("migrate", verbosity=0)
    if not AccessRequest.objects.exists():
        country.load()
    elif AccessRequest.objects.count() < 100_000:
        sys.exit("This database holds something else. Name an empty one.")
    with connection.cursor() as cursor:
        cursor.execute(VERIFIED)
        cursor.execute("VACUUM ANALYZE account_emailaddress")
        cursor.execute("CHECKPOINT")


def waiting(pso: User) -> list[AccessRequest]:
    """One request for a working role at each of so many CCNs: as many locks as decisions."""
    homes = random.sample(list(country.BUSY), MANY)
    there = AccessRequest.objects.pending().filter(provider__in=homes).exclude(role="pso")
    others = there.exclude(requester=pso).order_by("provider", "-pk").distinct("provider")
    found = list(others.select_related("requester"))
    if len(found) < MANY:
        sys.exit("No requests are left. Name a new database.")
    return found


Step = Callable[[list[AccessRequest]], None]


def timed(pso: User, step: Step) -> interleaved.Target:
    """Looking for the requests is part of what is timed: one query for all of them."""

    def run() -> None:
        step(waiting(pso))

    return run


def in_workflow(pso: User) -> dict[str, interleaved.Target]:
    def alone(asked: list[AccessRequest]) -> None:
        for each in asked:
            workflow.approve(each.pk, by=pso, seen=fingerprint(each))

    def together(asked: list[AccessRequest]) -> None:
        seen = {each.pk: fingerprint(each) for each in asked}
        outcomes = workflow.approve_many(list(seen), by=pso, seen=seen)
        if not all(each.is_done for each in outcomes):
            sys.exit(f"Refused: {next(each.refusal for each in outcomes if each.refusal)}")

    return targets(pso, alone, together)


def through_portal(pso: User, client: Client) -> dict[str, interleaved.Target]:
    def alone(asked: list[AccessRequest]) -> None:
        for each in asked:
            approve_alone(client, each)

    def together(asked: list[AccessRequest]) -> None:
        approve_together(client, asked)

    return targets(pso, alone, together)


def with_pages(pso: User, client: Client) -> dict[str, interleaved.Target]:
    def alone(asked: list[AccessRequest]) -> None:
        for each in asked:
            expect(client.get(each.get_absolute_url()).status_code, 200)
            approve_alone(client, each)

    def together(asked: list[AccessRequest]) -> None:
        ticked = {"request": [str(each.pk) for each in asked]}
        answer = client.post("/queue/together/", ticked)
        expect(answer.status_code, 302)
        expect(client.get(answer["Location"]).status_code, 200)
        expect(client.get(approve_together(client, asked)).status_code, 200)

    return targets(pso, alone, together)


def approve_alone(client: Client, each: AccessRequest) -> None:
    read = {"seen": fingerprint(each)}
    expect(client.post(f"{each.get_absolute_url()}approve/", read).status_code, 302)


def approve_together(client: Client, asked: list[AccessRequest]) -> str:
    read = " ".join(f"{each.pk}:{fingerprint(each)}" for each in asked)
    answer = client.post("/queue/together/approve/", {"approve": read})
    expect(answer.status_code, 302)
    return str(answer["Location"])


def expect(status: int, wanted: int) -> None:
    if status != wanted:
        sys.exit(f"answered {status} instead of {wanted}")


def targets(pso: User, alone: Step, together: Step) -> dict[str, interleaved.Target]:
    return {
        ALONE: timed(pso, alone),
        AGAIN: timed(pso, alone),
        f"{MANY} together": timed(pso, together),
    }


def report(title: str, them: dict[str, interleaved.Target], blocks: int) -> bool:
    before = AccessRequest.objects.filter(status="approved").count()
    times = interleaved.measured(them, blocks=blocks, runs_per_block=1)
    done = AccessRequest.objects.filter(status="approved").count() - before
    expect(done, (blocks + WARM_UP) * len(them) * MANY)
    print(f"\n{title} ({blocks} blocks)")
    for name, taken in times.items():
        a_second = MANY * 1000 / interleaved.milliseconds(taken)
        as_many = interleaved.ratio(times[ALONE], taken)
        print(f"  {name:16} {a_second:7.0f} decisions a second   {as_many:6.2f} x")
    return interleaved.is_valid(times[ALONE], times[AGAIN])


if __name__ == "__main__":
    raise SystemExit(main())
