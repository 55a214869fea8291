"""Make docs/rosters.md: what becomes of every file and header that CMS publishes.

Usage: .venv/bin/python scripts/measure_layouts.py FOLDER

FOLDER has the files in cms/ and header rows in headers/. Each file is imported twice into a
database of its own, made beside the one that DATABASE_URL names and dropped again.
"""

from __future__ import annotations

import csv
import os
import re
import sys
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "iqies_portal.settings")

import django  # noqa: E402
from django.apps import apps  # noqa: E402

# A test that compares the table has set Django up already.
if not apps.ready:
    django.setup()

from django.db import connection  # noqa: E402

from providers.roster.importing import import_file  # noqa: E402
from providers.roster.layouts import TITLES, Unusable, recognise  # noqa: E402

TABLE = ROOT / "docs" / "rosters.md"
_INTRO = """# What becomes of each CMS file

Made by `scripts/measure_layouts.py`; a test compares the lines with what the code answers. Each
file was imported into one database, in the order of the table, and then all of them once more:
the second round created, updated and closed nothing.

## Files

| file | layout | rows | created | updated | merged | rejected | why rejected, or refused |
|---|---|---:|---:|---:|---:|---:|---|
"""
_HEADERS = """
## Headers

| header | answer |
|---|---|
"""


def header_of(path: Path) -> list[str]:
    with path.open(encoding="cp1252", newline="") as file:
        return next(csv.reader(file))


def answer_of(path: Path) -> str:
    """The title of the layout, or of those that share the header; or why it is refused."""
    try:
        return " or ".join(layout.title for layout in recognise(header_of(path)).layouts)
    except Unusable as refused:
        return f"refused: {refused}"


def line_of_header(path: Path) -> str:
    return f"| {path.name.removesuffix('.header.csv')} | {answer_of(path)} |"


def beginning_of_line(path: Path) -> str:
    """Of a file whose header several lists share, the rows say which it is."""
    answer = answer_of(path)
    if " or " in answer:
        return f"| {path.name} | {path.name.split('_')[0]} General Information |"
    title = "refused" if answer.startswith("refused") else answer
    return f"| {path.name} | {title} |"


def main(folder: Path) -> None:
    name = connection.creation.create_test_db(0, autoclobber=True, serialize=False)
    paths = sorted((folder / "cms").glob("*.csv"), key=lambda path: path.name)
    try:
        lines = [_line_of_file(path) for path in paths]
        for path in paths:
            _require_nothing_new(path)
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)
    headers = [line_of_header(path) for path in sorted((folder / "headers").glob("*.csv"))]
    TABLE.write_text(_INTRO + "\n".join(lines) + "\n" + _HEADERS + "\n".join(headers) + "\n")
    print(TABLE.read_text())


def _line_of_file(path: Path) -> str:
    try:
        outcome = import_file(path)
    except Unusable as refused:
        return f"{beginning_of_line(path)} | | | | | {refused} |"
    reasons = Counter(_general(each.reason) for each in outcome.rejections)
    why = "; ".join(f"{number} x {reason}" for reason, number in reasons.most_common())
    numbers = (
        outcome.rows,
        outcome.created,
        outcome.updated,
        outcome.merged,
        outcome.rejected,
    )
    counts = " | ".join(f"{number:,}" for number in numbers)
    return f"| {path.name} | {TITLES[outcome.layout]} | {counts} | {why} |"


def _general(reason: str) -> str:
    """The same reason for every CCN."""
    return re.sub(r"\b[0-9][0-9A-Z]{5,9}\b", "the CCN", reason)


def _require_nothing_new(path: Path) -> None:
    try:
        outcome = import_file(path)
    except Unusable:
        return
    if outcome.created or outcome.updated or outcome.closed:
        sys.exit(f"{path.name} changed something when it was imported again: {outcome.counts()}")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]))
