"""How many PSOs a CCN had, and when: as a list of times, and drawn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final

from django.utils.timezone import localtime

from access_requests.models import RoleAssignment
from access_requests.readiness.counts import Readiness
from providers.models import Provider

# Of one CCN, ever. Where there were more, the oldest are left out.
MOST_TERMS: Final = 300
WIDTH, HEIGHT = 520, 148
LEFT, RIGHT, _TOP, BOTTOM = 34, 512, 14, 112
_HIGHEST: Final = 4
_TICK_APART: Final = 86


@dataclass(frozen=True)
class Term:
    """Somebody was PSO from here to there; None: still is."""

    assignment: RoleAssignment
    since: datetime
    until: datetime | None


@dataclass(frozen=True)
class Stretch:
    """So many PSOs for so long; `until` None: now."""

    since: datetime
    until: datetime | None
    psos: int

    @property
    def readiness(self) -> Readiness:
        return Readiness(self.psos)

    def days(self, now: datetime) -> int:
        return (localtime(self.until or now).date() - localtime(self.since).date()).days


@dataclass(frozen=True)
class Mark:
    at: float
    label: str


@dataclass(frozen=True)
class Bar:
    """A stretch as it is drawn; `level` colours it, its height says the same."""

    x: float
    y: float
    width: float
    height: float
    level: int


@dataclass(frozen=True)
class Drawing:
    bars: list[Bar]
    heights: list[Mark]
    days: list[Mark]


def terms_of(provider: Provider) -> list[Term]:
    """Oldest first; one query, for the names too."""
    ever = RoleAssignment.objects.psos().filter(provider=provider).select_related("user")
    newest = list(ever.order_by("-granted_at", "-pk")[:MOST_TERMS])
    return [Term(each, each.granted_at, each.ended_at) for each in reversed(newest)]


def stretches(terms: Sequence[Term], begin: datetime) -> list[Stretch]:
    """From `begin`, or from the first PSO where that was earlier, until now."""
    changes: Counter[datetime] = Counter(each.since for each in terms)
    changes.subtract(each.until for each in terms if each.until is not None)
    found = [(min([begin, *changes]), 0)]
    for at in sorted(changes):
        number = found[-1][1] + changes[at]
        if found[-1][0] == at:
            found[-1] = (at, number)
        elif changes[at]:
            found.append((at, number))
    ends = [(since, until, psos) for (since, psos), (until, _next) in pairwise(found)]
    last_at, last = found[-1]
    return [Stretch(*each) for each in ends] + [Stretch(last_at, None, last)]


def drawn(found: Sequence[Stretch], now: datetime) -> Drawing | None:
    """None on the first day: there is nothing to compare it with."""
    begin = found[0].since
    if localtime(begin).date() == localtime(now).date():
        return None
    whole = max(now - begin, timedelta(days=1))
    top = max(2, min(_HIGHEST, max(each.psos for each in found)))

    def x(at: datetime) -> float:
        return round(LEFT + (RIGHT - LEFT) * ((at - begin) / whole), 1)

    def y(psos: int) -> float:
        return round(BOTTOM - (BOTTOM - _TOP) * min(psos, top) / top, 1)

    bars = []
    for each in found:
        left, right = x(each.since), max(x(each.until or now), x(each.since) + 1)
        # No PSO is drawn too: a thin line along the ground.
        height = max(round(BOTTOM - y(each.psos), 1), 3)
        level = each.readiness.level
        bars.append(Bar(left, BOTTOM - height, round(right - left, 1), height, level))
    heights = [Mark(y(psos), _height(psos, top, found)) for psos in range(top + 1)]
    return Drawing(bars, heights, _days(found, now, x))


def _height(psos: int, top: int, found: Sequence[Stretch]) -> str:
    is_more = psos == top and max(each.psos for each in found) > top
    return f"{psos}+" if is_more else str(psos)


def _days(found: Sequence[Stretch], now: datetime, x: Callable[[datetime], float]) -> list[Mark]:
    """The days on which the number changed, as far as there is room; always the first and now."""
    marks = [Mark(x(found[0].since), _day(found[0].since))]
    last = Mark(x(now), _day(now))
    for each in found[1:]:
        at = x(each.since)
        if at - marks[-1].at >= _TICK_APART and last.at - at >= _TICK_APART:
            marks.append(Mark(at, _day(each.since)))
    if last.at - marks[-1].at >= _TICK_APART:
        marks.append(last)
    return marks


def _day(at: datetime) -> str:
    day = localtime(at)
    return f"{day:%b} {day.day}, {day.year}"
