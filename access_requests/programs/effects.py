"""Who is affected by a change, counted before anything is written."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from access_requests.models import (
    AccessRequest,
    Affiliation,
    EmploymentReport,
    Role,
    RoleAssignment,
)
from access_requests.programs.changes import kind_label
from access_requests.programs.dates import asking
from access_requests.readiness.counts import with_level
from providers import sentences
from providers.models import Program, Provider
from providers.programs import Onboarding, onboarding_of_kind

MOST_STATES = 10
MOST_EXAMPLES = 3


@dataclass(frozen=True)
class KindEffect:
    """What changes for one kind of provider; a kind of another open program may see nothing."""

    kind: str
    ccns: int
    before: Onboarding
    after: Onboarding
    at: datetime

    @property
    def label(self) -> str:
        return kind_label(self.kind)

    @property
    def shown(self) -> str:
        return f"{self.ccns:,}"

    @property
    def is_felt(self) -> bool:
        """Whether anybody can ask earlier or later than before."""
        before, after = (
            (each.pso_opens_at, each.general_opens_at) for each in (self.before, self.after)
        )
        return before != after

    @property
    def before_words(self) -> str:
        return asking(self.before.pso_opens_at, self.before.general_opens_at, self.at)

    @property
    def after_words(self) -> str:
        return asking(self.after.pso_opens_at, self.after.general_opens_at, self.at)


@dataclass(frozen=True)
class Counts:
    """CCNs for which asking changes at once."""

    opens_to_psos: int
    opens_to_everyone: int
    stops_for_psos: int
    stops_for_everyone: int

    @property
    def is_any(self) -> bool:
        return bool(self.sentences)

    @property
    def sentences(self) -> list[str]:
        said = (
            (self.opens_to_psos, _at_once(_("PSO requests open at once"), self.opens_to_psos)),
            (
                self.opens_to_everyone,
                _at_once(_("All requests open at once"), self.opens_to_everyone),
            ),
            (self.stops_for_psos, _closing(_("All requests close"), self.stops_for_psos)),
            (
                self.stops_for_everyone,
                _closing(_("Requests for other roles close"), self.stops_for_everyone),
            ),
        )
        return [sentence for number, sentence in said if number]


@dataclass(frozen=True)
class Level:
    """How many CCNs of the program have so many PSOs, and their share for the drawing."""

    level: int
    ccns: int
    start: float
    width: float

    @property
    def shown(self) -> str:
        return f"{self.ccns:,}"


def _at_once(what: str, number: int) -> str:
    words = ngettext("%(what)s for %(n)s CCN.", "%(what)s for %(n)s CCNs.", number)
    return words % {"what": what, "n": f"{number:,}"}


def _closing(what: str, number: int) -> str:
    words = ngettext("%(what)s at %(n)s CCN.", "%(what)s at %(n)s CCNs.", number)
    return words % {"what": what, "n": f"{number:,}"}


class ProgramEffects:
    """Of one program's row as it is and as it is to be, at a moment; beside all the others."""

    def __init__(self, before: Program, after: Program, at: datetime) -> None:
        self.after, self.at = after, at
        others = list(Program.objects.exclude(code=before.code))
        kinds = sorted({*before.kinds, *after.kinds})
        self._numbers = _ccns_by_kind_and_state(kinds)
        effects = [self._effect(kind, [*others, before], [*others, after]) for kind in kinds]
        self.kinds = [effect for effect in effects if effect.is_felt]

    def _effect(self, kind: str, before: list[Program], after: list[Program]) -> KindEffect:
        number = sum(n for (each, _state), n in self._numbers.items() if each == kind)
        then, to_be = (onboarding_of_kind(kind, some, self.at) for some in (before, after))
        return KindEffect(kind, number, then, to_be, self.at)

    @cached_property
    def counts(self) -> Counts:
        def count(became: Iterable[bool]) -> int:
            pairs = zip(self.kinds, became, strict=True)
            return sum(effect.ccns for effect, is_so in pairs if is_so)

        return Counts(
            count(k.after.pso_open and not k.before.pso_open for k in self.kinds),
            count(k.after.general_open and not k.before.general_open for k in self.kinds),
            count(k.before.pso_open and not k.after.pso_open for k in self.kinds),
            count(k.before.general_open and not k.after.general_open for k in self.kinds),
        )

    @cached_property
    def states(self) -> list[tuple[str, int]]:
        """Those with the most CCNs affected, most first."""
        affected = {effect.kind for effect in self.kinds}
        by_state: dict[str, int] = {}
        for (kind, state), number in self._numbers.items():
            if kind in affected:
                by_state[state] = by_state.get(state, 0) + number
        return sorted(by_state.items(), key=lambda pair: (-pair[1], pair[0]))

    @property
    def top_states(self) -> list[tuple[str, int]]:
        return self.states[:MOST_STATES]

    @property
    def ccns(self) -> int:
        return sum(effect.ccns for effect in self.kinds)

    @property
    def live_before_general(self) -> bool:
        """Whether the program goes live while only PSOs can ask, or nobody."""
        live, general = self.after.goes_live_at, self.after.general_opens_at
        return live is not None and (general is None or live < general)

    @property
    def takes_from_askers(self) -> bool:
        """Whether requests are open where asking stops: those people could not ask again."""
        stops = self.counts.stops_for_psos or self.counts.stops_for_everyone
        return bool(stops and self.open_requests["requests"])

    @cached_property
    def open_requests(self) -> dict[str, int]:
        """Requests there, and the people who made them: they go on whatever the dates are."""
        here = AccessRequest.objects.open().filter(provider__kind__in=self._affected())
        return here.aggregate(requests=Count("pk"), people=Count("requester", distinct=True))

    @cached_property
    def open_reports(self) -> int:
        """People reported as not working at these CCNs, whom CMS is still looking into."""
        here = EmploymentReport.objects.filter(settled_at=None, provider__kind__in=self._affected())
        return here.aggregate(n=Count("about", distinct=True))["n"] or 0

    def _affected(self) -> list[str]:
        return [effect.kind for effect in self.kinds]

    @cached_property
    def readiness(self) -> list[Level]:
        """Of the program's open CCNs as its kinds are to be."""
        open_ones = Provider.objects.filter(closed_on=None, kind__in=self.after.kinds)
        by_level = with_level(open_ones).order_by().values("psos")  # type: ignore[misc]
        rows = by_level.annotate(n=Count("pk")).values_list("psos", "n")
        found = [0, 0, 0]
        for psos, number in rows:
            found[min(psos, 2)] += number
        total, start, levels = sum(found) or 1, 0.0, []
        for level, number in enumerate(found):
            width = round(100 * number / total, 2)
            levels.append(Level(level, number, start, width))
            start = round(start + width, 2)
        return levels

    @cached_property
    def read_by_the_public(self) -> list[str]:
        """What is answered to the CCN of one provider of each kind affected."""
        answers = []
        for effect in self.kinds[:MOST_EXAMPLES]:
            example = Provider.objects.filter(kind=effect.kind, closed_on=None).first()
            if example is None:
                continue
            if effect.after.pso_open:
                answers.append(sentences.ok(example, effect.after))
            else:
                answers.append(sentences.not_onboarding_at(example, effect.after))
        return answers


def _ccns_by_kind_and_state(kinds: list[str]) -> dict[tuple[str, str], int]:
    here = Provider.objects.filter(closed_on=None, kind__in=kinds)
    rows = here.order_by().values_list("kind", "state").annotate(n=Count("pk"))
    return {(kind, state): number for kind, state, number in rows}


def role_effects(role: Role) -> dict[str, int]:
    """Who holds it and who asks for it; a vendor's request could not be approved any more where
    vendors may not hold the role."""
    is_vendor = Q(affiliation=Affiliation.VENDOR)
    held = RoleAssignment.objects.not_ended().filter(role=role)
    asked = AccessRequest.objects.open().filter(role=role)
    held_by = held.aggregate(n=Count("pk"), vendors=Count("pk", filter=is_vendor))
    asked_by = asked.aggregate(n=Count("pk"), vendors=Count("pk", filter=is_vendor))
    return {
        "holders": held_by["n"],
        "vendor_holders": held_by["vendors"],
        "requests": asked_by["n"],
        "vendor_requests": asked_by["vendors"],
    }
