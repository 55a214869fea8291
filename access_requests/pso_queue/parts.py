"""What this package adds to pages of others: read once, shown by its template there."""

from __future__ import annotations

from typing import Any

from access_requests.models import AccessRequest
from accounts.models import User


def on_request(access_request: AccessRequest, viewer: User) -> dict[str, Any]:
    """For templates/pso_queue/_on_request.html, on the page of a request."""
    return {}
