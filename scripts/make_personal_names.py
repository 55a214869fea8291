"""Make providers/data/personal_names.csv.xz from the Census Bureau's names of 1990.

Usage: python3 scripts/make_personal_names.py dist.all.last dist.female.first dist.male.first

The three files are public domain ("Frequently Occurring Surnames" and "Frequently Occurring
First Names"). Kept are all first names with how many of 100,000 women or men have them, whichever
is more, and the commonest surnames with their rank. The same files give the same bytes.
"""

from __future__ import annotations

import csv
import io
import lzma
import sys
from pathlib import Path

MOST_SURNAMES = 30_000
TARGET = Path(__file__).resolve().parent.parent / "providers" / "data" / "personal_names.csv.xz"


def rows_of(source: Path) -> list[tuple[str, float, int]]:
    """Name, how many of 100 have it, rank."""
    lines = [line.split() for line in source.read_text(encoding="ascii").splitlines()]
    return [(name.lower(), float(share), int(rank)) for name, share, _, rank in lines]


def main(surnames: Path, *first_names: Path) -> None:
    first: dict[str, int] = {}
    for source in first_names:
        for name, share, _rank in rows_of(source):
            first[name] = max(first.get(name, 0), round(share * 1000))
    last = {name: rank for name, _, rank in rows_of(surnames) if rank <= MOST_SURNAMES}
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["name", "first_per_100000", "surname_rank"])
    for name in sorted(first | last):
        writer.writerow([name, first.get(name, ""), last.get(name, "")])
    packed = lzma.compress(
        text.getvalue().encode(), check=lzma.CHECK_SHA256, preset=9 | lzma.PRESET_EXTREME
    )
    TARGET.write_bytes(packed)
    print(
        f"{TARGET.name}: {len(first):,} first names, {len(last):,} surnames, {len(packed):,} bytes"
    )


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    main(*map(Path, sys.argv[1:]))
