"""What this package adds to pages of others: read once, shown by its template there."""

from __future__ import annotations

from typing import Any

from access_requests.models import AccessRequest
from accounts.models import User
from providers.models import Provider


def on_request(access_request: AccessRequest, viewer: User) -> dict[str, Any]:
    """For templates/invitations/_on_request.html, on the page of a request."""
    return {}


def on_provider(provider: Provider, viewer: User) -> dict[str, Any]:
    """For templates/invitations/_on_provider.html, on the page of a provider."""
    return {}
