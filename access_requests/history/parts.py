"""What this package adds to pages of others: read once, shown by its template there."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from access_requests.models import AccessRequest
from accounts.models import User
from providers.models import Provider


def on_request(access_request: AccessRequest, viewer: User) -> dict[str, Any]:
    """For templates/history/_on_request.html, on the page of a request: whoever may open it may
    have its history. No query."""
    return {}


def on_provider(provider: Provider, viewer: User, *, has_asked: bool) -> dict[str, Any]:
    """For templates/history/_on_provider.html, on the page of a provider. `has_asked`: they have
    a role or an open request there; only where they have neither, one query."""
    asked = AccessRequest.objects.filter(requester=viewer, provider=provider)
    if not viewer.is_cms and not has_asked and not asked.exists():
        return {}
    return {"history_url": reverse("history:provider", args=[provider.ccn])}
