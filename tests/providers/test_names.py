from __future__ import annotations

import re
from io import StringIO

import pytest
from django.core.management import call_command

from providers.models import Chain, Provider
from providers.names import address, title

NAMES = [
    ("N&R OF WESTHAVEN L L C", "N&R of Westhaven L L C"),
    ("ST. MARY'S HOME", "St. Mary's Home"),
    ("ABC REHAB II LLC", "ABC Rehab II LLC"),
    ("O'NEILL HEALTHCARE", "O'Neill Healthcare"),
    ("ACCURA HEALTHCARE OF O'NEILL", "Accura Healthcare of O'Neill"),
    ("D'YOUVILLE CENTER", "D'Youville Center"),
    ("MCKINLEY MANOR", "McKinley Manor"),
    ("MARTHA T BERRY MCF", "Martha T Berry MCF"),
    ("ST JOHN¿S HOSPITAL CAMARILLO DP/SNF", "St John's Hospital Camarillo DP/SNF"),
    ("UNIVERSAL HEALTH CARE/FUQUAY-VARINA", "Universal Health Care/Fuquay-Varina"),
    ("PAVILION AT JACKSONVILLE, THE", "Pavilion at Jacksonville, The"),
    ("UPPER EAST SIDE REHAB CTR", "Upper East Side Rehab Ctr"),
    ("AUTUMN LAKE  AT\u00a0 SILVER SPRING", "Autumn Lake at Silver Spring"),
    ("42ND STREET HOME", "42nd Street Home"),
    ("A.G. RHODES HOME", "A.G. Rhodes Home"),
    ("VI AT SILVERSTONE", "Vi at Silverstone"),
    ("Already Cased by eBay", "Already Cased by eBay"),
    ("", ""),
]


@pytest.mark.parametrize(("stored", "shown"), NAMES)
def test_title(stored: str, shown: str) -> None:
    assert title(stored) == shown


ADDRESSES = [
    ("701 MONROE ST NW", "701 Monroe St NW"),
    ("9246 US HWY 25A", "9246 US Hwy 25A"),
    ("P.O. BOX 1309", "P.O. Box 1309"),
    ("PO BOX 83", "PO Box 83"),
    ("1221E 42ND ST SE, BLDG B", "1221E 42nd St SE, Bldg B"),
    ("N2665 COUNTY ROAD QQ", "N2665 County Road QQ"),
    ("600 W. O'NEILL AVE", "600 W. O'Neill Ave"),
    ("1 Main St", "1 Main St"),
    ("", ""),
]


@pytest.mark.parametrize(("stored", "shown"), ADDRESSES)
def test_address(stored: str, shown: str) -> None:
    assert address(stored) == shown


def test_lines_of_an_address() -> None:
    home = Provider(
        address_line_1="701 MONROE ST NW", city="RUSSELLVILLE", state="AL", zip_code="356531358"
    )
    assert home.address_lines == ["701 Monroe St NW", "Russellville, AL 35653-1358"]
    assert Provider(state="AL").address_lines == ["AL"]


def test_chain_is_shown_like_a_provider() -> None:
    chain = Chain(name="AMERICAN BAPTIST HOMES OF THE MIDWEST")
    assert chain.display_name == str(chain) == "American Baptist Homes of the Midwest"


@pytest.mark.django_db
def test_no_address_of_the_country_shouts() -> None:
    """On the real roster: a long word in capitals would be one that was left alone."""
    call_command("load_roster", stdout=StringIO())
    shown = [line for home in Provider.objects.all() for line in home.address_lines[:-1]]
    assert len(shown) > 14000
    shouted = [line for line in shown if re.search(r"\b[B-DF-HJ-NP-TV-Z]*[AEIOU][A-Z]{4,}", line)]
    assert shouted == []
