"""All requests of a form that are still open, withdrawn in one step.

Each by the rule for a single one, in one transaction and in as many statements for a thousand as
for two. What was decided while the requester read stays as it is and is named.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Final

from django.db.models import Q, QuerySet

from access_requests import workflow
from access_requests.models import OPEN_STATUSES, AccessRequest, RequestGroup, Status
from accounts.deadlocks import taken_again

# A form takes 500 CCNs and two roles at each.
MOST_REQUESTS: Final = 1_000


@dataclass
class Done:
    withdrawn: list[AccessRequest] = field(default_factory=list)
    # Open when the page was shown, and decided or closed since.
    ended_meanwhile: list[AccessRequest] = field(default_factory=list)


def open_requests(group: RequestGroup) -> QuerySet[AccessRequest]:
    return AccessRequest.objects.open().filter(group_line__group=group)


@taken_again
def withdraw_open(group: RequestGroup, *, shown: Collection[int] = ()) -> Done:
    """`shown`: the ids of those that were open when the requester read how many there are."""
    of_form = AccessRequest.objects.filter(group_line__group=group)
    meant = of_form.filter(Q(status__in=OPEN_STATUSES) | Q(pk__in=shown)).order_by("pk")
    ids = list(meant.values_list("pk", flat=True))
    done = Done()
    for each in workflow.withdraw_many(ids, by=group.requester):
        if not isinstance(each.row, AccessRequest):
            continue
        if each.is_done:
            done.withdrawn.append(each.row)
        elif each.row.status != Status.WITHDRAWN:
            done.ended_meanwhile.append(each.row)
    return done
