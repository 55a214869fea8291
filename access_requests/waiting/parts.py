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
class Step:
    """One of the schedule. `said`: "done", "skipped", "now", "away" (it is left out since nobody
    is there), or nothing while it is to come; then maybe later than on its own day."""

    number: Reminder.Step
    day: date
    said: str
    is_on_its_day: bool = True

    @property
    def label(self) -> str:
        return str(self.number.label)


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
        return Drawing(self.clock.days, [each.number for each in self.steps if each.is_on_its_day])

    @cached_property
    def steps(self) -> list[Step]:
        """What comes on which day, and how far it is."""
        numbers = [] if self.nobody_has_it else [clock.FIRST, clock.SECOND]
        last = "now" if self.clock.is_long else ""
        end = Step(clock.SERVICE_CENTER, self._day_of(clock.SERVICE_CENTER), last)
        return sorted([*map(self._reminder, numbers), end], key=lambda each: each.day)

    def _reminder(self, number: Reminder.Step) -> Step:
        """As reminding.py sends it: to whoever was away on the morning after; who then comes to
        five days is told once, as of five."""
        day, back = self._day_of(number), self._first_is_back
        if number in self.clock.taken:
            sent = self.clock.taken[number]
            return Step(number, sent, "done", is_on_its_day=sent == day)
        if back is None or back <= day:
            return Step(number, day, "skipped" if self.clock.days > number else "")
        if number == clock.FIRST and back >= self._day_of(clock.SECOND):
            return Step(number, day, "away", is_on_its_day=False)
        return Step(number, back, "", is_on_its_day=False)

    def _day_of(self, number: Reminder.Step) -> date:
        return business_days_after(self.clock.since, number)

    @property
    def _first_is_back(self) -> date | None:
        """On which business day reminders go again, while all who can decide are away."""
        if self.deciders is None or self.deciders.until is None:
            return None
        return business_days_after(self.deciders.until, 1)

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
    def asked_on(self) -> date | None:
        """What the requester asked about another request is their own business."""
        return self.clock.asked_on if self.is_mine else self.clock.last_nudge

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
