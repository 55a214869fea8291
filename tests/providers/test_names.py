from __future__ import annotations

import pytest

from providers.names import title

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
