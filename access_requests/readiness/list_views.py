"""The list of CCNs behind a number, on pages and as a file."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from access_requests.models import DeskEvent
from access_requests.readiness import listing
from access_requests.readiness.forms import ScopeForm
from access_requests.readiness.scope import Scope
from accounts import audit
from accounts.cms_only import cms_only
from accounts.csv_export import csv_response
from accounts.http import person_of


@cms_only
@require_safe
def ccns(request: HttpRequest) -> HttpResponse:
    form = ScopeForm(request.GET)
    if not form.is_valid():
        return render(request, "readiness/ccns.html", {"form": form}, status=422)
    scope, now = form.scope(), timezone.now()
    after = request.GET.get("after", "")
    page = listing.page(scope, after)
    here = reverse("readiness:ccns")
    context = {
        "form": form,
        "chain": form.chain_meant,
        "scope": scope,
        "page": page,
        "counted_at": now,
        "without_chain_url": f"{here}?{scope.narrowed(chain=None).query}",
        "next_url": f"{here}?{urlencode(scope.conditions | {'after': page.after})}"
        if page.after
        else "",
        "first_url": f"{here}?{scope.query}" if after else "",
        "file_url": f"{reverse('readiness:file')}?{scope.query}",
        "campaigns": _campaigns(scope, page.ccns) if person_of(request).is_cms_reviewer else [],
        "is_reviewer": person_of(request).is_cms_reviewer,
    }
    return render(request, "readiness/ccns.html", context)


@cms_only
@require_safe
def file(request: HttpRequest) -> HttpResponseBase:
    """All CCNs of the list, sent while they are read. Each download is on record."""
    form = ScopeForm(request.GET)
    if not form.is_valid():
        return render(request, "readiness/ccns.html", {"form": form}, status=422)
    scope, name = form.scope(), _file_name(form.scope())
    if request.method != "HEAD":
        audit.record(
            DeskEvent.EXPORTED,
            actor=person_of(request),
            file_name=name,
            details={"list": "readiness", **scope.conditions},
        )
    return csv_response(name, listing.file_header(), listing.file_rows(scope))


def _file_name(scope: Scope) -> str:
    """ "ccns-TX-level-0-2026-11-23.csv"."""
    told = [
        str(value) if key == "state" else f"{key}-{value}"
        for key, value in scope.conditions.items()
    ]
    return "-".join(["ccns", *told, f"{timezone.localdate():%Y-%m-%d}"]) + ".csv"


def _campaigns(scope: Scope, ccns: int) -> list[tuple[str, str]]:
    """Words and address of each campaign that can be made of the list: for one number of PSOs
    alone, never for those with two; and none where a campaign would mean others as well."""
    if scope.level == 2 or scope.waiting:
        return []
    asked: dict[str, object] = {
        "program": scope.program,
        "states": scope.state,
        "kinds": scope.kind,
        "chain": scope.chain,
    }
    told = {key: value for key, value in asked.items() if value not in ("", None)}
    start = reverse("campaigns:new")
    if scope.level is not None:
        query = urlencode(told | {"level": scope.level, "listed": ccns})
        return [(_("Write to these"), f"{start}?{query}")]
    return [
        (label, f"{start}?{urlencode(told | {'level': level})}")
        for level, label in enumerate(
            (_("Write to those without a PSO"), _("Write to those with one PSO"))
        )
    ]
