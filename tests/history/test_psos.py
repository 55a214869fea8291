"""How many PSOs a CCN had, and when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from unittest.mock import Mock

from access_requests.history import psos
from access_requests.history.psos import Term, stretches


def at(day: int) -> datetime:
    return datetime(2026, 11, day, 15, tzinfo=UTC)


def term(since: int, until: int | None = None) -> Term:
    return Term(Mock(), at(since), at(until) if until else None)


def told(begin: int, *terms: Term) -> list[tuple[int, int | None, int]]:
    found = stretches(terms, at(begin))
    return [(each.since.day, each.until.day if each.until else None, each.psos) for each in found]


def test_nobody_ever() -> None:
    assert told(3) == [(3, None, 0)]


def test_overlapping_terms_are_counted() -> None:
    assert told(2, term(5, 9), term(7), term(12, 20)) == [
        (2, 5, 0),
        (5, 7, 1),
        (7, 9, 2),
        (9, 12, 1),
        (12, 20, 2),
        (20, None, 1),
    ]


def test_one_who_follows_the_other_at_once_leaves_no_gap() -> None:
    assert told(2, term(5, 9), term(9)) == [(2, 5, 0), (5, None, 1)]


def test_it_begins_with_the_first_pso_where_that_was_earlier() -> None:
    assert told(9, term(5)) == [(5, None, 1)]


def test_the_drawing_stays_inside_its_frame_and_says_when_there_were_more() -> None:
    terms = [term(day, 25) for day in range(5, 12)]
    drawing = psos.drawn(stretches(terms, at(1)), at(29))
    assert drawing is not None
    assert all(psos.LEFT <= bar.x and bar.x + bar.width <= psos.WIDTH for bar in drawing.bars)
    assert all(bar.y >= 0 and bar.height > 0 for bar in drawing.bars)
    assert [mark.label for mark in drawing.heights] == ["0", "1", "2", "3", "4+"]
    assert drawing.days[0].label == "Nov 1, 2026"


def test_a_first_day_is_not_drawn_the_second_is() -> None:
    """Whatever happened on it: three stretches of no day at all would be one bar."""
    found = stretches([Term(Mock(), at(5), at(5) + timedelta(hours=1)), term(5)], at(5))
    assert psos.drawn(found, at(5) + timedelta(hours=3)) is None
    # Midnight of Eastern Time, which is what the sheet is dated by.
    assert psos.drawn(found, datetime(2026, 11, 6, 4, 59, tzinfo=UTC)) is None
    drawing = psos.drawn(found, datetime(2026, 11, 6, 5, tzinfo=UTC))
    assert drawing is not None
    assert [mark.label for mark in drawing.days] == ["Nov 5, 2026", "Nov 6, 2026"]
