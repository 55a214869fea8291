"""What this package adds to pages of others: read once, shown by its template there."""

from __future__ import annotations

from typing import Any

from access_requests.coverage import standing
from accounts.models import User
from providers.models import Provider


def on_provider(provider: Provider, viewer: User) -> dict[str, Any]:
    """For templates/coverage/_on_provider.html, on the page of a provider. One query."""
    if not provider.is_open:
        return {}
    there = standing.at(provider)
    return {
        "coverage": there,
        "coverage_is_pso": there.is_pso(viewer),
        "coverage_is_sole": there.is_sole(viewer),
        "coverage_names": viewer.is_cms or there.is_pso(viewer),
    }
