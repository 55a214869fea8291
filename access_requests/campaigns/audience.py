"""Whom a campaign means: open providers by program, state, kind, chain and readiness, as they are
at the moment of asking."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from access_requests import contacts
from access_requests.models import Campaign
from access_requests.readiness.counts import with_level
from providers.ccn_facts import STATE_NAMES
from providers.kinds import Kind
from providers.models import Chain, Program, Provider


@dataclass(frozen=True)
class Audience:
    """Empty sequences and no program mean: any. `levels`: of 0 and 1."""

    levels: Sequence[int]
    program: Program | None = None
    states: Sequence[str] = ()
    kinds: Sequence[str] = ()
    chains: Sequence[Chain] = ()

    def providers(self) -> QuerySet[Provider]:
        """With the number of active PSOs of each, as `psos`."""
        chosen = Provider.objects.filter(closed_on=None)
        if self.program is not None:
            chosen = chosen.filter(kind__in=self.program.kinds)
        if self.states:
            chosen = chosen.filter(state__in=self.states)
        if self.kinds:
            chosen = chosen.filter(kind__in=self.kinds)
        if self.chains:
            chosen = chosen.filter(chain__in=self.chains)
        return with_level(chosen).filter(Q(psos__in=self.levels))

    def facts(self) -> list[tuple[str, str]]:
        """In words, label and value."""
        return [
            (_("Readiness"), ", ".join(level_label(level) for level in sorted(self.levels))),
            (_("Program"), str(self.program or _("Any"))),
            (
                _("States"),
                ", ".join(STATE_NAMES.get(each, each) for each in self.states) or _("All"),
            ),
            (_("Kinds"), ", ".join(str(Kind(each).label) for each in self.kinds) or _("All")),
            (_("Chains"), "; ".join(str(each) for each in self.chains) or _("All")),
        ]


@dataclass(frozen=True)
class Meant:
    """Who is meant now. `on_paper`: CCNs for which no address is known that works."""

    ccns: int
    addresses: int
    on_paper: int


def level_label(level: int) -> str:
    return [_("No PSO"), _("One PSO only")][level]


def of_campaign(campaign: Campaign) -> Audience:
    """One query, for the chains."""
    return Audience(
        levels=campaign.levels,
        program=campaign.program,
        states=campaign.states,
        kinds=campaign.kinds,
        chains=list(campaign.chains.all()),
    )


def meant_by(audience: Audience) -> Meant:
    """Three queries."""
    meant = audience.providers()
    reachable = contacts.deliverable(contacts.living(meant.only("pk"))).order_by()
    ccns = meant.count()
    by_email = reachable.values("provider").distinct().count()
    addresses = reachable.values(address=Lower("email")).distinct().count()
    return Meant(ccns=ccns, addresses=addresses, on_paper=ccns - by_email)
