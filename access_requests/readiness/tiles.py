"""The country as a map of tiles: each state a square where one looks for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from access_requests.readiness.counting import Counts, percent, share
from providers.ccn_facts import STATE_NAMES

# A row a line, two characters a tile; the islands of the Pacific and the Caribbean lie below.
_LAYOUT: Final = """
AK .. .. .. .. .. .. .. .. .. ME
.. .. .. .. .. WI .. .. .. VT NH
WA ID MT ND MN IL MI .. NY MA RI
OR NV WY SD IA IN OH PA NJ CT ..
CA UT CO NE MO KY WV VA MD DE ..
.. AZ NM KS AR TN NC SC DC .. ..
.. .. .. OK LA MS AL GA .. .. ..
HI .. .. TX .. .. .. .. FL .. ..
GU MP AS .. .. .. .. .. .. PR VI
"""
_PLACES: Final = {
    state: (column, row)
    for row, line in enumerate(_LAYOUT.split("\n")[1:-1])
    for column, state in enumerate(line.split())
    if state != ".."
}
PITCH, SIZE, COLUMNS, ROWS = 64, 60, 11, 9
_BAR_X, _BAR_Y, _BAR_WIDTH, _BAR_HEIGHT = 6, 46, 48, 9
_NONE: Final = Counts()


@dataclass(frozen=True, slots=True)
class Tile:
    state: str
    x: int
    y: int
    # 0 (no CCN is without a PSO) to 5 (all are).
    shade: int
    # Short enough for the tile.
    share_none: str
    said: str
    is_empty: bool


@dataclass(frozen=True)
class Map:
    """`bars`: for each level one outline of all its parts, so that a page draws three shapes and
    not two hundred. `frame`: what lies white under all bars."""

    tiles: list[Tile]
    frame: str
    bars: list[str]
    width: int = COLUMNS * PITCH
    height: int = ROWS * PITCH
    size: int = SIZE


def drawn(by_state: dict[str, Counts]) -> Map:
    """The tiles row by row; any other code that has a CCN lies in the gap of the last row."""
    others = [state for state in sorted(by_state) if state not in _PLACES]
    places = _PLACES | {state: (4 + number, 8) for number, state in enumerate(others[:4])}
    tiles = [_tile(state, *place, by_state.get(state, _NONE)) for state, place in places.items()]
    frames: list[str] = []
    bars: tuple[list[str], ...] = ([], [], [])
    for tile in tiles:
        counts = by_state.get(tile.state, _NONE)
        if not counts.ccns:
            continue
        x, y = float(tile.x + _BAR_X), tile.y + _BAR_Y
        frames.append(_box(x - 2, y - 2, _BAR_WIDTH + 4, _BAR_HEIGHT + 4))
        for level, number in enumerate(counts.levels):
            width = _BAR_WIDTH * number / counts.ccns
            bars[level].append(_box(x, y, width, _BAR_HEIGHT))
            x += width
    return Map(tiles, "".join(frames), ["".join(each) for each in bars])


def _box(x: float, y: float, width: float, height: float) -> str:
    return f"M{x:.1f} {y}h{width:.1f}v{height}h{-width:.1f}z" if width else ""


def _tile(state: str, column: int, row: int, counts: Counts) -> Tile:
    without = percent(counts.none, counts.ccns)
    return Tile(
        state=state,
        x=column * PITCH + (PITCH - SIZE) // 2,
        y=row * PITCH + (PITCH - SIZE) // 2,
        shade=0 if without == 0 else 1 + without // 25,
        share_none=_short(counts.none, counts.ccns),
        said=said(STATE_NAMES.get(state, state), counts),
        is_empty=not counts.ccns,
    )


def _short(part: int, whole: int) -> str:
    """ "<1 %" of more than none, ">99 %" of fewer than all."""
    sign = "<" if part and 200 * part < whole else ""
    sign = ">" if part < whole and 200 * (whole - part) < whole else sign
    return f"{sign}{percent(part, whole)} %"


def said(name: str, counts: Counts) -> str:
    """ "Texas: 1,150 CCNs, 40 % with two or more PSOs, 25 % with one, 35 % with none"."""
    if not counts.ccns:
        return _("%(name)s: no CCNs") % {"name": name}
    ccns = ngettext("%(number)s CCN", "%(number)s CCNs", counts.ccns)
    none, one, more = (share(number, counts.ccns) for number in counts.levels)
    shares = _(
        "%(name)s: %(ccns)s, %(more)s with two or more PSOs, %(one)s with one, %(none)s with none"
    )
    told = {"name": name, "ccns": ccns % {"number": f"{counts.ccns:,}"}}
    return shares % (told | {"more": more, "one": one, "none": none})
