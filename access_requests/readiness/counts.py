"""Readiness: how many active PSOs a CCN has: none, one, or two and more."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection
from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from access_requests.models import RoleAssignment
from providers.models import Provider

MOST_LEVEL = 2


@dataclass(frozen=True)
class Readiness:
    """`level` is 0, 1 or 2 (two or more)."""

    psos: int

    @property
    def level(self) -> int:
        return min(self.psos, MOST_LEVEL)

    @property
    def label(self) -> str:
        return [_("No PSO"), _("One PSO"), _("Two or more PSOs")][self.level]

    @property
    def sentence(self) -> str:
        return [
            _(
                "This CCN has no Provider Security Official (PSO). CMS decides who becomes its "
                "first; other requests wait until then."
            ),
            _(
                "This CCN has one PSO. CMS recommends at least two, so that somebody can "
                "decide when one is away."
            ),
            _("This CCN has %(n)d PSOs.") % {"n": self.psos},
        ][self.level]


@dataclass(frozen=True)
class StateReadiness:
    """One state's open providers by how many active PSOs they have, and its open requests."""

    state: str
    providers: int
    none: int
    one: int
    two_or_more: int
    open_requests: int


_BY_STATE = """
SELECT provider.state,
       count(*),
       count(*) FILTER (WHERE coalesce(psos.number, 0) = 0),
       count(*) FILTER (WHERE psos.number = 1),
       count(*) FILTER (WHERE psos.number >= 2),
       coalesce(sum(asked.number), 0)::bigint
  FROM providers_provider AS provider
  LEFT JOIN (
       SELECT provider_id, count(*) AS number
         FROM access_requests_roleassignment
        WHERE role_id = 'pso' AND status = 'active'
        GROUP BY provider_id) AS psos ON psos.provider_id = provider.id
  LEFT JOIN (
       SELECT provider_id, count(*) AS number
         FROM access_requests_accessrequest
        WHERE status IN ('pending', 'returned')
        GROUP BY provider_id) AS asked ON asked.provider_id = provider.id
 WHERE provider.closed_on IS NULL
 GROUP BY provider.state
 ORDER BY provider.state
"""


def by_state() -> list[StateReadiness]:
    """Counted when asked, in one query: true when shown."""
    with connection.cursor() as cursor:
        cursor.execute(_BY_STATE)
        return [StateReadiness(*row) for row in cursor.fetchall()]


def levels_of(provider_ids: Iterable[int]) -> dict[int, int]:
    """The readiness of each of these CCNs now, in one query: 0, 1 or 2 (two or more)."""
    wanted = list(provider_ids)
    psos = RoleAssignment.objects.active().psos().filter(provider__in=wanted)
    numbers = dict(psos.values_list("provider").annotate(Count("pk")).order_by())
    return {each: Readiness(numbers.get(each, 0)).level for each in wanted}


def with_level(providers: QuerySet[Provider]) -> QuerySet[Provider]:
    """Beside each provider the number of its active PSOs, as `psos`."""
    here = RoleAssignment.objects.active().psos().filter(provider=OuterRef("pk"))
    number = here.order_by().values("provider").annotate(number=Count("pk")).values("number")
    counted = Coalesce(Subquery(number, output_field=IntegerField()), 0)
    return providers.annotate(psos=counted)
