"""Every request has a number, in each of its log lines and in the answer's X-Request-ID; and what
a signed-in person reads is kept by nobody on the way, nor by the browser.
"""

from __future__ import annotations

import logging
import re
import time
import uuid
from collections.abc import Callable

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse

logger = logging.getLogger(__name__)

# A number given by the proxy in front is kept when it cannot be anything else than a number.
_SAFE = re.compile(r"[A-Za-z0-9-]{8,64}")


class RequestIdMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID", "")
        request_id = given if _SAFE.fullmatch(given) else uuid.uuid4().hex
        started = time.perf_counter()
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            response = self.get_response(request)
            _log(request, response, time.perf_counter() - started)
        response["X-Request-ID"] = request_id
        return response


def _log(request: HttpRequest, response: HttpResponse, seconds: float) -> None:
    """One line per page. The route, not the path; static files are not worth a line."""
    match = request.resolver_match
    if match is None and response.status_code < 400:
        return
    logger.info(
        "request",
        extra={
            "method": request.method,
            "route": match.route if match else "",
            "status": response.status_code,
            "milliseconds": round(seconds * 1000, 1),
        },
    )


def private_pages(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """A page about a person is not to be found again on a shared computer after signing out.

    Judged by the session's cookie, so that nothing is asked of the database here.
    """

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        name = settings.SESSION_COOKIE_NAME
        if name in request.COOKIES or name in response.cookies:
            response["Cache-Control"] = "private, no-store"
        return response

    return answer
