"""Who can decide at a CCN today, and what is missing until it is covered by two."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from access_requests.invitations import next_pso
from access_requests.models import RoleAssignment
from access_requests.readiness.counts import MOST_LEVEL, Readiness
from access_requests.waiting import absences
from accounts.models import User
from providers.models import Provider

# So many are drawn and named; where there are more, the rest are a number.
MOST_DRAWN = 6
_APART, _ACROSS = 40, 34


@dataclass(frozen=True)
class Pso:
    """`until`: the last day of an absence that goes on today."""

    assignment: RoleAssignment
    until: date | None

    @property
    def user(self) -> User:
        return self.assignment.user

    @property
    def can_decide(self) -> bool:
        return self.user.is_active and self.until is None


@dataclass(frozen=True)
class Figure:
    """A person as drawn: here, away, or missing."""

    x: int
    kind: str


@dataclass(frozen=True)
class Standing:
    """The PSOs of a CCN, as many as there are. `tells_today`: whether the reader may know who of
    them is away; to strangers it is only how many there are."""

    psos: Sequence[Pso]
    tells_today: bool = True

    @property
    def readiness(self) -> Readiness:
        return Readiness(len(self.psos))

    @property
    def present(self) -> int:
        return sum(self._is_here(each) for each in self.psos)

    @property
    def away(self) -> list[Pso]:
        return [each for each in self.psos if each.until is not None and self.tells_today]

    @property
    def named(self) -> Sequence[Pso]:
        return self.psos[:MOST_DRAWN]

    @property
    def missing(self) -> int:
        return max(0, MOST_LEVEL - len(self.psos))

    @property
    def figures(self) -> list[Figure]:
        here = sorted(self.named, key=lambda each: not self._is_here(each))
        kinds = ["here" if self._is_here(each) else "away" for each in here]
        kinds += ["missing"] * self.missing
        return [Figure(number * _APART, kind) for number, kind in enumerate(kinds)]

    @property
    def width(self) -> int:
        return (len(self.figures) - 1) * _APART + _ACROSS

    @property
    def today(self) -> str:
        """Who can decide now, in one sentence without a name."""
        if not self.psos:
            return _("Nobody can decide here: this CCN has no PSO.")
        if not self.tells_today:
            number = len(self.psos)
            return ngettext("%(n)d PSO decides here.", "%(n)d PSOs decide here.", number) % {
                "n": number
            }
        if self.present:
            said = ngettext(
                "%(n)d PSO can decide today.", "%(n)d PSOs can decide today.", self.present
            )
            return said % {"n": self.present}
        if self.away:
            back = min(each.until for each in self.away if each.until)
            return _("No PSO can decide today: away until %(date)s.") % {
                "date": date_format(back, "F j, Y")
            }
        return _("No PSO can decide today: no account of theirs is active.")

    @property
    def also(self) -> str:
        """How many are away beside those who can decide."""
        if not self.present or not self.away:
            return ""
        said = ngettext("%(n)d is away.", "%(n)d are away.", len(self.away))
        return said % {"n": len(self.away)}

    def _is_here(self, pso: Pso) -> bool:
        return pso.can_decide or not self.tells_today

    def is_pso(self, user: User) -> bool:
        return any(each.user.pk == user.pk for each in self.psos)

    def is_sole(self, user: User) -> bool:
        return len(self.psos) == 1 and self.is_pso(user)


def at(provider: Provider, viewer: User) -> Standing:
    """One query. Beside each is read what its only PSO does next, for coverage.parts."""
    held = RoleAssignment.objects.active().psos().filter(provider=provider)
    until = absences.until("user", timezone.localdate())
    facts = next_pso.facts(viewer, "provider")
    rows: QuerySet[Any] = held.annotate(**{"away_until": until}, **facts).select_related("user")
    rows = rows.order_by("granted_at", "pk")
    return Standing([Pso(row, row.away_until) for row in rows])
