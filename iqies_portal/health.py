"""For whoever watches over the portal. Public, and telling nothing about anybody."""

from __future__ import annotations

import logging

import redis
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from redis.backoff import NoBackoff
from redis.retry import Retry

from accounts.mail.outbox import Backlog, backlog

logger = logging.getLogger(__name__)


@login_not_required
@never_cache
@require_safe
def alive(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok\n", content_type="text/plain")


@login_not_required
@never_cache
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """503 when the database or the broker does not answer, or when email that is due stays.

    An email that waits for its next attempt (a full mailbox) is not late; one that nobody has
    tried to send since it fell due is.
    """
    email = _backlog()
    database, broker = email is not None, _broker_answers()
    late = email is not None and email.longest_due_seconds > settings.EMAIL_LATE_SECONDS
    is_ready = database and broker and not late
    answer = {
        "ready": is_ready,
        "database": "ok" if database else "down",
        "broker": "ok" if broker else "down",
        "email": "late" if late else "ok" if database else "unknown",
        "oldest_unsent_email_seconds": email.oldest_seconds if email else None,
        "longest_due_email_seconds": email.longest_due_seconds if email else None,
    }
    return JsonResponse(answer, status=200 if is_ready else 503)


def _backlog() -> Backlog | None:
    try:
        return backlog()
    except DatabaseError:
        logger.warning("the database does not answer")
        connection.close()
        return None


def _broker_answers() -> bool:
    client = redis.Redis.from_url(
        settings.CELERY_BROKER_URL,
        socket_connect_timeout=1,
        socket_timeout=1,
        retry=Retry(NoBackoff(), 0),
    )
    try:
        client.ping()
    except redis.RedisError:
        logger.warning("the broker does not answer")
        return False
    finally:
        client.close()
    return True
