"""What this package adds to pages of others: read once, shown by its template there."""

from __future__ import annotations

from typing import Any

from accounts.models import User
from providers.models import Provider


def on_provider(provider: Provider, viewer: User) -> dict[str, Any]:
    """For templates/coverage/_on_provider.html, on the page of a provider."""
    return {}
