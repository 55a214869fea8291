"""What waits for a person's decision just now: the queue, read for their daily email."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from access_requests import policy, queue
from access_requests.models import AccessRequest
from accounts.business_days import business_days_between
from accounts.models import User
from providers.models import Provider

MOST_COUNTED = 1000
MOST_NEW = 20
MOST_OLD = 5
MOST_CCNS = 10


@dataclass(frozen=True)
class Row:
    request: AccessRequest
    business_days: int


@dataclass(frozen=True)
class AtCcn:
    provider: Provider
    number: int


@dataclass(frozen=True)
class Waiting:
    """`total` stops counting at MOST_COUNTED + 1. `new`: the oldest of `number_new`; `old`: those
    among the others that have waited longest. `by_ccn`: the fullest queues, of several."""

    total: int = 0
    number_new: int = 0
    new: Sequence[Row] = ()
    old: Sequence[Row] = ()
    by_ccn: Sequence[AtCcn] = ()
    number_of_ccns: int = 0

    @property
    def is_cut(self) -> bool:
        return self.total > MOST_COUNTED

    @property
    def more_new(self) -> int:
        return self.number_new - len(self.new)

    @property
    def more_ccns(self) -> int:
        return self.number_of_ccns - len(self.by_ccn)


def still_decidable(person: User, request_ids: Collection[int]) -> set[int]:
    """Those of these that this person can decide now: the policy's answer, in one query."""
    if not request_ids:
        return set()
    asked = policy.with_standing(AccessRequest.objects.filter(pk__in=request_ids), person)
    return {each.pk for each in asked if policy.may_decide(person, each)}


def for_person(person: User, *, since: datetime, told_of: Collection[int]) -> Waiting:
    """New is what came since then, and what they were told of and can still decide (`told_of`).
    Four queries, however much waits."""
    ids = queue.decidable_ids(person, limit=MOST_COUNTED + 1)
    every = {*ids, *told_of}
    if not every:
        return Waiting()
    facts = list(
        AccessRequest.objects.filter(pk__in=every)
        .order_by("submitted_at", "pk")
        .values_list("pk", "submitted_at", "provider")
    )
    new = [pk for pk, at, _ccn in facts if pk in told_of or at > since]
    new_ones = set(new)
    old = [pk for pk, _at, _ccn in facts if pk not in new_ones]
    rows = _rows([*new[:MOST_NEW], *old[:MOST_OLD]])
    at_ccns = Counter(provider_id for _pk, _at, provider_id in facts)
    return Waiting(
        total=len(every),
        number_new=len(new),
        new=[rows[pk] for pk in new[:MOST_NEW]],
        old=[rows[pk] for pk in old[:MOST_OLD]],
        by_ccn=[] if person.is_cms or len(at_ccns) < 2 else _by_ccn(at_ccns),
        number_of_ccns=len(at_ccns),
    )


def _rows(ids: Sequence[int]) -> dict[int, Row]:
    shown = AccessRequest.objects.select_related("requester", "provider", "role").in_bulk(ids)
    today = timezone.now()
    return {
        pk: Row(each, business_days_between(each.submitted_at, today)) for pk, each in shown.items()
    }


def _by_ccn(at_ccns: Counter[int]) -> list[AtCcn]:
    fullest = at_ccns.most_common(MOST_CCNS)
    providers = Provider.objects.in_bulk([pk for pk, _number in fullest])
    return [AtCcn(providers[pk], number) for pk, number in fullest]
