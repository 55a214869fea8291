"""What a row of the list says of a role, and how rows stand together."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from django.utils import timezone
from django.utils.safestring import SafeString

from access_requests.models import Affiliation, RoleAssignment
from access_requests.people import days
from access_requests.people.filters import IDLE_DAYS
from accounts.models import User
from providers.models import Provider

# The bar beside a last day is as long as this many days.
_DRAWN_DAYS = 90
_DRAWN_WIDTH = 72


@dataclass(frozen=True)
class Row:
    role: RoleAssignment
    is_mine: bool

    @property
    def email_comes_back(self) -> bool:
        return bool(getattr(self.role, "email_comes_back", False))

    @property
    def ends_on(self) -> date | None:
        return self.role.ends_on

    @property
    def is_soon(self) -> bool:
        return self.ends_on is not None and days.days_left(self.ends_on) <= days.SOON_DAYS

    @property
    def ends_in_words(self) -> str:
        return days.in_words(self.ends_on) if self.ends_on else ""

    @property
    def drawn(self) -> int | None:
        """How much of the bar is left; None where the last day is farther off than it is long."""
        if self.ends_on is None or days.days_left(self.ends_on) > _DRAWN_DAYS:
            return None
        return max(2, round(days.days_left(self.ends_on) / _DRAWN_DAYS * _DRAWN_WIDTH))

    @property
    def extend_to(self) -> date | None:
        """The last day that the list offers, where that is soon wanted."""
        return None if self.is_mine else days.extension(self.ends_on)

    @property
    def is_idle(self) -> bool:
        seen = self.role.user.last_login
        return seen is None or seen < timezone.now() - timedelta(days=IDLE_DAYS)


Show = Callable[[list[Row]], SafeString]


@dataclass(frozen=True)
class Group:
    """The employed at one CCN, or its vendors; without a provider: all rows, whatever the CCN."""

    shown: SafeString
    provider: Provider | None = None
    are_vendors: bool = False


def grouped(roles: Iterable[RoleAssignment], viewer: User, show: Show) -> list[Group]:
    """Of rows in the order of the CCNs, vendors apart."""
    groups = []
    for _key, found in groupby(roles, key=lambda each: (each.provider_id, each.affiliation)):
        some = list(found)
        first = some[0]
        groups.append(
            Group(
                show(_rows(some, viewer)),
                first.provider,
                first.affiliation == Affiliation.VENDOR,
            )
        )
    return groups


def together(roles: Iterable[RoleAssignment], viewer: User, show: Show) -> list[Group]:
    """Of rows in another order: each names its CCN."""
    rows = _rows(roles, viewer)
    return [Group(show(rows))] if rows else []


def _rows(roles: Iterable[RoleAssignment], viewer: User) -> list[Row]:
    return [Row(each, each.user_id == viewer.pk) for each in roles]
