"""What an import of 50,000 rows costs, as multiples of raw COPY, all measured in one run.

Usage: .venv/bin/python scripts/bench_import.py SNF_Enrollments_2026.07.31.csv [rounds]

The rows are the file's, repeated with other CCNs and enrollment IDs. The script makes a database
of its own beside the one that DATABASE_URL names, and drops it again. The targets take turns in
random order; each figure is the median of the ratios of the rounds. "COPY, cells" is COPY of the
file's cells into a table of text with a primary key; "COPY, providers" is COPY of the finished
providers into a table with the keys, constraints, generated columns and indexes of theirs.
"""

from __future__ import annotations

import csv
import io
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import cycle, islice, product
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "iqies_portal.settings")

import django

django.setup()

from django.db import connection, transaction  # noqa: E402

from providers import ccn_facts  # noqa: E402
from providers.roster import files, rows  # noqa: E402
from providers.roster.importing import import_file  # noqa: E402

ROWS = 50_000
_PROVIDER = "ccn kind name doing_business_as legal_name address_line_1 address_line_2 city state"
_EMPTY = (
    "TRUNCATE providers_provider, providers_chain, providers_enrollment, "
    "providers_rosterimport CASCADE"
)


def main(source: Path, rounds: int) -> None:
    name = connection.creation.create_test_db(0, autoclobber=True, serialize=False)
    with connection.cursor() as cursor:
        cursor.execute("SHOW fsync")
        [fsync] = cursor.fetchone()
    print(f"{ROWS:,} rows like {source.name} in {name}, fsync {fsync}, {rounds} rounds")
    try:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "many.csv"
            path.write_bytes(_many(source).encode("cp1252"))
            _measure(path, rounds)
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


def _many(source: Path) -> str:
    with source.open(encoding="cp1252", newline="") as file:
        header, *real = csv.reader(file)
    ccn, enrollment_id = header.index("CCN"), header.index("ENROLLMENT ID")
    codes = [code for code in ccn_facts.STATES if code.isdecimal()]
    ccns = (f"{code}{number}" for number, code in product(range(5000, 6500), codes))
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    for number, row in enumerate(islice(cycle(real), ROWS)):
        row[ccn], row[enrollment_id] = next(ccns), f"O{20200101000000 + number}"
        writer.writerow(row)
    return text.getvalue()


def _measure(path: Path, rounds: int) -> None:
    raw = path.read_bytes().decode("cp1252")
    header = files.read(path).header
    providers = _provider_lines(path)
    targets: dict[str, Callable[[], float]] = {
        "COPY, cells": lambda: _copy_cells(raw, header),
        "COPY, cells again": lambda: _copy_cells(raw, header),
        "COPY, providers": lambda: _copy_providers(providers),
        "import, new": lambda: _import_new(path),
        "import, unchanged": lambda: _import_unchanged(path),
    }
    taken: dict[str, list[float]] = {name: [] for name in targets}
    for round_number in range(rounds + 1):
        for name in random.sample(list(targets), len(targets)):
            seconds = targets[name]()
            if round_number:
                taken[name].append(seconds)
    cells, indexed = taken["COPY, cells"], taken["COPY, providers"]
    for name, times in taken.items():
        print(
            f"{name:20} {statistics.median(times) * 1000:7.0f} ms"
            f"  {_ratio(times, cells):6.2f} x COPY of cells"
            f"  {_ratio(times, indexed):5.2f} x COPY of providers"
        )


def _ratio(times: list[float], base: list[float]) -> float:
    return statistics.median(one / other for one, other in zip(times, base, strict=True))


def _provider_lines(path: Path) -> str:
    table = rows.sort_out(files.read(path))
    known = {**table.values, "ccn": table.ccns, "kind": table.kinds}
    columns = [known[name] for name in _PROVIDER.split()]
    lines = ("\t".join([*cells, "", "", "{}"]) for cells in zip(*columns, strict=True))
    return "\n".join(lines).replace("\\", "\\\\")


def _copy_cells(raw: str, header: list[str]) -> float:
    columns = ", ".join(f'"{name}" text' for name in header)
    return _timed_copy(
        f'CREATE TABLE bench ({columns}, PRIMARY KEY ("ENROLLMENT ID"))',
        "COPY bench FROM STDIN (FORMAT csv, HEADER)",
        raw,
    )


def _copy_providers(lines: str) -> float:
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
