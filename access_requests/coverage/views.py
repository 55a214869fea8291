from __future__ import annotations

from typing import Final
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from access_requests.coverage import finding
from accounts.http import person_of

_WIDTH: Final = 640


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """The CCNs where I am PSO, those that only I cover first."""
    after = request.GET.get("after", "")
    page = finding.page_of(person_of(request), after)
    if not page.total:
        raise Http404
    sole = round(_WIDTH * page.sole / page.total)
    context = {
        "page": page,
        "covered": page.total - page.sole,
        "plot": {"width": _WIDTH, "sole": sole, "covered": _WIDTH - sole},
        "next_url": f"{request.path}?{urlencode({'after': page.after})}" if page.after else "",
        "first_url": request.path if after else "",
    }
    return render(request, "coverage/mine.html", context)
