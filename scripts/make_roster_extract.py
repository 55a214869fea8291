"""Make providers/data/roster.csv.xz from a SNF_Enrollments file of CMS (public domain).

Usage: python3 scripts/make_roster_extract.py SNF_Enrollments_2026.07.31.csv

The extract has the same layout with the columns that the importer reads, one row an enrollment,
in the order of the CCNs. The same file gives the same bytes.
"""

from __future__ import annotations

import csv
import io
import lzma
import sys
from pathlib import Path

COLUMNS = (
    "ENROLLMENT ID",
    "ENROLLMENT STATE",
    "NPI",
    "CCN",
    "ORGANIZATION NAME",
    "DOING BUSINESS AS NAME",
    "NURSING HOME PROVIDER NAME",
    "AFFILIATION ENTITY NAME",
    "AFFILIATION ENTITY ID",
    "ADDRESS LINE 1",
    "ADDRESS LINE 2",
    "CITY",
    "STATE",
    "ZIP CODE",
)
TARGET = Path(__file__).resolve().parent.parent / "providers" / "data" / "roster.csv.xz"


def main(source: Path) -> None:
    with source.open(encoding="cp1252", newline="") as file:
        rows = [[row[column] for column in COLUMNS] for row in csv.DictReader(file)]
    rows.sort(key=lambda row: (row[COLUMNS.index("CCN")], row[0]))
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(rows)
    packed = lzma.compress(
        text.getvalue().encode(), check=lzma.CHECK_SHA256, preset=9 | lzma.PRESET_EXTREME
    )
    TARGET.write_bytes(packed)
    print(f"{TARGET.name}: {len(rows):,} rows, {len(packed):,} bytes")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]))
