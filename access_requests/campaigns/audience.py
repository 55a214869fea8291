"""Whom a campaign means: open providers by program, state, kind, chain and readiness, as they are
at the moment of asking."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet
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
    """Empty sequences and no program mean: any. `level`: 0 or 1 active PSOs."""

    level: int
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
        return with_level(chosen).filter(Q(psos=self.level))

    def facts(self) -> list[tuple[str, str]]:
        """In words, label and value."""
        return [
            (_("Readiness"), level_label(self.level)),
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
    """Who is meant now. `on_paper`: CCNs without an address to write to. `declined`: addresses
    that want no campaign letters at some of them."""

    ccns: int
    addresses: int
    on_paper: int
    declined: int


def level_label(level: int) -> str:
    return [_("No PSO"), _("One PSO, no backup")][level]


def of_campaign(campaign: Campaign) -> Audience:
    """One query, for the chains."""
    return Audience(
        level=campaign.level,
        program=campaign.program,
        states=campaign.states,
        kinds=campaign.kinds,
        chains=list(campaign.chains.all()),
    )


def meant_by(audience: Audience) -> Meant:
    """Two queries."""
    meant = audience.providers()
    reachable = contacts.deliverable(contacts.living(meant.only("pk"))).order_by()
    takes, address = Q(declined_at=None), Lower("email")
    counted = reachable.aggregate(
        by_email=Count("provider", distinct=True, filter=takes),
        addresses=Count(address, distinct=True, filter=takes),
        declined=Count(address, distinct=True, filter=~takes),
    )
    ccns = meant.count()
    return Meant(
        ccns=ccns,
        addresses=counted["addresses"],
        on_paper=ccns - counted["by_email"],
        declined=counted["declined"],
    )
