"""CCNs that lost their PSOs, as a list with what to do, as a file, and the page of one of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from access_requests import contacts, keyset
from access_requests.looks import record_look, record_people
from access_requests.models import AccessRequest, DeskEvent, EventType, RoleAssignment
from access_requests.orphans import finding, reaching, rows
from access_requests.orphans.finding import Filters, Why
from access_requests.orphans.forms import FilterForm
from access_requests.orphans.rows import Row
from access_requests.reports import reports
from accounts import audit
from accounts.cms_only import reviewers_only
from accounts.csv_export import AsText, Cell, csv_response
from accounts.http import person_of
from providers import names
from providers.models import Provider

PAGE_SIZE = 25
MOST_CONTACTS = 20
MOST_REQUESTS = 10


@reviewers_only
@require_safe
def orphans(request: HttpRequest) -> HttpResponse:
    """Longest first, whichever the reason."""
    form = FilterForm(request.GET)
    filters = form.filters() if form.is_valid() else Filters()
    after = keyset.read(request.GET.get("after", ""))
    found = finding.find(filters, after=after, limit=PAGE_SIZE + 1)
    shown = rows.rows_for(found[:PAGE_SIZE])
    _record(request, shown)
    last = shown[-1].found if found[PAGE_SIZE:] else None
    key = keyset.write(last.since, last.provider_id) if last else ""
    context = {
        "form": form,
        "rows": shown,
        "chain": form.chain_meant,
        "is_filtered": filters != Filters(),
        "without_chain_url": _url(request.path, filters, chain=None),
        "export_query": _url("", filters),
        "filter_query": _url("", filters, chain=None),
        "next_url": _url(request.path, filters, after=key) if key else "",
        "first_url": _url(request.path, filters) if after else "",
        "business_days": finding.UNATTENDED_BUSINESS_DAYS,
    }
    return render(request, "orphans/list.html", context, status=422 if form.errors else 200)


def _url(path: str, filters: Filters, **other: Any) -> str:
    said = {"what": filters.what, "state": filters.state, "chain": filters.chain} | other
    query = {name: value for name, value in said.items() if value}
    return f"{path}?{urlencode(query)}" if query else path


def _record(request: HttpRequest, shown: list[Row]) -> None:
    """A line for each CCN whose PSOs are named."""
    if request.method == "HEAD":
        return
    audit.record_many(
        audit.Line(
            type=EventType.PERSON_VIEWED,
            actor=person_of(request),
            person=pso.user,
            ccn=row.provider.ccn,
        )
        for row in shown
        for pso in row.psos
    )


@reviewers_only
@require_safe
def export(request: HttpRequest) -> HttpResponseBase:
    """The whole list under these filters. Nobody is named in it."""
    form = FilterForm(request.GET)
    filters = form.filters() if form.is_valid() else Filters()
    if request.method != "HEAD":
        details = {"list": "orphans", "what": filters.what, "state": filters.state}
        audit.record(DeskEvent.EXPORTED, actor=person_of(request), details=details)
    header = [
        _("CCN"),
        _("Name"),
        _("City"),
        _("State"),
        _("Chain"),
        _("Phone of record"),
        _("What"),
        _("Since"),
        _("Open requests"),
        _("Of these for the PSO role"),
        _("Contacts known"),
        _("Next step"),
    ]
    name = f"ccns-that-lost-their-psos-{timezone.localdate():%Y-%m-%d}.csv"
    return csv_response(name, header, _lines(filters))


def _lines(filters: Filters) -> Iterator[list[Cell]]:
    for found in finding.every(filters):
        for row in rows.rows_for(found):
            provider = row.provider
            yield [
                AsText(provider.ccn),
                provider.display_name,
                names.title(provider.city),
                provider.state,
                str(provider.chain or ""),
                AsText(provider.phone),
                row.what,
                f"{timezone.localtime(row.found.since):%Y-%m-%d}",
                row.waiting,
                row.asking,
                row.contacts,
                row.next_step,
            ]


@reviewers_only
@require_safe
def of_provider(request: HttpRequest, ccn: str) -> HttpResponse:
    """One CCN: why it is on the list, who is there, and the steps from here. It need not be on
    the list: a reviewer may want to reach any PSO."""
    if "\0" in ccn:
        raise Http404
    provider = get_object_or_404(Provider.objects.select_related("chain"), ccn=ccn)
    found = finding.of_provider(provider.pk)
    psos = RoleAssignment.objects.not_ended().psos().filter(provider=provider)
    asked = AccessRequest.objects.open().filter(provider=provider)
    oldest = asked.select_related("requester", "role").order_by("submitted_at", "pk")
    known = contacts.living([provider.pk]).order_by("pk")
    here = list(psos.select_related("user").order_by("granted_at"))
    asking = list(oldest[: MOST_REQUESTS + 1])
    record_look(request, None, provider)
    named = [*(each.user for each in here), *(each.requester for each in asking[:MOST_REQUESTS])]
    record_people(request, named, provider)
    context = {
        "provider": provider,
        "reports": list(reports.standing_at(provider.pk)[:MOST_REQUESTS]),
        "row": rows.rows_for([found])[0] if found else None,
        "psos": [(each, reaching.last_active_at(each.user)) for each in here],
        "asking": asking,
        "most_requests": MOST_REQUESTS,
        "contacts": list(known[:MOST_CONTACTS]),
        "business_days": finding.UNATTENDED_BUSINESS_DAYS,
        "is_unattended": found is not None and found.why == Why.UNATTENDED,
    }
    return render(request, "orphans/provider.html", context)
