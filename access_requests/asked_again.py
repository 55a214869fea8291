"""Requests withdrawn and sent again. Whoever decides has had an email of the first and gets none
of the next for a while: nobody can fill a mailbox by asking and withdrawing in turn. The notice in
the portal comes each time, and so do the reminders.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import Final

from django.db.models import Exists, OuterRef
from django.utils import timezone

from access_requests.models import AccessRequest, Status

WITHIN: Final = timedelta(days=7)


def among(requests: Collection[AccessRequest]) -> set[int]:
    """Those of them that this person withdrew lately: the same role at the same CCN."""
    before = AccessRequest.objects.filter(
        requester=OuterRef("requester"),
        provider=OuterRef("provider"),
        role=OuterRef("role"),
        status=Status.WITHDRAWN,
        ended_at__gt=timezone.now() - WITHIN,
    )
    these = AccessRequest.objects.filter(pk__in=[each.pk for each in requests])
    return set(these.filter(Exists(before)).values_list("pk", flat=True))
