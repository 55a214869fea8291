"""24 reviewers decide 500 first-PSO cases at 350 CCNs at once, one at a time and many at a time.

Every case is dealt to two of them, so that most are tried twice; at 150 CCNs two people are rivals.
Prints what happened and how long it took, and fails unless every CCN ended as the rule allows and
the database counted no deadlock.

    DATABASE_URL=postgres:///an_empty_database REDIS_URL=... python scripts/measure_first_psos.py

The database is migrated, and left as it is at the end.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys
import time
from pathlib import Path

import django

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "iqies_portal.settings")
django.setup()

from django.core.management import call_command  # noqa: E402

from access_requests.models import AccessRequest  # noqa: E402


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reviewers", type=int, default=24)
    parser.add_argument("--ccns", type=int, default=350)
    parser.add_argument("--cases", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    # Tests are not typed as strictly as this is.
    crowds = importlib.import_module("tests.desk.crowd")
    call_command("migrate", verbosity=0)
    if AccessRequest.objects.exists():
        sys.exit("This database holds requests already. Name an empty one.")
    started = time.perf_counter()
    crowd = crowds.gather(options.reviewers, options.ccns, options.cases)
    filed = AccessRequest.objects.count()
    print(
        f"{filed} cases at {len(crowd.homes)} CCNs filed in {time.perf_counter() - started:.1f} s;"
    )
    print(f"{len(crowd.clean)} of them are clean, {len(crowd.single)} decided one at a time")
    before, started = crowds.deadlocks(), time.perf_counter()
    outcomes = crowds.decide_at_once(crowd, seed=options.seed)
    seconds = time.perf_counter() - started
    time.sleep(1.5)
    deadlocks = crowds.deadlocks() - before
    for outcome, number in sorted(outcomes.items()):
        print(f"  {outcome:24} {number:5}")
    crowds.check(crowd)
    decided = AccessRequest.objects.exclude(decided_by=None).count()
    print(f"{decided} decided by {options.reviewers} reviewers in {seconds:.1f} s")
    print(f"every CCN ended as the rule allows; deadlocks: {deadlocks}")
    return 1 if deadlocks else 0


if __name__ == "__main__":
    raise SystemExit(main())
