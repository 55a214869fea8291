"""docs/asvs.md answers every line of the standard, and what it points to exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings

# The requirements of level 2 in chapters 2 and 3 of ASVS 4.0.3.
PER_SECTION = {
    "2.1": range(1, 13),
    "2.2": range(1, 4),
    "2.3": range(1, 4),
    "2.4": range(1, 6),
    "2.5": range(1, 8),
    "2.6": range(1, 4),
    "2.7": range(1, 7),
    "2.8": range(1, 8),
    "2.9": range(1, 4),
    "2.10": range(1, 5),
    "3.1": range(1, 2),
    "3.2": range(1, 5),
    "3.3": range(1, 5),
    "3.4": range(1, 6),
    "3.5": range(1, 4),
    "3.7": range(1, 2),
}
STATES = {"met", "partly", "not met", "not applicable"}
ROW = re.compile(r"^\| (\d+\.\d+\.\d+) \| [^|]+ \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
BASE = Path(settings.BASE_DIR)
TEXT = (BASE / "docs" / "asvs.md").read_text()
ROWS = ROW.findall(TEXT)


def test_every_requirement_is_answered_once_in_order() -> None:
    wanted = [f"{section}.{n}" for section, numbers in PER_SECTION.items() for n in numbers]
    assert [number for number, _, _ in ROWS] == wanted


def test_every_answer_is_one_of_four_words() -> None:
    assert {state for _, state, _ in ROWS} <= STATES
    assert all(shown.strip() for _, _, shown in ROWS)


def test_what_is_met_is_shown_by_a_test_or_code() -> None:
    for number, state, shown in ROWS:
        if state == "met":
            assert "`" in shown, f"{number} is met, and nothing shows it"


@pytest.mark.parametrize(
    "shown", sorted(set(re.findall(r"`([\w/.-]+\.(?:py|html|js|md)[^`]*)`", TEXT)))
)
def test_what_it_points_to_exists(shown: str) -> None:
    path, _, name = shown.partition("::")
    assert (BASE / path).is_file(), path
    if name:
        assert re.search(rf"\b(def|class) {name}\b", (BASE / path).read_text()), shown
