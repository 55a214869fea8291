"""What this package adds to pages of others: read once, shown by its template there."""

from __future__ import annotations

from typing import Any

from access_requests.groups import letters, outcome
from access_requests.models import AccessRequest, GroupLine, RequestGroup
from accounts.models import User

MOST_ON_LIST = 3


def on_request(access_request: AccessRequest, viewer: User) -> dict[str, Any]:
    """For templates/groups/_on_request.html, on the page of a request: the form it was part of,
    how many of its lines this person may know of, and what was said of all of them at once."""
    line = GroupLine.objects.filter(access_request=access_request).select_related("group").first()
    if line is None:
        return {}
    group: RequestGroup = line.group
    group.requester = access_request.requester
    return {
        "groups_group": group,
        "groups_number": outcome.visible_lines(viewer, group).count(),
        "groups_deliveries": letters.deliveries_of(group, viewer, access_request),
    }


def on_list(viewer: User) -> dict[str, Any]:
    """For templates/groups/_on_list.html, on the first page of a person's requests."""
    found = list(RequestGroup.objects.filter(requester=viewer).order_by("-pk")[: MOST_ON_LIST + 1])
    if not found:
        return {}
    rows = outcome.counted(found[:MOST_ON_LIST])
    return {"groups_rows": rows, "groups_more": len(found) > MOST_ON_LIST}
