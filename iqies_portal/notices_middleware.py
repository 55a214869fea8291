"""Whoever opens the page of a request, by whatever way, has read the notices that lead there.

The frame of the page looks for such notices in the query it makes anyway; only where there are
some is anything written. Notices that lead to a page of many things are read by their own link.
"""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from accounts import notice_reading
from accounts.http import person_of

_NOTED = "has_unread_about_page"


def note(request: HttpRequest, has_unread: bool) -> None:
    setattr(request, _NOTED, has_unread)


def read_by_opening(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        was_shown = request.method == "GET" and response.status_code == 200
        if was_shown and getattr(request, _NOTED, False):
            notice_reading.opened(person_of(request), request.path)
        return response

    return answer
