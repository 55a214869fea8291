from __future__ import annotations

from datetime import date, timedelta
from itertools import groupby
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from access_requests import keyset
from accounts import notice_reading
from accounts.http import person_of
from accounts.models import Notice
from accounts.notices import WORDS_OF_EMAILS

PAGE_SIZE = 25
UNREAD = "unread"


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """Everything I was told, newest first: the same words as the emails."""
    only_unread = request.GET.get("show", "") == UNREAD
    rows = Notice.objects.filter(recipient=person_of(request))
    if only_unread:
        rows = rows.filter(read_at=None)
    after = keyset.read_id(request.GET.get("after", ""))
    if after is not None:
        rows = rows.filter(pk__lt=after)
    told = rows.select_related("email", "digest").defer(*WORDS_OF_EMAILS)
    found = list(told.order_by("-pk")[: PAGE_SIZE + 1])
    shown = found[:PAGE_SIZE]
    more = found[PAGE_SIZE:]
    return render(
        request,
        "access_requests/notices.html",
        {
            "notices": shown,
            "days": [(_day(day), list(those)) for day, those in groupby(shown, _day_of)],
            "only_unread": only_unread,
            "after": after or "",
            "newest": shown[0].pk if shown else 0,
            "next_url": _url(only_unread, str(shown[-1].pk)) if more else "",
            "first_url": _url(only_unread) if after is not None else "",
        },
    )


@require_POST
def mark_read(request: HttpRequest) -> HttpResponse:
    """Mark as read what the page showed, and not what has arrived since."""
    newest = keyset.read_id(request.POST.get("newest", "")) or 0
    number = notice_reading.read_up_to(person_of(request), newest)
    said = ngettext("%(n)d notice is marked as read.", "%(n)d notices are marked as read.", number)
    messages.success(request, said % {"n": number})
    return redirect("access_requests:notices")


@require_POST
def mark_one(request: HttpRequest, pk: int) -> HttpResponse:
    """Read or unread, and back to the page it was on."""
    notice = get_object_or_404(Notice, pk=pk, recipient=person_of(request))
    is_read = request.POST.get("as") != UNREAD
    notice_reading.mark(notice, is_read=is_read)
    messages.success(request, _("Marked as read.") if is_read else _("Marked as unread."))
    only_unread = request.POST.get("show", "") == UNREAD
    return redirect(f"{_url(only_unread, request.POST.get('after', ''))}#notice-{pk}")


@require_safe
def open_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The page it leads to; whoever opens it has read the notice."""
    notice = get_object_or_404(Notice, pk=pk, recipient=person_of(request))
    if request.method == "GET":
        notice_reading.mark(notice, is_read=True)
    return redirect(notice.path or "access_requests:notices")


def _url(only_unread: bool, after: str = "") -> str:
    asked = {"show": UNREAD if only_unread else "", "after": keyset.read_id(after) or ""}
    query = urlencode({name: value for name, value in asked.items() if value})
    return reverse("access_requests:notices") + (f"?{query}" if query else "")


def _day_of(notice: Notice) -> date:
    return timezone.localdate(notice.created_at)


def _day(day: date) -> str:
    today = timezone.localdate()
    if day == today:
        return _("Today")
    if day == today - timedelta(days=1):
        return _("Yesterday")
    return date_format(day, "l, F j, Y")
