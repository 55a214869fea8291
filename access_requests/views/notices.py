from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from access_requests import keyset
from accounts.http import person_of
from accounts.models import Notice

PAGE_SIZE = 25


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """Everything I was told, newest first: the same words as the emails."""
    rows = Notice.objects.filter(recipient=person_of(request))
    after = keyset.read_id(request.GET.get("after", ""))
    if after is not None:
        rows = rows.filter(pk__lt=after)
    found = list(rows.select_related("email").order_by("-pk")[: PAGE_SIZE + 1])
    shown = found[:PAGE_SIZE]
    return render(
        request,
        "access_requests/notices.html",
        {
            "notices": shown,
            "newest": shown[0].pk if shown else 0,
            "next_url": keyset.next_url(request, str(shown[-1].pk)) if found[PAGE_SIZE:] else "",
            "first_url": request.path if after is not None else "",
        },
    )


@require_POST
def mark_read(request: HttpRequest) -> HttpResponse:
    """Mark as read what the page showed, and not what has arrived since."""
    newest = keyset.read_id(request.POST.get("newest", "")) or 0
    Notice.objects.filter(recipient=person_of(request), pk__lte=newest, read_at=None).update(
        read_at=timezone.now()
    )
    return redirect("access_requests:notices")
