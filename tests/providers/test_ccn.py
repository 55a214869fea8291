"""What a typed text is read as. No database."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providers.ccn import Reading, Unreadable, read
from providers.kinds import SERVED, Kind
from providers.verdicts import Verdict

SPELLINGS = [
    "015009",
    " 01-5009 ",
    "0 1 5 0 0 9",
    "01–5009",
    "01‑5009",
    "015009\u200b",
    "\ufeff015009",
    "015\u00a0009",
    "０１５００９",
    "٠١٥٠٠٩",
    "'015009",
    '="015009"',
    "CCN 015009",
    "ccn: 015009",
    "015009A",
    "015009b",
    "015009001",
]

KINDS = [
    ("345500", "NC", Kind.SNF),
    ("01A193", "AL", Kind.NF),
    ("04B001", "AR", Kind.NF),
    ("04E262", "AR", Kind.NF),
    ("44E233", "TN", Kind.NF),
    ("45F094", "TX", Kind.NF),
    ("34Z303", "NC", Kind.SWING_BED),
    ("01U012", "AL", Kind.SWING_BED),
    ("01W001", "AL", Kind.SWING_BED),
    ("01Y001", "AL", Kind.SWING_BED),
    ("A01507", "CA", Kind.HOSPICE),
    ("017009", "AL", Kind.HHA),
    ("01K100", "AL", Kind.HHA),
    ("05Q7123001", "CA", Kind.HHA_BRANCH),
    ("013025", "AL", Kind.IRF),
    ("01T033", "AL", Kind.IRF_UNIT),
    ("45TA83", "TX", Kind.IRF_UNIT),
    ("24T019A", "MN", Kind.IRF_UNIT),
    ("04R334", "AR", Kind.IRF_UNIT),
    ("012006", "AL", Kind.LTCH),
    ("010001", "AL", Kind.HOSPITAL),
    ("01014F", "AL", Kind.FEDERAL_HOSPITAL),
    ("01014E", "AL", Kind.EMERGENCY_HOSPITAL),
    ("021306", "AK", Kind.CRITICAL_ACCESS_HOSPITAL),
    ("271812", "MT", Kind.HEALTH_CENTER),
    ("012515", "AL", Kind.DIALYSIS),
    ("01S007", "AL", Kind.PSYCHIATRIC_UNIT),
    ("19M324", "LA", Kind.PSYCHIATRIC_UNIT),
    ("05P002", "CA", Kind.ORGAN_PROCUREMENT),
    ("01C0001009", "AL", Kind.SURGICAL_CENTER),
    ("01D0641234", "AL", Kind.LABORATORY),
    ("11X0009803", "GA", Kind.PORTABLE_XRAY),
]

# What is wrong with each, and the CCN that was likely meant.
BAD = [
    ("", Verdict.UNREADABLE, "Enter a CCN", ""),
    ("15009", Verdict.UNREADABLE, "Did you mean 015009?", "015009"),
    ("1515", Verdict.UNREADABLE, "Did you mean 001515?", "001515"),
    ("4E262", Verdict.UNREADABLE, "Did you mean 04E262?", "04E262"),
    ("15506001", Verdict.UNREADABLE, "Did you mean 015506?", "015506"),
    ("15009.0", Verdict.UNREADABLE, "Did you mean 015009?", "015009"),
    ("345,500", Verdict.UNREADABLE, "Did you mean 345500?", "345500"),
    ("4.40E+233", Verdict.UNREADABLE, "A spreadsheet turned this CCN into the number", "44E232"),
    ("4.00E+262", Verdict.UNREADABLE, "what it was is lost", "40E261"),
    ("1.23457E+05", Verdict.UNREADABLE, "what it was is lost", ""),
    ("#REF!", Verdict.UNREADABLE, "spreadsheet's error mark", ""),
    ("O15009", Verdict.UNREADABLE, "Did you mean 015009?", "015009"),
    ("0I5009", Verdict.UNREADABLE, "Did you mean 015009?", "015009"),
    ("01500", Verdict.UNREADABLE, "has 5", ""),
    ("0150099", Verdict.UNREADABLE, "has 7", ""),
    ("01N009", Verdict.UNREADABLE, "the letter N in third place", ""),
    ("010000", Verdict.UNREADABLE, "never 0000", ""),
    ("01500!", Verdict.UNREADABLE, "only digits and letters", ""),
    ("ABCDEF", Verdict.UNREADABLE, "most of them digits", ""),
    ("1346210291", Verdict.UNREADABLE, "looks like an NPI", ""),
    ("12-3456789", Verdict.UNREADABLE, "tax identification number", ""),
    ("123-45-6789", Verdict.UNREADABLE, "Social Security number", ""),
    ("015009, 015010", Verdict.UNREADABLE, "Enter one at a time", "015009"),
    ("985009", Verdict.UNKNOWN_STATE, "No state has the code 98", ""),
    ("E05009", Verdict.UNKNOWN_STATE, "No state has the code E0", ""),
    ("ZZ5009", Verdict.UNKNOWN_STATE, "No state has the code ZZ", ""),
    ("60T001", Verdict.UNKNOWN_STATE, "No state has the code 60", ""),
]


@pytest.mark.parametrize("typed", SPELLINGS)
def test_every_spelling_is_one_ccn(typed: str) -> None:
    reading = read(typed)
    assert isinstance(reading, Reading)
    assert reading.ccn == "015009"


@pytest.mark.parametrize(("typed", "state", "kind"), KINDS)
def test_state_and_kind(typed: str, state: str, kind: Kind) -> None:
    reading = read(typed)
    assert isinstance(reading, Reading)
    assert (reading.state, reading.kind) == (state, kind)
    assert reading.is_served == (kind in SERVED)


@pytest.mark.parametrize(("typed", "verdict", "says", "likely"), BAD)
def test_bad_ones(typed: str, verdict: Verdict, says: str, likely: str) -> None:
    reading = read(typed)
    assert isinstance(reading, Unreadable)
    assert reading.verdict == verdict
    assert says in reading.message
    assert reading.likely[:1] == ((likely,) if likely else ())


def test_a_social_security_number_is_not_repeated() -> None:
    reading = read("123-45-6789")
    assert isinstance(reading, Unreadable)
    assert "6789" not in reading.message


@pytest.mark.parametrize(
    ("typed", "ccn", "suffix"),
    [("245381B", "245381", "B"), ("335506001", "335506", "001"), ("345500", "345500", "")],
)
def test_pecos_suffixes(typed: str, ccn: str, suffix: str) -> None:
    reading = read(typed)
    assert isinstance(reading, Reading)
    assert (reading.ccn, reading.enrollment_suffix) == (ccn, suffix)


def test_a_branch_knows_its_agency() -> None:
    reading = read("05Q7123001")
    assert isinstance(reading, Reading)
    assert reading.agency == "057123"


def test_no_real_ccn_is_unreadable(cms_data: Path) -> None:
    sample = (cms_data / "ccn" / "real_ccn_sample.txt").read_text().split()
    assert len(sample) == 5453
    assert [typed for typed in sample if isinstance(read(typed), Unreadable)] == []


@given(st.text())
def test_any_text_gets_an_answer(typed: str) -> None:
    reading = read(typed)
    assert isinstance(reading, Reading) or reading.message


@given(st.text(alphabet="0123456789ABCDEFOQTZ.,+-# \u200b－", max_size=12))
def test_anything_like_a_ccn_gets_an_answer(typed: str) -> None:
    reading = read(typed)
    if isinstance(reading, Reading):
        assert read(reading.ccn) == Reading(reading.ccn, reading.ccn, reading.state, reading.kind)
    else:
        assert reading.message
        assert all(isinstance(read(likely), Reading) for likely in reading.likely)
