"""Make providers/data/roster.csv.xz from two of CMS's lists (public domain).

Usage: python3 scripts/make_roster_extract.py SNF_Enrollments_2026.07.31.csv NH_ProviderInfo.csv

The extract has the layout of SNF_Enrollments with the columns that the importer reads, one row an
enrollment, in the order of the CCNs; and the phones of record of NH_ProviderInfo in a column of
their own, so that a fresh clone has them without a second list to load. The same files give the
same bytes.
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
PHONE = "TELEPHONE NUMBER"
TARGET = Path(__file__).resolve().parent.parent / "providers" / "data" / "roster.csv.xz"


def main(enrollments: Path, homes: Path) -> None:
    phones = {
        row["CMS Certification Number (CCN)"]: row["Telephone Number"] for row in _rows(homes)
    }
    rows = _rows(enrollments)
    rows.sort(key=lambda row: (row["CCN"], row["ENROLLMENT ID"]))
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*COLUMNS, PHONE])
    for row in rows:
        # An enrollment's suffix is no part of the CCN.
        phone = phones.get(row["CCN"][:6], "")
        writer.writerow([*(row[column] for column in COLUMNS), phone])
    packed = lzma.compress(
        text.getvalue().encode(), check=lzma.CHECK_SHA256, preset=9 | lzma.PRESET_EXTREME
    )
    TARGET.write_bytes(packed)
    print(f"{TARGET.name}: {len(rows):,} rows, {len(packed):,} bytes")


def _rows(source: Path) -> list[dict[str, str]]:
    with source.open(encoding="cp1252", newline="") as file:
        return list(csv.DictReader(file))


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(Path(sys.argv[1]), Path(sys.argv[2]))
