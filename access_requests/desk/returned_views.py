"""CMS's questions that wait for an answer."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from access_requests import keyset
from access_requests.desk import returned
from access_requests.looks import record_looks
from accounts.cms_only import reviewers_only


@reviewers_only
@require_safe
def waiting_for_answers(request: HttpRequest) -> HttpResponse:
    key = keyset.read(request.GET.get("after", ""))
    found = returned.page(key)
    record_looks(request, [row.request for row in found.rows])
    context = {
        "rows": found.rows,
        "next_url": keyset.next_url(request, keyset.write(*found.after)) if found.after else "",
        "first_url": request.path if key else "",
    }
    return render(request, "desk/returned.html", context)
