"""Thirteen weeks of readiness: days as they ended, and today as it stands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Final

from django.db.models import Sum

from access_requests.models import ReadinessDay
from access_requests.readiness.counting import Counts
from access_requests.readiness.scope import Scope

DAYS: Final = 91
LEFT, _TOP, _DAY_WIDTH, _PLOT_HEIGHT = 66, 12, 6, 190
RIGHT: Final = LEFT + (DAYS + 1) * _DAY_WIDTH
BOTTOM: Final = _TOP + _PLOT_HEIGHT
WIDTH: Final = RIGHT + 40
HEIGHT: Final = BOTTOM + 34
_NEAREST: Final = 16

Levels = tuple[int, int, int]


@dataclass(frozen=True)
class Mark:
    at: float
    label: str


@dataclass(frozen=True)
class Week:
    """One line of the table; `levels` is None for a day that nobody counted."""

    day: date
    levels: Levels | None
    is_today: bool


@dataclass(frozen=True)
class Trend:
    """`bands` are the outlines of the levels 0, 1 and 2, a piece for each run of counted days."""

    bands: tuple[str, str, str]
    heights: list[Mark]
    days: list[Mark]
    # What each band is, at its right end.
    ends: list[tuple[int, Mark]]
    weeks: list[Week]
    is_new: bool
    has_gaps: bool


def days_of(scope: Scope, today: date) -> dict[date, Levels]:
    """The days on record, by state or kind where one is asked for; the rows are never changed."""
    days = ReadinessDay.objects.filter(day__gte=today - timedelta(days=DAYS), day__lt=today)
    of = {key: value for key, value in scope.conditions.items() if key in {"state", "kind"}}
    sums = days.filter(**of).values_list("day").order_by("day")
    found = sums.annotate(Sum("none"), Sum("one"), Sum("two_or_more"))
    return {day: (none, one, two_or_more) for day, none, one, two_or_more in found}


def drawn(days: dict[date, Levels], today: date, now: Counts) -> Trend:
    known = days | {today: now.levels}
    first = today - timedelta(days=DAYS)
    top = _round_up(max(sum(levels) for levels in known.values()))
    runs = list(_runs(sorted(known)))
    return Trend(
        bands=tuple(_band(level, runs, known, first, top) for level in range(3)),  # type: ignore[arg-type]
        heights=[Mark(_y(value, top), f"{value:,}") for value in (0, top // 2, top)],
        days=[Mark(_x(day, first), f"{day:%b} {day.day}") for day in _ticks(first)],
        ends=_ends(now, top),
        weeks=[
            Week(day, known.get(day), day == today)
            for day in (today - timedelta(days=7 * ago) for ago in range(DAYS // 7 + 1))
        ],
        is_new=not days,
        has_gaps=bool(days) and len(known) <= (today - min(days)).days,
    )


def _runs(days: Iterable[date]) -> Iterator[tuple[date, date]]:
    """First and last of the days that follow each other: what is missing stays a gap."""
    known = list(days)
    breaks = [(last, first) for last, first in pairwise(known) if first - last > timedelta(days=1)]
    firsts = [known[0], *(first for _, first in breaks)]
    lasts = [*(last for last, _ in breaks), known[-1]]
    yield from zip(firsts, lasts, strict=True)


def _band(
    level: int,
    runs: list[tuple[date, date]],
    known: dict[date, Levels],
    first: date,
    top: int,
) -> str:
    """A path of steps, a day each: along the upper edge, and back along the lower one."""
    pieces = []
    for begin, end in runs:
        days = [begin + timedelta(days=n) for n in range((end - begin).days + 1)]
        # Two and more lie lowest, none on top.
        upper = [_y(sum(known[day][level:]), top) for day in days]
        lower = [_y(sum(known[day][level + 1 :]), top) for day in days]
        out = [
            f"V{y:g}H{_x(day, first) + _DAY_WIDTH:g}" for day, y in zip(days, upper, strict=True)
        ]
        back = [f"V{y:g}H{_x(day, first):g}" for day, y in zip(days, lower, strict=True)][::-1]
        pieces.append(f"M{_x(begin, first):g} {lower[0]:g}{''.join(out)}{''.join(back)}Z")
    return "".join(pieces)


def _ends(now: Counts, top: int) -> list[tuple[int, Mark]]:
    """The names of the bands beside their right end, far enough apart to be read."""
    ends: list[tuple[int, Mark]] = []
    lowest = float(BOTTOM)
    for level, name in ((2, "2+"), (1, "1"), (0, "0")):
        middle = (sum(now.levels[level:]) + sum(now.levels[level + 1 :])) / 2
        at = min(_y(middle, top) + 4, lowest)
        ends.append((level, Mark(round(at, 1), name)))
        lowest = at - _NEAREST
    return ends


def _ticks(first: date) -> list[date]:
    """The first of each month."""
    days = (first + timedelta(days=n) for n in range(DAYS + 1))
    return [day for day in days if day.day == 1]


def _x(day: date, first: date) -> float:
    return LEFT + (day - first).days * _DAY_WIDTH


def _y(value: float, top: int) -> float:
    return round(_TOP + _PLOT_HEIGHT * (1 - value / top), 1)


def _round_up(most: int) -> int:
    """The next even number of one or two leading digits: the top of the scale."""
    step = int(10 ** max(len(str(most)) - 2, 0))
    return max(2, -(-most // (2 * step)) * 2 * step)
