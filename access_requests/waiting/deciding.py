"""How many people can decide at a CCN just now, without a name: for whoever waits there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import (
    Count,
    DateField,
    IntegerField,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
)
from django.db.models.functions import Coalesce
from django.utils import timezone

from access_requests.models import AccessRequest, RoleAssignment
from access_requests.waiting import absences


@dataclass(frozen=True)
class Deciders:
    """Active PSOs with an active account. `until`: while all of them are away, the last day on
    which that is so."""

    present: int
    away: int
    until: date | None = None

    @property
    def all_away(self) -> bool:
        return not self.present and self.away > 0

    @property
    def number(self) -> int:
        return self.present + self.away


def people_who_can_decide(
    provider_id: int, *, but: int | None = None, day: date | None = None
) -> Deciders:
    """At this CCN, `but` for one person, who asks there themselves. One query."""
    held = _can_act().filter(provider=provider_id).exclude(user=but)
    found = _with_absence(held, day).aggregate(
        present=Count("pk", filter=Q(away_until=None)),
        away=Count("pk", filter=Q(away_until__isnull=False)),
        back=Min("away_until"),
    )
    return _deciders(found["present"], found["away"], found["back"])


def with_deciders_counted(requests: QuerySet[AccessRequest]) -> QuerySet[AccessRequest]:
    """For lists: deciders_of() then takes no query."""
    held = _can_act().filter(provider=OuterRef("provider")).exclude(user=OuterRef("requester"))
    there = _with_absence(held, None).order_by().values("provider")
    present = there.filter(away_until=None).annotate(n=Count("pk")).values("n")
    gone = there.filter(away_until__isnull=False)
    return requests.annotate(
        **{
            "deciders_present": _number(present),
            "deciders_away": _number(gone.annotate(n=Count("pk")).values("n")),
            "deciders_back": Subquery(
                gone.annotate(back=Min("away_until")).values("back"), output_field=DateField()
            ),
        }
    )


def deciders_of(access_request: AccessRequest) -> Deciders:
    """The PSOs who can decide it. One query, and none the second time or on counted rows."""
    row: Any = access_request
    if not is_counted(row):
        found = people_who_can_decide(row.provider_id, but=row.requester_id)
        row.deciders_present, row.deciders_away = found.present, found.away
        row.deciders_back = found.until
    return _deciders(row.deciders_present, row.deciders_away, row.deciders_back)


def is_counted(access_request: AccessRequest) -> bool:
    """Whether deciders_of() takes no query."""
    return hasattr(access_request, "deciders_present")


def _can_act() -> QuerySet[RoleAssignment]:
    return RoleAssignment.objects.active().psos().filter(user__is_active=True)


def _with_absence(held: QuerySet[RoleAssignment], day: date | None) -> QuerySet[Any]:
    away_until = absences.until("user", day or timezone.localdate())
    return held.annotate(**{"away_until": away_until})


def _deciders(present: int, away: int, back: date | None) -> Deciders:
    return Deciders(present, away, None if present else back)


def _number(counted: QuerySet[Any]) -> Coalesce:
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)
