"""Counts as rows of a table, each number a link to the CCNs it counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from access_requests.readiness.counting import Counts, share
from access_requests.readiness.scope import FIRST_PSOS, PEOPLE, Scope


class Cell(NamedTuple):
    """A number as it is shown, and where its CCNs are listed; no CCNs, no address."""

    what: str
    number: str
    url: str


@dataclass(frozen=True)
class Row:
    """`key` names the row for whoever reads the page by machine."""

    key: str
    label: str
    url: str
    cells: list[Cell]

    @property
    def numbers(self) -> SafeString:
        """The cells' markup. A page has hundreds; a template's loop is ten times slower."""
        marked = (
            f'<td data-what="{what}" class="is-number">'
            + (f'<a href="{escape(url)}">{number}</a>' if url else number)
            + "</td>"
            for what, number, url in self.cells
        )
        return mark_safe("".join(marked))  # noqa: S308 - numbers, and addresses that are escaped


def cells(scope: Scope, counts: Counts, start: str = "") -> list[Cell]:
    """`start`: the address of all CCNs, where a caller with many rows knows it."""
    query = scope.query
    start = f"{start or reverse('readiness:ccns')}?{query}"
    more = f"{start}&" if query else start
    none, one, two_or_more = counts.levels
    told = (
        ("ccns", counts.ccns, start if query else start[:-1]),
        ("none", none, more + "level=0"),
        ("one", one, more + "level=1"),
        ("two_or_more", two_or_more, more + "level=2"),
        ("waiting", counts.waiting, f"{more}waiting={PEOPLE}"),
        ("first_psos", counts.first_psos, f"{more}waiting={FIRST_PSOS}"),
    )
    return [Cell(what, f"{number:,}", url if number else "") for what, number, url in told]


class Figure(NamedTuple):
    cell: Cell
    share: str


def figures(scope: Scope, counts: Counts) -> dict[str, Figure]:
    """The headline numbers by name; shares are of the CCNs counted here."""
    shares = dict(zip(("none", "one", "two_or_more"), counts.levels, strict=True))
    return {
        each.what: Figure(each, share(shares.get(each.what, 0), counts.ccns))
        for each in cells(scope, counts)
    }
