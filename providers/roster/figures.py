"""What a comparison comes to, as figures and as two pictures made of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _

from providers.models import RosterDifference, RosterUpload
from providers.roster import kinds_of_change
from providers.roster.difference_pages import REPAIRS
from providers.roster.kinds_of_change import LISTED

What = RosterDifference.What
_WITH_ROWS: Final = (*What.values, LISTED)
# As the import has it (a test compares): more may close only when a person says so.
CLOSING_PERCENT: Final = 5
# Of the picture; it is as wide as its place on the page.
WIDTH: Final = 1000
# What there is any of can be seen, however little it is.
_LEAST: Final = 6


@dataclass(frozen=True)
class Figure:
    """`url` is where the rows behind it are listed; none where each is as it was."""

    code: str
    label: str
    number: int
    meaning: str
    url: str = ""
    is_shown: bool = False


@dataclass(frozen=True)
class Segment:
    code: str
    x: int
    width: int


@dataclass(frozen=True)
class Closing:
    """How many of the providers that the layout lists would close, against the limit."""

    number: int
    listed: int
    percent: str
    width: int
    limit_at: int
    limit_percent: int
    is_too_many: bool


@dataclass(frozen=True)
class Figures:
    rows: int
    all: list[Figure]
    segments: list[Segment]
    closing: Closing
    repairs: Figure | None
    repaired: int
    changes_nothing: bool


def of(upload: RosterUpload, *, shown: str) -> Figures:
    counts = upload.counts
    figures = _figures(upload, shown)
    repairs = None
    if counts["repairable"]:
        number = counts["repairable"]
        url = _url(upload, REPAIRS)
        repairs = Figure(REPAIRS, _("Damaged CCNs"), number, "", url, shown == REPAIRS)
    return Figures(
        rows=counts["rows"],
        all=figures,
        segments=_segments(counts),
        closing=_closing(counts, upload.would_close_too_many),
        repairs=repairs,
        repaired=counts["repaired"],
        changes_nothing=not any(
            each.number for each in figures if each.code in _WITH_ROWS and each.code != "rejected"
        ),
    )


def _figures(upload: RosterUpload, shown: str) -> list[Figure]:
    counts, lines = upload.counts, kinds_of_change.lines(upload.counts)
    told = [
        (What.NEW, _("New"), lines["new"], _("Not known before")),
        (What.CHANGED, _("Changed"), lines["changed"], _("Known, and something is different")),
        (What.REOPENED, _("Open again"), lines["reopened"], _("Were closed, and are named again")),
        (What.CLOSED, _("Closed"), lines["closed"], _("No list names them any more")),
        (What.REJECTED, _("Rejected"), lines["rejected"], _("Rows that cannot be used")),
        (LISTED, _("Listed here too"), lines[LISTED], _("Known from another list, all the same")),
        ("unchanged", _("Unchanged"), counts["unchanged"], _("As they were")),
        ("merged", _("Merged"), counts["merged"], _("Further enrollments of a CCN")),
    ]
    return [
        Figure(
            str(code),
            label,
            number,
            meaning,
            _url(upload, str(code)) if number and code in _WITH_ROWS else "",
            shown == code,
        )
        for code, label, number, meaning in told
    ]


def _url(upload: RosterUpload, code: str) -> str:
    return f"{upload.get_absolute_url()}?what={code}#differences"


def _segments(counts: dict[str, Any]) -> list[Segment]:
    """Of the file's rows, beside each other; the widest gives what the least need to be seen."""
    reopened, listed = counts["lines"]["reopened"], counts.get("listed_too", 0)
    rows = {
        "new": counts["created"],
        "changed": max(0, counts["updated"] - reopened - listed),
        "reopened": reopened,
        LISTED: listed,
        "unchanged": counts["unchanged"],
        "merged": counts["merged"],
        "rejected": counts["rejected"],
    }
    total = sum(rows.values())
    widths = {code: max(_LEAST, WIDTH * n // total) for code, n in rows.items() if n > 0}
    if widths:
        widest = max(widths, key=lambda code: widths[code])
        widths[widest] += WIDTH - sum(widths.values())
    segments, x = [], 0
    for code, width in widths.items():
        segments.append(Segment(code, x, width))
        x += width
    return segments


def _closing(counts: dict[str, Any], is_too_many: bool) -> Closing:
    number, listed = counts["closed"], counts["listed"]
    percent = 100 * number / listed if listed else 0.0
    # The picture ends at twice the limit, or where the bar does.
    end = max(2 * CLOSING_PERCENT, percent)
    width = round(WIDTH * percent / end)
    return Closing(
        number=number,
        listed=listed,
        percent=f"{percent:.1f}",
        width=max(_LEAST, width) if number else 0,
        limit_at=round(WIDTH * CLOSING_PERCENT / end),
        limit_percent=CLOSING_PERCENT,
        is_too_many=is_too_many,
    )
