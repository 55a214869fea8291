"""Who is not ready: the country, a state, a kind, a chain. Counted when asked, one statement."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from access_requests.readiness import tiles, trend
from access_requests.readiness.countdown import countdowns
from access_requests.readiness.counting import Counts, counted
from access_requests.readiness.forms import programs
from access_requests.readiness.scope import Scope
from access_requests.readiness.tables import Row, cells, figures
from accounts.cms_only import cms_only
from providers.ccn_facts import STATE_NAMES
from providers.kinds import SERVED, Kind
from providers.models import Chain

MOST_CHAINS = 100
MOST_CHAINS_OF_STATE = 10

ByKey = Mapping[Any, Counts]


@cms_only
@require_safe
def country(request: HttpRequest) -> HttpResponse:
    now, scope = timezone.now(), Scope()
    found = counted(scope, "state", "kind")
    by_state, by_kind = found.along("state"), found.along("kind")
    far = countdowns(programs(), {str(code): of for code, of in by_kind.items()}, now)
    told = [each for each in far if each.has_dates or each.counts.ccns]
    context = _around(scope, found.total, now) | {
        "map": tiles.drawn({str(state): counts for state, counts in by_state.items()}),
        "by_state": _state_rows(scope, by_state),
        "by_kind": _kind_rows(scope, by_kind),
        "countdowns": [(each, cells(each.scope, each.counts)) for each in told],
        "undated": [each.program.name for each in far if each not in told],
    }
    return render(request, "readiness/country.html", context | _trend(scope, found.total, now))


@cms_only
@require_safe
def state(request: HttpRequest, state: str) -> HttpResponse:
    if state not in STATE_NAMES:
        raise Http404
    now, scope = timezone.now(), Scope(state=state)
    found = counted(scope, "kind", "chain_id")
    chains = found.along("chain_id")
    context = _around(scope, found.total, now) | {
        "name": STATE_NAMES[state],
        "state": state,
        "by_kind": _kind_rows(scope, found.along("kind")),
        "by_chain": _chain_rows(scope, chains, MOST_CHAINS_OF_STATE),
        "chains_in_all": len(chains.keys() - {None}),
    }
    return render(request, "readiness/state.html", context | _trend(scope, found.total, now))


@cms_only
@require_safe
def kind(request: HttpRequest, kind: str) -> HttpResponse:
    if kind not in [str(each.value) for each in SERVED]:
        raise Http404
    now, scope = timezone.now(), Scope(kind=kind)
    found = counted(scope, "state")
    context = _around(scope, found.total, now) | {
        "name": _kind_name(kind),
        "by_state": _state_rows(scope, found.along("state")),
    }
    return render(request, "readiness/kind.html", context | _trend(scope, found.total, now))


@cms_only
@require_safe
def chains(request: HttpRequest) -> HttpResponse:
    """Those with the most CCNs that have no PSO first, in the country or in one state."""
    state = request.GET.get("state", "")
    if state and state not in STATE_NAMES:
        raise Http404
    now, scope = timezone.now(), Scope(state=state)
    found = counted(scope, "chain_id").along("chain_id")
    of_none = found.get(None, Counts())
    context = {
        "counted_at": now,
        "state": state,
        "name": STATE_NAMES.get(state, ""),
        "by_chain": _chain_rows(scope, found, MOST_CHAINS),
        "chains_in_all": len(found.keys() - {None}),
        "without_chain": of_none,
    }
    return render(request, "readiness/chains.html", context)


@cms_only
@require_safe
def chain(request: HttpRequest, pk: int) -> HttpResponse:
    this = get_object_or_404(Chain, pk=pk)
    now, scope = timezone.now(), Scope(chain=this.pk)
    found = counted(scope, "state", "kind")
    context = _around(scope, found.total, now) | {
        "chain": this,
        "by_state": _state_rows(scope, found.along("state")),
        "by_kind": _kind_rows(scope, found.along("kind")),
    }
    return render(request, "readiness/chain.html", context)


def _around(scope: Scope, total: Counts, now: datetime) -> dict[str, Any]:
    return {"counted_at": now, "total": total, "figures": figures(scope, total), "scope": scope}


def _trend(scope: Scope, total: Counts, now: datetime) -> dict[str, Any]:
    today = timezone.localtime(now).date()
    return {"trend": trend.drawn(trend.days_of(scope, today), today, total), "plot": trend}


def _state_rows(scope: Scope, by_state: ByKey) -> list[Row]:
    rows = []
    start = reverse("readiness:ccns")
    for code in sorted(by_state, key=lambda code: STATE_NAMES.get(code, code)):
        known = code in STATE_NAMES
        url = reverse("readiness:state", args=[code]) if known else ""
        numbers = cells(scope.narrowed(state=code), by_state[code], start)
        rows.append(Row(code, STATE_NAMES.get(code, code), url, numbers))
    return rows


def _kind_rows(scope: Scope, by_kind: ByKey) -> list[Row]:
    rows = []
    for code in (str(each.value) for each in SERVED if str(each.value) in by_kind):
        url = reverse("readiness:kind", args=[code])
        numbers = cells(scope.narrowed(kind=code), by_kind[code])
        rows.append(Row(code, _kind_name(code), url, numbers))
    return rows


def _chain_rows(scope: Scope, by_chain: ByKey, most: int) -> list[Row]:
    """The `most` chains with the most CCNs that have no PSO, then with the most that have one."""
    numbers = sorted(
        (number for number in by_chain if number is not None),
        key=lambda number: (-by_chain[number].none, -by_chain[number].one, number),
    )[:most]
    names = Chain.objects.in_bulk(numbers)
    start = reverse("readiness:ccns")
    return [
        Row(
            str(number),
            names[number].display_name,
            reverse("readiness:chain", args=[number]),
            cells(scope.narrowed(chain=number), by_chain[number], start),
        )
        for number in numbers
        if number in names
    ]


def _kind_name(code: str) -> str:
    name = str(Kind(code).label)
    return name[:1].upper() + name[1:]
