"""Small rosters in the layout of SNF_Enrollments, and damaged ones."""

from __future__ import annotations

import csv
import io
from itertools import count
from pathlib import Path

from providers.roster.importing import Outcome, import_file

HEADER = (
    "ENROLLMENT ID,ENROLLMENT STATE,PROVIDER TYPE CODE,PROVIDER TYPE TEXT,NPI,MULTIPLE NPI FLAG,"
    "CCN,ASSOCIATE ID,ORGANIZATION NAME,DOING BUSINESS AS NAME,INCORPORATION DATE,"
    "INCORPORATION STATE,ORGANIZATION TYPE STRUCTURE,ORGANIZATION OTHER TYPE TEXT,"
    "PROPRIETARY_NONPROFIT,NURSING HOME PROVIDER NAME,AFFILIATION ENTITY NAME,"
    "AFFILIATION ENTITY ID,ADDRESS LINE 1,ADDRESS LINE 2,CITY,STATE,ZIP CODE"
).split(",")

_numbers = count(1)


def enrollment(ccn: str, **cells: str) -> list[str]:
    """One row. Cells by header, with _ for a space: STATE="AL", ZIP_CODE="36000"."""
    row = {
        "ENROLLMENT ID": f"O{20200101000000 + next(_numbers)}",
        "ENROLLMENT STATE": "AL",
        "NPI": "1346210291",
        "CCN": ccn,
        "ORGANIZATION NAME": "SUNRISE CARE LLC",
        "NURSING HOME PROVIDER NAME": f"SUNRISE MANOR {ccn}",
        "ADDRESS LINE 1": "1 MAIN ST",
        "CITY": "MOBILE",
        "STATE": "AL",
        "ZIP CODE": "36601",
    }
    row |= {name.replace("_", " "): value for name, value in cells.items()}
    return [row.get(name, "") for name in HEADER]


def text_of(*rows: list[str], header: list[str] = HEADER) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([header, *rows])
    return out.getvalue()


def write(
    folder: Path, *rows: list[str], name: str = "roster.csv", header: list[str] = HEADER
) -> Path:
    path = folder / name
    path.write_bytes(text_of(*rows, header=header).encode("cp1252"))
    return path


def take_in(folder: Path, *rows: list[str]) -> Outcome:
    """Imports these rows as the newest file, whatever it closes."""
    return import_file(write(folder, *rows), allow_mass_close=True)


NURSING_HOME_HEADER = (
    "CMS Certification Number (CCN),Provider Name,Provider Address,City/Town,State,ZIP Code,"
    "Telephone Number,Number of Certified Beds,Legal Business Name,Chain Name,Chain ID,"
    "Processing Date"
).split(",")


def nursing_home(ccn: str, **cells: str) -> list[str]:
    """One row of NH_ProviderInfo. Cells by header: Provider_Name="...", Telephone_Number=""."""
    row = {
        "CMS Certification Number (CCN)": ccn,
        "Provider Name": f"Sunrise Manor {ccn}",
        "Provider Address": "1 Main St",
        "City/Town": "Mobile",
        "State": "AL",
        "ZIP Code": "36601",
        "Telephone Number": "2515550142",
        "Number of Certified Beds": "57",
        "Legal Business Name": "SUNRISE CARE LLC",
    }
    row |= {name.replace("_", " "): value for name, value in cells.items()}
    return [row.get(name, "") for name in NURSING_HOME_HEADER]


def take_in_nursing_homes(folder: Path, *rows: list[str]) -> Outcome:
    path = write(folder, *rows, name="homes.csv", header=NURSING_HOME_HEADER)
    return import_file(path, allow_mass_close=True, tell_differences=True)
