from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from access_requests import keyset, queue
from access_requests.desk import views as desk
from access_requests.looks import record_looks
from access_requests.models import RoleAssignment
from accounts.http import person_of


@require_safe
def my_queue(request: HttpRequest) -> HttpResponse:
    """What this person can decide, oldest first: a PSO's queue and CMS's alike.

    Nobody else has a queue; for them there is no such page.
    """
    user = person_of(request)
    if user.is_cms_reviewer:
        return desk.queue(request)
    key = keyset.read(request.GET.get("after", ""))
    page = queue.page(user, key)
    if not page.requests:
        held = RoleAssignment.objects.active().psos().filter(user=user)
        if not held.exists():
            raise Http404
    record_looks(request, page.requests)
    return render(
        request,
        "access_requests/queue.html",
        {
            "requests": page.requests,
            "next_url": keyset.next_url(request, keyset.write(*page.after)) if page.after else "",
            "first_url": request.path if key else "",
        },
    )
