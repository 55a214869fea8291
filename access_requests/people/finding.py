"""Everyone with a role at a PSO's CCNs, found CCN by CCN: a page is full long before a chain's
17,000 people have been read.

In the order of the CCNs; at each those it employs, then vendors; by name. What ends soon stands in
the order in which it ends.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.timezone import localdate

from access_requests.models import RoleAssignment
from access_requests.people.days import SOON_DAYS
from access_requests.people.filters import IDLE_DAYS, Filters, When
from access_requests.people.naming import words_condition
from accounts import bounces
from accounts.models import User
from providers.models import Provider

# Where somebody has more CCNs than a list to choose from should have.
MOST_CHOICES = 50
_EXPORTED_AT_ONCE = 1_000

_MINE = """
    SELECT provider.id, provider.ccn
      FROM access_requests_roleassignment AS own
      JOIN providers_provider AS provider ON provider.id = own.provider_id
     WHERE own.user_id = %(viewer)s AND own.role_id = 'pso' AND own.status = 'active'
"""

_BY_CCN = """
SELECT held.id
  FROM ({mine} {at_ccn} {not_before} ORDER BY provider.ccn {enough}) AS mine
 CROSS JOIN LATERAL (
       SELECT held.id, held.affiliation, lower(person.full_name) AS name
         FROM access_requests_roleassignment AS held
         JOIN accounts_user AS person ON person.id = held.user_id
        WHERE held.provider_id = mine.id AND held.status <> 'ended' {narrowed}
        ORDER BY held.affiliation, lower(person.full_name), held.id
       ) AS held
 {after}
 ORDER BY mine.ccn, held.affiliation, held.name, held.id
 LIMIT %(limit)s
"""
_AFTER_BY_CCN = """
 WHERE (mine.ccn, held.affiliation, held.name, held.id)
     > (%(after_ccn)s, %(after_affiliation)s, %(after_name)s, %(after_id)s)
"""

# Few enough to be put in order whole.
_BY_END = """
SELECT held.id
  FROM ({mine} {at_ccn}) AS mine
  JOIN access_requests_roleassignment AS held ON held.provider_id = mine.id
  JOIN accounts_user AS person ON person.id = held.user_id
 WHERE held.status <> 'ended' {narrowed} {after}
 ORDER BY held.ends_on, held.id
 LIMIT %(limit)s
"""
_AFTER_BY_END = " AND (held.ends_on, held.id) > (%(after_ends_on)s, %(after_id)s)"

# Whoever is named so is found by index first, in the whole country: never by reading everybody.
_BY_NAME = """
WITH matching AS MATERIALIZED (SELECT id FROM accounts_user WHERE {words})
SELECT held.id
  FROM matching
  JOIN access_requests_roleassignment AS held
    ON held.user_id = matching.id AND held.status <> 'ended'
  JOIN ({mine} {at_ccn}) AS mine ON mine.id = held.provider_id
  JOIN accounts_user AS person ON person.id = held.user_id
 WHERE true {narrowed} {after}
 ORDER BY mine.ccn, held.affiliation, lower(person.full_name), held.id
 LIMIT %(limit)s
"""
_AFTER_BY_NAME = """
   AND (mine.ccn, held.affiliation, lower(person.full_name), held.id)
     > (%(after_ccn)s, %(after_affiliation)s, %(after_name)s, %(after_id)s)
"""

_NARROWED: dict[str, str] = {
    When.ENDING: " AND held.ends_on BETWEEN %(today)s AND %(soon)s",
    When.DATED: " AND held.ends_on IS NOT NULL",
    When.IDLE: " AND (person.last_login IS NULL OR person.last_login < %(idle_since)s)",
    When.NEVER: " AND person.last_login IS NULL",
}


@dataclass(frozen=True)
class Page:
    """`after`: the id of the last row, where more follow."""

    roles: list[RoleAssignment]
    after: int | None


def page(viewer: User, filters: Filters, *, after: int | None, size: int) -> Page:
    """At most three queries, for one CCN and for 340."""
    ids = _ids(viewer, filters, after=after, limit=size + 1)
    roles = in_order(ids[:size])
    return Page(roles, ids[size - 1] if len(ids) > size else None)


def every(viewer: User, filters: Filters) -> Iterator[list[RoleAssignment]]:
    """All of them, a thousand in hand."""
    after: int | None = None
    while ids := _ids(viewer, filters, after=after, limit=_EXPORTED_AT_ONCE):
        yield in_order(ids)
        after = ids[-1]


def in_order(
    ids: Sequence[int], *, of: QuerySet[RoleAssignment] | None = None
) -> list[RoleAssignment]:
    """One query: each with what a row shows of it, and whether email reaches its holder."""
    found = (
        (RoleAssignment.objects.all() if of is None else of)
        .annotate(**{"email_comes_back": bounces.comes_back("user__email")})
        .select_related("user", "provider", "role", "access_request")
        .in_bulk(ids)
    )
    return [found[each] for each in ids if each in found]


def ccns_of(viewer: User) -> list[Provider]:
    """Where this person is PSO, in order: one more than are offered as a choice at most."""
    own = RoleAssignment.objects.active().psos().filter(user=viewer)
    providers = Provider.objects.filter(pk__in=own.values("provider")).order_by("ccn")
    return list(providers[: MOST_CHOICES + 1])


def _ids(viewer: User, filters: Filters, *, after: int | None, limit: int) -> list[int]:
    values: dict[str, Any] = {"viewer": viewer.pk, "limit": limit}
    parts = {
        "mine": _MINE,
        "at_ccn": "",
        "not_before": "",
        "enough": "",
        "narrowed": _narrowed(filters, values),
        "after": "",
        "words": "",
    }
    if not parts["narrowed"]:
        # The viewer holds a role at each, so that so many CCNs fill a page; the first may be used
        # up. On later pages the planner underrates them and would read them all.
        parts["enough"] = " LIMIT %(limit)s + 1"
    if filters.ccn:
        parts["at_ccn"] = " AND provider.ccn = %(ccn)s"
        values["ccn"] = filters.ccn
    statement, follows = _BY_CCN, _AFTER_BY_CCN
    if filters.words:
        statement, follows = _BY_NAME, _AFTER_BY_NAME
        parts["words"], found = words_condition(filters.words)
        values |= found
    elif filters.is_by_end:
        statement, follows = _BY_END, _AFTER_BY_END
    if after is not None:
        key = _key(viewer, after)
        if key is None:
            return []
        values |= key
        parts |= {"after": follows, "not_before": " AND provider.ccn >= %(after_ccn)s"}
    with connection.cursor() as cursor:
        cursor.execute(statement.format(**parts), values)
        return [row[0] for row in cursor.fetchall()]


def _narrowed(filters: Filters, values: dict[str, Any]) -> str:
    """The conditions, and in `values` what they compare with."""
    today = localdate()
    values |= {
        "today": today,
        "soon": today + timedelta(days=SOON_DAYS),
        "idle_since": timezone.now() - timedelta(days=IDLE_DAYS),
    }
    narrowed = _NARROWED.get(filters.when, "")
    for name, column in {"role": "role_id", "kind": "affiliation", "person": "user_id"}.items():
        if value := getattr(filters, name):
            narrowed += f" AND held.{column} = %({name})s"
            values[name] = value
    return narrowed


def _key(viewer: User, after: int) -> dict[str, Any] | None:
    """Where a page goes on. Only from a row at one of the viewer's own CCNs: where it stands
    between others says something of a name."""
    own = RoleAssignment.objects.active().psos().filter(user=viewer).values("provider")
    row = RoleAssignment.objects.filter(pk=after, provider__in=own).values_list(
        "provider__ccn", "affiliation", Lower("user__full_name"), "ends_on"
    )
    found = row.first()
    if found is None:
        return None
    names = ("after_ccn", "after_affiliation", "after_name", "after_ends_on")
    return {**dict(zip(names, found, strict=True)), "after_id": after}
