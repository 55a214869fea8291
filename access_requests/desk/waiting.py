# ruff: noqa: S608 - the statements are put together from constants alone
"""CMS's side of the queue: the cases that wait, narrowed, counted and a page at a time.

The ids come first, by the index of first-PSO requests; only then a page of rows is read with all
that its checklists need.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from access_requests import policy
from access_requests.desk import sql
from access_requests.desk.checklist import Checklist, checklist_of
from access_requests.desk.facts import with_facts
from access_requests.desk.filters import Conditions, Filters
from access_requests.models import AccessRequest
from accounts.models import User

PAGE_SIZE = 25
MOST_COUNTED = 1000
# Of a rough flag, so many candidates are looked at for one page.
MOST_CANDIDATES = 50

Key = tuple[datetime, int]

_WAITING = f"{sql.WAITING} AND request.requester_id <> %(user)s"

# The first page's statement counts as well; a later page's asks for its own rows besides.
_MATCHING = """
SELECT ARRAY(SELECT request.id FROM {source} WHERE {waiting}{narrowed}
              ORDER BY request.submitted_at, request.id LIMIT %(most)s)
"""
_AFTER = """
     , ARRAY(SELECT request.id FROM {source} WHERE {waiting}{narrowed}
              AND (request.submitted_at, request.id) > (%(after_at)s, %(after_id)s)
              ORDER BY request.submitted_at, request.id LIMIT %(limit)s)
"""

_CHOICES = f"""
SELECT grouping(home.state), grouping(home.chain_id), home.state, home.chain_id,
       min(chain.name), count(*)
  FROM access_requests_accessrequest AS request
  JOIN providers_provider AS home ON home.id = request.provider_id
  LEFT JOIN providers_chain AS chain ON chain.id = home.chain_id
 WHERE {_WAITING}
 GROUP BY GROUPING SETS ((home.state), (home.chain_id), ())
"""


@dataclass(frozen=True)
class Choices:
    """How many wait, and the states and chains among them with how many each."""

    waiting: int
    states: list[tuple[str, int]]
    chains: list[tuple[int, str, int]]


@dataclass(frozen=True)
class Page:
    """One page, oldest first. `after` is the key to go on from when there may be more; `matching`
    is how many the filters leave, None where only the checklist can tell."""

    cases: list[Checklist]
    after: Key | None
    matching: int | None


def page(user: User, filters: Filters, after: Key | None = None) -> Page:
    """Two statements."""
    rough = filters.rough_flag
    most = MOST_CANDIDATES if rough else PAGE_SIZE
    matching, ids = _matching(user, filters.conditions(), after, limit=most + 1)
    cases = cases_of(ids[:most], user)
    shown = [case for case in cases if rough is None or rough.is_so(case)]
    has_more = len(ids) > most or len(shown) > PAGE_SIZE
    last = shown[PAGE_SIZE - 1] if len(shown) > PAGE_SIZE else (cases[-1] if cases else None)
    key = _key(last) if last and has_more else None
    counted = None if rough else matching
    if rough and not has_more and after is None:
        counted = len(shown)
    return Page(shown[:PAGE_SIZE], key, counted)


def ids(user: User, filters: Filters, *, limit: int) -> list[int]:
    """Those that the conditions find, a rough flag's too many among them."""
    return _matching(user, filters.conditions(), None, limit=limit)[1]


def cases_of(ids: list[int], user: User) -> list[Checklist]:
    """The checklists of these requests, oldest first. One statement."""
    return _read(AccessRequest.objects.filter(pk__in=ids), user)


def case_of(pk: int, user: User) -> Checklist:
    """Raises AccessRequest.DoesNotExist."""
    found = _read(AccessRequest.objects.filter(pk=pk), user)
    if not found:
        raise AccessRequest.DoesNotExist
    return found[0]


def _read(requests: QuerySet[AccessRequest], user: User) -> list[Checklist]:
    rows = with_facts(policy.with_standing(requests, user))
    loaded = rows.select_related("requester", "provider", "provider__chain", "role")
    return [checklist_of(each) for each in loaded.order_by("submitted_at", "pk")]


def requests_of(ids: list[int]) -> dict[int, AccessRequest]:
    """By number, without their checklists."""
    rows = AccessRequest.objects.filter(pk__in=ids)
    return {each.pk: each for each in rows.select_related("requester", "provider")}


def choices(user: User) -> Choices:
    waiting, states, chains = 0, [], []
    with connection.cursor() as cursor:
        cursor.execute(_CHOICES, {"user": user.pk})
        for not_by_state, not_by_chain, state, chain, name, number in cursor.fetchall():
            if not_by_state and not_by_chain:
                waiting = number
            elif not_by_chain:
                states.append((state, number))
            elif chain is not None:
                chains.append((chain, name, number))
    return Choices(waiting, sorted(states), sorted(chains, key=lambda each: (each[1], each[0])))


def _matching(
    user: User, conditions: Conditions, after: Key | None, *, limit: int
) -> tuple[int, list[int]]:
    """How many there are, MOST_COUNTED + 1 at most, and the first `limit` of them after a key."""
    statement = (_MATCHING + _AFTER if after else _MATCHING).format(
        source=sql.tables_for(conditions.text), waiting=_WAITING, narrowed=conditions.text
    )
    parameters: dict[str, Any] = {"user": user.pk, "most": MOST_COUNTED + 1, "limit": limit}
    if after:
        parameters |= {"after_at": after[0], "after_id": after[1]}
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters | conditions.parameters)
        first, *later = cursor.fetchone()
    return len(first), (later[0] if later else first[:limit])


def _key(case: Checklist) -> Key:
    return case.facts.request.submitted_at, case.facts.request.pk
