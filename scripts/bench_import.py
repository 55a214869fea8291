"""What an import costs, as multiples of raw COPY of the same rows, all measured in one run.

Usage: .venv/bin/python scripts/bench_import.py SNF_Enrollments_2026.07.31.csv [rounds]

It makes a database of its own beside the one that DATABASE_URL names, and drops it again. The
targets take turns in random order; each figure is the median of the ratios of the rounds.
"""

from __future__ import annotations

import io
import os
import random
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "iqies_portal.settings")

import django

django.setup()

from django.db import connection, transaction  # noqa: E402

from providers.roster import files, rows  # noqa: E402
from providers.roster.importing import import_file  # noqa: E402

_PROVIDER = "ccn kind name doing_business_as legal_name address_line_1 address_line_2 city state"
_EMPTY = (
    "TRUNCATE providers_provider, providers_chain, providers_enrollment, "
    "providers_rosterimport CASCADE"
)


def main(path: Path, rounds: int) -> None:
    name = connection.creation.create_test_db(verbosity=0, serialize=False)
    print(f"{path.name} in {name}, {rounds} rounds")
    try:
        _measure(path, rounds)
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


def _measure(path: Path, rounds: int) -> None:
    raw = path.read_bytes().decode("cp1252")
    width = len(files.read(path).header)
    providers = _provider_lines(path)
    targets: dict[str, Callable[[], float]] = {
        "COPY, plain table": lambda: _copy_plain(raw, width),
        "COPY, plain table again": lambda: _copy_plain(raw, width),
        "COPY, providers' table and indexes": lambda: _copy_indexed(providers),
        "import, new": lambda: _import_new(path),
        "import, unchanged": lambda: _import_unchanged(path),
    }
    taken: dict[str, list[float]] = {name: [] for name in targets}
    for round_number in range(rounds + 1):
        for name in random.sample(list(targets), len(targets)):
            seconds = targets[name]()
            if round_number:
                taken[name].append(seconds)
    base, indexed = taken["COPY, plain table"], taken["COPY, providers' table and indexes"]
    for name, times in taken.items():
        print(
            f"{name:36} {statistics.median(times) * 1000:7.0f} ms"
            f"  {_ratio(times, base):6.2f} x plain COPY"
            f"  {_ratio(times, indexed):5.2f} x indexed COPY"
        )


def _ratio(times: list[float], base: list[float]) -> float:
    return statistics.median(one / other for one, other in zip(times, base, strict=True))


def _provider_lines(path: Path) -> str:
    lines = []
    for row in rows.sort_out(files.read(path)).rows:
        if row.is_primary:
            known = {**row.values, "ccn": row.reading.ccn, "kind": row.reading.kind.value}
            lines.append("\t".join([*(known[name] for name in _PROVIDER.split()), "", "", "{}"]))
    return "\n".join(lines).replace("\\", "\\\\")


def _copy_plain(raw: str, width: int) -> float:
    columns = ", ".join(f"column_{number} text" for number in range(width))
    return _timed_copy(
        f"CREATE TABLE bench ({columns})", "COPY bench FROM STDIN (FORMAT csv, HEADER)", raw
    )


def _copy_indexed(lines: str) -> float:
    columns = ", ".join([*_PROVIDER.split(), "zip_code", "phone", "listed_in"])
    return _timed_copy(
        "CREATE TABLE bench (LIKE providers_provider INCLUDING ALL)",
        f"COPY bench ({columns}) FROM STDIN",
        lines,
    )


def _timed_copy(create: str, copy: str, text: str) -> float:
    with connection.cursor() as cursor:
        cursor.execute(create)
        started = time.perf_counter()
        with transaction.atomic():
            cursor.copy_expert(copy, io.StringIO(text))
        taken = time.perf_counter() - started
        cursor.execute("DROP TABLE bench")
    return taken


def _import_new(path: Path) -> float:
    with connection.cursor() as cursor:
        cursor.execute(_EMPTY)
    return _timed_import(path)


def _import_unchanged(path: Path) -> float:
    _import_new(path)
    return _timed_import(path)


def _timed_import(path: Path) -> float:
    started = time.perf_counter()
    import_file(path)
    return time.perf_counter() - started


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 9)
