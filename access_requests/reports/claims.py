"""The contacts known at a CCN are told when somebody asks to be its PSO."""

from __future__ import annotations

from access_requests.models import AccessRequest


def tell_contacts(access_request: AccessRequest) -> None:
    """In the caller's transaction."""
