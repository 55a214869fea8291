"""At which CCNs nobody is left to decide while a PSO is away."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone

from access_requests.models import Absence, RoleAssignment
from access_requests.waiting import absences
from accounts.business_days import is_business_day
from accounts.models import User
from providers.models import Provider

Days = frozenset[date]


@dataclass(frozen=True)
class Uncovered:
    """`has_fellows`: there are other PSOs, who are away on one of these days as well."""

    provider: Provider
    has_fellows: bool


def while_away(user: User, named: Sequence[Absence]) -> dict[int, list[Uncovered]]:
    """By absence; those without a fellow PSO first. Three queries, however many CCNs."""
    if not named:
        return {}
    held = RoleAssignment.objects.active().psos()
    mine = held.filter(user=user).select_related("provider").order_by("provider__ccn")
    providers = [each.provider for each in mine]
    fellows: dict[int, set[int]] = defaultdict(set)
    others = held.filter(provider__in=providers, user__is_active=True).exclude(user=user)
    for provider_id, fellow in others.values_list("provider", "user"):
        fellows[provider_id].add(fellow)
    away = _days_away({each for several in fellows.values() for each in several})
    found = {}
    for absence in named:
        days = _days(absence.first_day, absence.last_day)
        left = [
            Uncovered(provider, bool(fellows[provider.pk]))
            for provider in providers
            if not _is_covered(days, [away.get(each, frozenset()) for each in fellows[provider.pk]])
        ]
        found[absence.pk] = sorted(left, key=lambda each: each.has_fellows)
    return found


def _is_covered(days: Days, fellows_away: Iterable[Days]) -> bool:
    """Each day has one of them who is there."""
    for each in fellows_away:
        days &= each
    return not days


def _days_away(users: set[int]) -> dict[int, Days]:
    away: dict[int, Days] = {}
    for each in absences.standing(timezone.localdate()).filter(user__in=users):
        days = away.get(each.user_id, frozenset())
        away[each.user_id] = days | _days(each.first_day, each.last_day)
    return away


def _days(first: date, last: date) -> Days:
    """On which people work."""
    every = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return frozenset(day for day in every if is_business_day(day))
