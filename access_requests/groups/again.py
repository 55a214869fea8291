"""A form filled in with what an earlier one said and could not file."""

from __future__ import annotations

from typing import Any

from access_requests.groups import outcome
from access_requests.models import RequestGroup
from accounts.models import User


def words_of(person: User, group_id: int) -> dict[str, Any]:
    """Nothing where the group is not theirs."""
    group = RequestGroup.objects.filter(requester=person, pk=group_id).first()
    if group is None:
        return {}
    left = outcome.can_be_corrected(group.lines.all())
    lines = list(left.values_list("typed", "role_id"))
    return {
        "ccns": "\n".join(dict.fromkeys(typed for typed, _role in lines)),
        "roles": list(group.lines.order_by().values_list("role_id", flat=True).distinct()),
        "affiliation": group.affiliation,
        "job_title": group.job_title,
        "employer": group.employer,
        "administrator_name": group.administrator_name,
        "administrator_contact": group.administrator_contact,
    }
