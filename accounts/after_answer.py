"""What is done once the answer has left, so that the clock tells the asker nothing (rule 7).

Whoever types an address that has an account is owed an email; for another address there is nothing
to do. Both get their answer before any of it is done. If the process ends in that very moment the
email is lost, and the person asks again.
"""

from __future__ import annotations

import contextvars
import logging
from collections.abc import Callable
from functools import partial, wraps
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponseBase

logger = logging.getLogger(__name__)

View = Callable[..., HttpResponseBase]
Step = Callable[[], None]


def does_steps(view: View) -> View:
    """For views that use `do`."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        request.steps = []  # type: ignore[attr-defined]
        response = view(request, *args, **kwargs)
        for step in request.steps:  # type: ignore[attr-defined]
            # The server closes an answer when it is sent.
            response._resource_closers.append(step)  # type: ignore[attr-defined]
        return response

    return answer


def do(request: HttpRequest, step: Step) -> None:
    """In a transaction of its own; its log lines have the request's number."""
    run = contextvars.copy_context().run
    request.steps.append(partial(run, _in_transaction, step))  # type: ignore[attr-defined]


def _in_transaction(step: Step) -> None:
    try:
        with transaction.atomic():
            step()
    except Exception:
        # Nobody waits for it any more.
        logger.exception("a step after the answer failed")
