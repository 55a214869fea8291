"""How long it is to each program's dates, and how many of its CCNs are ready."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from access_requests.readiness.counting import Counts, added, percent, share
from access_requests.readiness.scope import Scope
from providers.models import Program


@dataclass(frozen=True)
class Milestone:
    label: str
    at: datetime | None
    distance: str
    is_ahead: bool


@dataclass(frozen=True)
class Countdown:
    program: Program
    milestones: list[Milestone]
    counts: Counts
    percent_ready: int
    share_ready: str
    scope: Scope

    @property
    def has_dates(self) -> bool:
        return any(each.at for each in self.milestones)


def countdowns(
    programs: list[Program], by_kind: Mapping[str, Counts], now: datetime
) -> list[Countdown]:
    """Of the programs that need accounts, those with dates first; in days of Eastern Time."""
    known = [_countdown(each, by_kind, now) for each in programs if each.onboarded]
    return sorted(known, key=lambda each: (each.program.pso_opens_at is None, each.program.code))


def _countdown(program: Program, by_kind: Mapping[str, Counts], now: datetime) -> Countdown:
    counts = added(by_kind[kind] for kind in set(program.kinds) if kind in by_kind)
    dates = (
        (_("PSO onboarding"), program.pso_opens_at, _("open since %(day)s")),
        (_("General onboarding"), program.general_opens_at, _("open since %(day)s")),
        (_("Go-live"), program.goes_live_at, _("since %(day)s")),
    )
    return Countdown(
        program=program,
        milestones=[
            Milestone(label, at, distance(at, now, since), at is not None and at > now)
            for label, at, since in dates
        ],
        counts=counts,
        percent_ready=percent(counts.ready, counts.ccns),
        share_ready=share(counts.ready, counts.ccns),
        scope=Scope(program=program.code),
    )


def distance(at: datetime | None, now: datetime, since: str) -> str:
    """ "in 1 day", "today", "open since Oct 3, 2022": calendar days."""
    if at is None:
        return _("no date yet")
    days = (_day(at) - _day(now)).days
    if days == 0:
        return _("today")
    if days < 0:
        return since % {"day": formats.date_format(timezone.localtime(at), "M j, Y")}
    return ngettext("in %(days)s day", "in %(days)s days", days) % {"days": f"{days:,}"}


def _day(at: datetime) -> date:
    return timezone.localtime(at).date()
