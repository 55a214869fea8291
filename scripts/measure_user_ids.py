"""How many User IDs of ordinary people are refused or warned about, and of the roster's names.

    DATABASE_URL=postgres:///a_database_of_the_portal python scripts/measure_user_ids.py

The database holds the country (load_roster). docs/user-ids.md gives the figures.
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import django

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "iqies_portal.settings")
django.setup()

from accounts.user_id import MAX_LENGTH, MIN_LENGTH, Verdict, judge  # noqa: E402
from providers.models import Provider  # noqa: E402
from providers.models.search_keys import squeezed  # noqa: E402
from tests.providers.common_names import user_ids  # noqa: E402

PEOPLE = 5_000
FIELDS = {"name": "name", "doing_business_as": "trade name", "legal_name": "legal name"}


def main() -> int:
    if Provider.objects.count() < 14_000:
        print("This database does not hold the country: run load_roster first.", file=sys.stderr)
        return 2
    report("people", user_ids(PEOPLE), show=True)
    for field, title in FIELDS.items():
        spelled = sorted({squeezed(each) for each in named(field)})
        report(title, (each[:MAX_LENGTH] for each in spelled if len(each) >= MIN_LENGTH))
    names = sorted({squeezed(each) for each in named("name")})[::10]
    report("name, with digits", (f"{each[: MAX_LENGTH - 2]}77" for each in names))
    report("name, with a person", (f"jsmith{each}" for each in names if len(each) <= 54))
    return 0


def named(field: str) -> Iterable[str]:
    return Provider.objects.values_list(field, flat=True).distinct()


def report(title: str, typed: Iterable[str], *, show: bool = False) -> None:
    verdicts: list[Verdict] = []
    times: list[float] = []
    for each in typed:
        started = time.perf_counter()
        verdicts.append(judge(each))
        times.append(time.perf_counter() - started)
    counts = Counter(answer(each) for each in verdicts)
    shares = ", ".join(
        f"{counts[each]:,} {each} ({counts[each] / len(verdicts):.2%})"
        for each in ("refused", "warned about", "accepted")
    )
    middle = statistics.median(times) * 1000
    print(f"{title}: {len(verdicts):,} User IDs; {shares}; {middle:.1f} ms each")
    if show:
        for verdict in verdicts:
            if answer(verdict) != "accepted":
                print(f"  {verdict.typed}: {' '.join(verdict.reasons or verdict.warnings)}")
    elif counts["accepted"] and title == "name":
        print("  " + " ".join(each.typed for each in verdicts if answer(each) == "accepted"))


def answer(verdict: Verdict) -> str:
    if not verdict.is_accepted:
        return "refused"
    return "warned about" if verdict.warnings else "accepted"


if __name__ == "__main__":
    raise SystemExit(main())
