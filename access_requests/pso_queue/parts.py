"""What this package adds to pages of others: read once, shown by its template there."""

from __future__ import annotations

from typing import Any

from access_requests.models import AccessRequest
from access_requests.pso_queue import evidence, showing
from accounts.models import User


def on_request(access_request: AccessRequest, viewer: User) -> dict[str, Any]:
    """For templates/pso_queue/_on_request.html, on the page of a request: what the queue says
    beside it, for a PSO of its CCN. One query.

    The request comes from policy.with_standing(…, viewer). CMS has a checklist of its own.
    """
    is_mine = access_request.requester_id == viewer.pk
    if viewer.is_cms or is_mine or not access_request.viewer_is_pso or not access_request.is_open:
        return {}
    found = evidence.of([access_request], viewer)[access_request.pk]
    return {"pso_queue_notes": showing.notes(found)}
