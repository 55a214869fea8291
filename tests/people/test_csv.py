"""The list as a file: every CCN stays what it is, and nothing in it is run."""

from __future__ import annotations

import csv
import re
from io import StringIO

import pytest
from django.test import Client
from django.utils.timezone import localdate

from access_requests.models import DeskEvent
from access_requests.people import finding
from accounts.models import AuditEvent, User
from providers.models import Provider
from tests import builders as make
from tests.people.builders import home_with_pso, role_at

pytestmark = pytest.mark.django_db

# Of each kind that a spreadsheet mangles: a leading zero, an exponent, a long number, letters.
CCNS = ("015009", "44E233", "999999", "01T009", "05A123", "330001")
_TEXT_FORMULA = re.compile(r'="([A-Za-z0-9]+)"')


def cell_as_shown(cell: str) -> str:
    """What a spreadsheet makes of a cell of a file that it opens: digits become a number, and what
    begins like a formula is one. The only formula that may be there is a text."""
    text = _TEXT_FORMULA.fullmatch(cell)
    if text:
        return text[1]
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r")), f"runs as a formula: {cell}"
    if re.fullmatch(r"\d+(\.\d+)?([eE]\+?\d+)?", cell):
        return f"{float(cell):g}"
    return cell


def exported(viewer: User, query: str = "") -> list[dict[str, str]]:
    client = Client()
    client.force_login(viewer)
    response = client.get(f"/people/export/{query}")
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert f"people-{localdate()}.csv" in response["Content-Disposition"]
    raw = b"".join(response)
    assert raw.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(StringIO(raw.decode("utf-8-sig"), newline="")))


def test_ccns_arrive_intact_and_formulas_are_harmless(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding, "_EXPORTED_AT_ONCE", 2)
    pso = make.person("0001234567", full_name='=HYPERLINK("http://evil.example","click")')
    for ccn in CCNS:
        make.pso(make.provider(ccn, name="+1 HOMES"), pso)
    home = Provider.objects.get(ccn="44E233")
    nasty = make.person("12e5", full_name="@SUM(1+1)*cmd|' /C calc'!A0")
    role_at(home, nasty, ends_on=localdate())
    elsewhere, _ = home_with_pso()
    role_at(elsewhere, make.person("notours"))
    rows = exported(pso)
    assert [cell_as_shown(row["CCN"]) for row in rows] == sorted([*CCNS, "44E233"])
    shown = [[cell_as_shown(cell) for cell in row.values()] for row in rows]
    assert {row["User ID"] for row in rows} == {'="0001234567"', '="12e5"'}
    assert "notours" not in str(shown)
    last = next(row for row in rows if "12e5" in row["User ID"])
    assert last["Last day"] == localdate().isoformat()
    assert last["Name"] == "'@SUM(1+1)*cmd|' /C calc'!A0"
    assert last["Last signed in"] == "Never"


def test_what_leaves_is_on_record_without_the_words_of_a_search() -> None:
    home, pso = home_with_pso()
    role_at(home, make.person("jdoe7", full_name="Jane Doe"), vendor=True)
    role_at(home, make.person(full_name="Jane Roe"))
    client = Client()
    client.force_login(pso)
    token = client.post("/people/", {"q": "Jane"})["Location"].partition("?")[2]
    assert [row["Name"] for row in exported(pso, f"?{token}&kind=vendor")] == ["Jane Doe"]
    line = AuditEvent.objects.get(type=DeskEvent.EXPORTED)
    assert line.actor == pso
    assert line.details == {"list": "people", "filters": ["kind", "typed"]}


def test_a_city_is_written_as_on_the_pages() -> None:
    pso = make.pso(make.provider(city="WEST PEORIA"))
    [row] = exported(pso)
    assert row["City"] == "West Peoria"
