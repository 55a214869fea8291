"""A list of contacts as a file: what its columns are, and what each row says."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

MOST_BYTES = 10_000_000
MOST_ROWS = 50_000
FIELDS = ("name", "position", "email", "phone")
TEMPLATE = ("CCN", "Name", "Position", "Email", "Phone")

# What the columns of such lists are called, in small letters and without anything between.
_COLUMNS = {
    "ccn": "ccn",
    "ccnnumber": "ccn",
    "cmscertificationnumber": "ccn",
    "cmscertificationnumberccn": "ccn",
    "federalprovidernumber": "ccn",
    "providernumber": "ccn",
    "name": "name",
    "contact": "name",
    "contactname": "name",
    "fullname": "name",
    "administrator": "name",
    "administratorname": "name",
    "position": "position",
    "title": "position",
    "jobtitle": "position",
    "email": "email",
    "emailaddress": "email",
    "contactemail": "email",
    "phone": "phone",
    "phonenumber": "phone",
    "contactphone": "phone",
    "telephone": "phone",
    "telephonenumber": "phone",
}
# An apostrophe that keeps a spreadsheet from running what follows is no part of the text.
_DEFUSED = re.compile(r"'(?=[=+\-@])")


class Unusable(Exception):
    """The file is no list of contacts; the sentence says why and what to do."""


@dataclass(frozen=True)
class ContactList:
    """`left_out`: headings of columns that mean nothing here. `rows`: the number of each as a
    spreadsheet counts (the header being 1), and its cells by field."""

    left_out: list[str]
    rows: list[tuple[int, dict[str, str]]]


def read(raw: bytes) -> ContactList:
    """Raises Unusable."""
    text = _decoded(raw)
    first_line = text.split("\n", 1)[0]
    separator = max(",;\t", key=first_line.count)
    table = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        header = next(table, [])
        columns, left_out = _columns(header)
        rows = list(_rows(table, columns))
    except csv.Error as error:
        said = _("Line %(n)d cannot be read. Save the list again as CSV, in UTF-8.")
        raise Unusable(said % {"n": table.line_num}) from error
    if not rows:
        raise Unusable(_("The file has a header and no contacts below it."))
    return ContactList(left_out, rows)


def _decoded(raw: bytes) -> str:
    if not raw.strip():
        raise Unusable(_("The file is empty. Choose another one."))
    if len(raw) > MOST_BYTES:
        raise Unusable(_("The file has more than 10 MB. Split it into smaller lists."))
    if raw.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise Unusable(_("This is a workbook. Save the list as CSV, then upload that file."))
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", errors="replace")
    if b"\x00" in raw:
        raise Unusable(_("This is no text. Save the list as CSV, then upload that file."))
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace")


def _columns(header: list[str]) -> tuple[dict[str, int], list[str]]:
    """Where each field stands, and the headings that are left out."""
    columns: dict[str, int] = {}
    left_out = []
    for place, heading in enumerate(header):
        field = _COLUMNS.get(re.sub(r"[^a-z]", "", heading.lower()))
        if field is None:
            left_out += [heading.strip()[:60]] if heading.strip() else []
        elif field in columns:
            said = _("Two columns, “%(one)s” and “%(two)s”, mean the same. Remove one of them.")
            two = {"one": header[columns[field]].strip(), "two": heading.strip()}
            raise Unusable(said % two)
        else:
            columns[field] = place
    if "ccn" not in columns:
        raise Unusable(
            _("No column is called CCN. Write the headings of the template into the first row.")
        )
    if not columns.keys() & {"name", "email", "phone"}:
        raise Unusable(
            _("There is no column called Name, Email or Phone. Use the headings of the template.")
        )
    return columns, left_out


def _rows(
    table: Iterator[list[str]], columns: dict[str, int]
) -> Iterator[tuple[int, dict[str, str]]]:
    for number, cells in enumerate(table, start=2):
        if number > MOST_ROWS + 1:
            raise Unusable(_("The list has more than 50,000 rows. Split it into smaller lists."))
        said = {field: _text(cells, place) for field, place in columns.items()}
        if any(said.values()):
            yield number, said


def _text(cells: list[str], place: int) -> str:
    return _DEFUSED.sub("", cells[place].strip(), count=1) if place < len(cells) else ""
