"""What this package adds to pages of others: read once, shown by its template there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from access_requests import policy
from access_requests.models import AccessRequest, Reminder, RoleAssignment
from access_requests.policy import Waiting
from access_requests.waiting import absences, clock, deciding, nudging, pace
from access_requests.waiting.clock import Clock
from access_requests.waiting.deciding import Deciders
from access_requests.waiting.drawing import Drawing
from access_requests.waiting.pace import Pace
from accounts.business_days import business_days_after
from accounts.models import User


@dataclass(frozen=True)
class Wait:
    """How long one open request has waited, for whom, and what comes when, for one reader.

    `deciders` None: not PSOs have it, or the reader is one of those who do.
    """

    clock: Clock
    waiting: Waiting
    is_mine: bool
    decides: bool
    deciders: Deciders | None
    pace: Pace | None

    @property
    def nobody_has_it(self) -> bool:
        """Nobody is reminded, since nobody could decide."""
        no_psos = self.deciders is not None and not self.deciders.number
        return no_psos or self.waiting in (Waiting.FIRST_PSO, Waiting.SECOND_PSO)

    @cached_property
    def drawing(self) -> Drawing:
        return Drawing(self.clock.days, has_reminders=not self.nobody_has_it)

    @property
    def steps(self) -> list[tuple[date, str, str]]:
        """What comes on which day, and how far it is: "done", "skipped", "now", or not yet."""
        numbers = [] if self.nobody_has_it else [clock.FIRST, clock.SECOND]
        steps = [(*self._day_of(number), self._said_of(number)) for number in numbers]
        last = "now" if self.clock.is_long else ""
        return [*steps, (*self._day_of(clock.SERVICE_CENTER), last)]

    def _day_of(self, number: Reminder.Step) -> tuple[date, str]:
        return business_days_after(self.clock.since, number), str(number.label)

    def _said_of(self, number: Reminder.Step) -> str:
        if number in self.clock.taken:
            return "done"
        return "skipped" if self.clock.days > number else ""

    @property
    def is_for_the_desk(self) -> bool:
        """To a reviewer the desk's own part of the page says how old the case is."""
        return self.decides and self.waiting == Waiting.CMS

    @property
    def can_ask(self) -> bool:
        """Whether there is somebody whom the requester can ask to look at it."""
        if not self.is_mine or self.nobody_has_it:
            return False
        return self.deciders is None or not self.deciders.all_away

    @property
    def may_ask_today(self) -> bool:
        return self.can_ask and nudging.next_day(self.clock) <= timezone.localdate()

    @property
    def may_ask_from(self) -> date:
        return nudging.next_day(self.clock)


def with_absence(held: QuerySet[RoleAssignment]) -> QuerySet[Any]:
    """For lists of somebody's roles: on_home() then takes no query."""
    return held.annotate(**{"away_until": absences.until("user", timezone.localdate())})


def on_home(roles: Sequence[Any]) -> dict[str, Any]:
    """For templates/waiting/_away.html, on home: of a PSO who is away today. The roles are all of
    one person, from with_absence()."""
    until = next((each.away_until for each in roles if each.role.is_pso), None)
    return {"waiting_away_until": absences.in_short(until) if until else ""}


def on_request(access_request: AccessRequest, viewer: User) -> dict[str, Any]:
    """For templates/waiting/_on_request.html, on the page of a request. One query for whoever
    decides it, four at most for its requester."""
    waiting = policy.waiting_on(access_request)
    if waiting in (Waiting.NOBODY, Waiting.REQUESTER):
        return {}
    is_mine = access_request.requester_id == viewer.pk
    decides = policy.may_decide(viewer, access_request)
    asks_who = waiting == Waiting.PSOS and not decides
    wait = Wait(
        clock=clock.of(access_request.pk),
        waiting=waiting,
        is_mine=is_mine,
        decides=decides,
        deciders=deciding.deciders_of(access_request) if asks_who else None,
        pace=pace.of(access_request, waiting) if is_mine else None,
    )
    return {"waiting_wait": wait}
