"""What every page of a signed-in person carries: the warning before they are signed out for being
idle, and word of what was kept for them when they were.
"""

from __future__ import annotations

from typing import Any

from django import template
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from accounts import kept_forms
from accounts.idle_words import in_words
from accounts.models import User
from accounts.sessions import SessionStore, written_every

register = template.Library()


@register.inclusion_tag("components/idle_dialog.html", takes_context=True)
def idle_dialog(context: template.Context) -> dict[str, Any]:
    request = context.get("request")
    session = _session_of_person(request)
    if request is None or session is None:
        return {"is_needed": False}
    return {
        "is_needed": True,
        "person": request.user.username,
        "seconds_left": session.seconds_left,
        "warning_seconds": settings.SESSION_IDLE_WARNING.total_seconds(),
        "ping_seconds": written_every().total_seconds(),
        "longest": in_words(settings.SESSION_LONGEST),
        "csrf_token": context.get("csrf_token"),
    }


@register.inclusion_tag("components/kept_notice.html", takes_context=True)
def kept_notice(context: template.Context) -> dict[str, Any]:
    request = context.get("request")
    if request is None or _session_of_person(request) is None:
        return {"is_needed": False}
    has_kept = kept_forms.has_session(request)
    return {"is_needed": has_kept and request.path != reverse("accounts:kept_forms")}


def _session_of_person(request: HttpRequest | None) -> SessionStore | None:
    """An error page may be shown to a request that has neither."""
    session = getattr(request, "session", None)
    user = getattr(request, "user", None)
    return session if isinstance(session, SessionStore) and isinstance(user, User) else None
