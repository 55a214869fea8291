"""A PSO's queue, and the search in it."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from access_requests import keyset
from access_requests.models import RoleAssignment
from access_requests.pso_queue import choices, listing, searching, showing
from access_requests.pso_queue.filters import Filters
from access_requests.pso_queue.forms import SearchForm
from accounts import kept_forms
from accounts.http import person_of
from providers import ccn

TEMPLATE = "access_requests/queue.html"


def queue(request: HttpRequest) -> HttpResponse:
    """What this PSO can decide, oldest first; whoever is PSO nowhere has no such page."""
    user = person_of(request)
    chosen = Filters.read(request.GET, user)
    key = keyset.read(request.GET.get("after", ""))
    page = listing.page(user, chosen, key)
    if not page.mine.number:
        raise Http404
    if request.GET.get("search") and not chosen.typed:
        messages.info(request, _("This search is over. Search again."))
    offered = choices.kept(user, page.mine)
    url = partial(chosen.url, request.path)
    context = {
        "requests": page.rows,
        "rows": showing.rows(page, offered),
        "matching": page.matching,
        "how_many": showing.how_many(page),
        "most_counted": listing.MOST_COUNTED,
        "summary": showing.summary(chosen, offered),
        "next_url": url(after=keyset.write(*page.after)) if page.after else "",
        "first_url": url() if key else "",
        "said_of_ccn": _said_of(chosen.ccn, page) if chosen.ccn and not key else "",
        "typed": chosen.typed,
    }
    return render(request, TEMPLATE, context | _around(chosen, offered))


def _around(chosen: Filters, offered: choices.Choices) -> dict[str, Any]:
    """What stands above the list."""
    path = showing.address_of("access_requests:queue")
    return {
        "filters": chosen,
        "filter_fields": showing.fields(chosen, offered),
        "all_url": chosen.url(path, **dict.fromkeys(_NARROWING, "")),
        "search_url": chosen.url(showing.address_of("access_requests:queue_search"), search=""),
    }


_NARROWING = ("ccn", "state", "role", "kind", "age", "invited", "search")


def _said_of(typed: str, page: listing.Page) -> str:
    """Where nothing was found for a CCN that is none, why."""
    reading = ccn.read(typed)
    return reading.message if isinstance(reading, ccn.Unreadable) and not page.rows else ""


@require_http_methods(["GET", "HEAD", "POST"])
@kept_forms.keeps(lambda reader: _("Search in the queue"))
def search(request: HttpRequest) -> HttpResponse:
    """What is typed comes by POST, and stands encrypted in the address after that. A CCN is
    nobody's secret: it becomes the filter of that name."""
    user = person_of(request)
    if not RoleAssignment.objects.active().psos().filter(user=user).exists():
        raise Http404
    path, chosen = showing.address_of("access_requests:queue"), Filters.read(request.GET, user)
    if request.method != "POST":
        return redirect(chosen.url(path))
    form = SearchForm(request.POST)
    if not form.is_valid():
        offered = choices.of(user)
        context = {"typed": form["q"].value(), "form": form, **_around(chosen, offered)}
        return render(request, TEMPLATE, context, status=422)
    typed = form.cleaned_data["q"]
    reading = ccn.read(typed)
    if isinstance(reading, ccn.Reading):
        return redirect(chosen.url(path, ccn=reading.ccn, search=""))
    return redirect(chosen.url(path, search=searching.write_token(typed, user)))
