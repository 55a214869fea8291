"""Make the extracts of CMS's lists (public domain) that come with the portal.

Usage: python3 scripts/make_roster_extract.py SNF_Enrollments_2026.07.31.csv NH_ProviderInfo.csv

Each has the layout of its file with the columns that the importer reads, in the order of the CCNs:
SNF_Enrollments one row an enrollment, NH_ProviderInfo one row a nursing home. The second has only
homes that the first has, and repeats no address or owner that the first gives and that would not be
read: it brings the phones of record, and chains where the first has none. The same files give the
same bytes.
"""

from __future__ import annotations

import csv
import io
import lzma
import sys
from pathlib import Path

ENROLLMENTS = (
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
HOMES = (
    "CMS Certification Number (CCN)",
    "Provider Name",
    "Provider Address",
    "City/Town",
    "State",
    "ZIP Code",
    "Telephone Number",
    "Legal Business Name",
    "Chain Name",
    "Chain ID",
    "Number of Certified Beds",
    "Processing Date",
)
# By the header of the one list, that of the other which it need not repeat.
REPEATED = {
    "Provider Address": "ADDRESS LINE 1",
    "City/Town": "CITY",
    "ZIP Code": "ZIP CODE",
    "Legal Business Name": "ORGANIZATION NAME",
    "Chain Name": "AFFILIATION ENTITY NAME",
    "Chain ID": "AFFILIATION ENTITY NAME",
}
NOT_READ = ("Number of Certified Beds",)
FOLDER = Path(__file__).resolve().parent.parent / "providers" / "data"


def main(enrollments: Path, homes: Path) -> None:
    listed = _rows(enrollments)
    first = {row["CCN"][:6]: row for row in listed}
    listed.sort(key=lambda row: (row["CCN"], row["ENROLLMENT ID"]))
    _write(FOLDER / "roster.csv.xz", ENROLLMENTS, listed)
    others = [row for row in _rows(homes) if row[HOMES[0]] in first]
    others.sort(key=lambda row: row[HOMES[0]])
    for row in others:
        _shorten(row, first[row[HOMES[0]]])
    _write(FOLDER / "nursing_homes.csv.xz", HOMES, others)


def _rows(source: Path) -> list[dict[str, str]]:
    with source.open(encoding="cp1252", newline="") as file:
        return list(csv.DictReader(file))


def _shorten(row: dict[str, str], listed: dict[str, str]) -> None:
    for column in NOT_READ:
        row[column] = ""
    for column, other in REPEATED.items():
        if listed[other].strip():
            row[column] = ""


def _write(target: Path, columns: tuple[str, ...], rows: list[dict[str, str]]) -> None:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([row[column] for column in columns] for row in rows)
    packed = lzma.compress(
        text.getvalue().encode(), check=lzma.CHECK_SHA256, preset=9 | lzma.PRESET_EXTREME
    )
    target.write_bytes(packed)
    print(f"{target.name}: {len(rows):,} rows, {len(packed):,} bytes")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(Path(sys.argv[1]), Path(sys.argv[2]))
