"""What became of a form for several CCNs, and the list of a person's forms."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe
from django_htmx.http import HttpResponseClientRefresh

from access_requests import keyset
from access_requests.groups import letters, outcome
from access_requests.groups.drawing import Share
from access_requests.groups.outcome import Row
from access_requests.looks import record_look, record_looks
from access_requests.models import RequestGroup
from accounts.http import person_of

PAGE_SIZE = 25


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The requester's; CMS sees all of it, a PSO what concerns their CCNs."""
    user = person_of(request)
    group = _get(pk)
    lines = outcome.visible_lines(user, group)
    shares, can_correct = outcome.summed(lines)
    if not shares:
        raise Http404
    show = request.GET.get("show", "")
    after = keyset.read_id(request.GET.get("after", "")) or 0
    rows, next_after = outcome.page(lines, user, show=show, after=min(after, 2**31 - 1))
    _record(request, group, rows)
    is_mine = group.requester_id == user.pk
    context = {
        "group": group,
        "is_mine": is_mine,
        "shares": shares,
        "total": sum(each.number for each in shares),
        "show": show if show in outcome.KINDS else "",
        "rows": rows,
        "next_url": _url(request, show, next_after) if next_after else "",
        "first_url": _url(request, show) if after else "",
        "deliveries": letters.deliveries_of(group, user),
        "not_filed": _number(shares, "not-filed"),
        "can_correct": can_correct,
        "without_pso": _number(shares, "no-pso"),
        "still_open": sum(_number(shares, key) for key in outcome.OPEN_KINDS),
        **_progress(group, shares),
    }
    return render(request, "groups/detail.html", context)


@require_safe
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """The bar, for a page that asks every other second; the whole page again once all is filed."""
    user = person_of(request)
    group = _get(pk)
    if group.requester_id != user.pk:
        raise Http404
    if group.filed_at is not None:
        return HttpResponseClientRefresh()
    shares = outcome.shares(group.lines.all())
    context = {"group": group, **_progress(group, shares)}
    return render(request, "groups/_progress.html", context)


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """The forms of this person, newest first."""
    rows = RequestGroup.objects.filter(requester=person_of(request))
    after = keyset.read_id(request.GET.get("after", ""))
    if after is not None:
        rows = rows.filter(pk__lt=after)
    found = list(rows.order_by("-pk")[: PAGE_SIZE + 1])
    shown = found[:PAGE_SIZE]
    context = {
        "rows": outcome.counted(shown),
        "next_url": keyset.next_url(request, str(shown[-1].pk)) if found[PAGE_SIZE:] else "",
        "first_url": request.path if after is not None else "",
    }
    return render(request, "groups/list.html", context)


def _get(pk: int) -> RequestGroup:
    return get_object_or_404(RequestGroup.objects.select_related("requester"), pk=pk)


def _progress(group: RequestGroup, shares: list[Share]) -> dict[str, object]:
    total = sum(each.number for each in shares)
    waiting = _number(shares, "filing")
    is_filing = group.filed_at is None
    return {"is_filing": is_filing, "total": total, "settled": total - waiting}


def _number(shares: list[Share], key: str) -> int:
    return sum(each.number for each in shares if each.key == key)


def _record(request: HttpRequest, group: RequestGroup, rows: list[Row]) -> None:
    requests = [row.request for row in rows if row.request is not None]
    if requests:
        record_looks(request, requests)
    else:
        record_look(request, group.requester, None)


def _url(request: HttpRequest, show: str, after: int | None = None) -> str:
    said = {"show": show if show in outcome.KINDS else "", "after": after}
    query = urlencode({name: value for name, value in said.items() if value})
    return f"{request.path}?{query}" if query else request.path
