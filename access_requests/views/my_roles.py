from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from access_requests import keyset
from access_requests.models import PSO, AssignmentStatus
from access_requests.readiness.counts import Readiness
from access_requests.views.person_home import held_by
from accounts.http import person_of

PAGE_SIZE = 50
SOLE = "sole"


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """What I hold, newest first; `at=sole`: only where I am the only PSO."""
    only_sole = request.GET.get("at") == SOLE
    held = held_by(person_of(request))
    if only_sole:
        held = held.filter(status=AssignmentStatus.ACTIVE, role=PSO, provider__readiness__psos=1)
    after = keyset.read_id(request.GET.get("after", ""))
    if after is not None:
        held = held.filter(pk__lt=after)
    found = list(held.order_by("-pk")[: PAGE_SIZE + 1])
    shown = found[:PAGE_SIZE]
    here = f"{request.path}?at={SOLE}" if only_sole else request.path
    follows = f"{here}{'&' if only_sole else '?'}after={shown[-1].pk}" if found[PAGE_SIZE:] else ""
    context = {
        "rows": [(each, Readiness(each.psos_here)) for each in shown],
        "only_sole": only_sole,
        "next_url": follows,
        "first_url": here if after is not None else "",
    }
    return render(request, "access_requests/my_roles.html", context)
