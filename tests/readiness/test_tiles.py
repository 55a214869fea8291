from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from access_requests.readiness import tiles
from access_requests.readiness.countdown import distance
from access_requests.readiness.counting import Counts, percent
from providers.ccn_facts import STATE_NAMES

EASTERN = ZoneInfo("America/New_York")


def test_every_state_and_territory_has_a_place_of_its_own() -> None:
    drawn = tiles.drawn({})
    assert {tile.state for tile in drawn.tiles} == STATE_NAMES.keys() - {"CN", "MX", "FC"}
    assert len({(tile.x, tile.y) for tile in drawn.tiles}) == len(drawn.tiles)
    assert all(tile.x + drawn.size <= drawn.width for tile in drawn.tiles)
    assert all(tile.y + drawn.size <= drawn.height for tile in drawn.tiles)


def test_another_code_with_a_ccn_is_not_lost() -> None:
    drawn = tiles.drawn({"CN": Counts(ccns=1, none=1), "TX": Counts(ccns=2)})
    assert len({(tile.x, tile.y) for tile in drawn.tiles}) == len(drawn.tiles)
    assert [tile.state for tile in drawn.tiles if not tile.is_empty] == ["TX", "CN"]


def test_what_a_tile_says() -> None:
    texas = Counts(ccns=1150, none=575, one=115)
    said = "Texas: 1,150 CCNs, 40 % with two or more PSOs, 10 % with one, 50 % with none"
    assert tiles.said("Texas", texas) == said
    one = tiles.said("Guam", Counts(ccns=1, none=1))
    assert one == "Guam: 1 CCN, 0 % with two or more PSOs, 0 % with one, 100 % with none"


@pytest.mark.parametrize(
    ("none", "shade"),
    [(0, 0), (1, 1), (244, 1), (250, 2), (494, 2), (500, 3), (750, 4), (999, 4), (1000, 5)],
)
def test_the_shade_follows_the_share_without_a_pso(none: int, shade: int) -> None:
    [tile] = [
        each
        for each in tiles.drawn({"TX": Counts(ccns=1000, none=none)}).tiles
        if each.state == "TX"
    ]
    assert tile.shade == shade


def test_all_and_none_are_only_said_of_all_and_none() -> None:
    told = [percent(*each) for each in ((0, 9), (1, 1000), (999, 1000), (9, 9), (0, 0))]
    assert told == [0, 1, 99, 100, 0]
    rare = Counts(ccns=14402, none=14397, one=5)
    assert tiles.said("All", rare).endswith(
        "0 % with two or more PSOs, under 1 % with one, over 99 % with none"
    )


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (datetime(2026, 11, 24, 0, 0, tzinfo=EASTERN), "in 1 day"),
        (datetime(2026, 11, 23, 0, 0, tzinfo=EASTERN), "today"),
        (datetime(2026, 11, 22, 23, 59, tzinfo=EASTERN), "since Nov 22, 2026"),
        (datetime(2023, 4, 17, tzinfo=EASTERN), "since Apr 17, 2023"),
        (None, "no date yet"),
    ],
)
def test_days_are_those_of_eastern_time(at: datetime | None, said: str) -> None:
    assert distance(at, datetime(2026, 11, 23, 23, 30, tzinfo=EASTERN), "since %(day)s") == said
