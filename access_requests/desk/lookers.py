"""Who else has this case before them: from the audit trail's looks, so that two reviewers do not
call the same administrator."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from access_requests.looks import ON_LIST
from access_requests.models import EventType
from accounts.models import AuditEvent, CmsRole, User

RECENTLY = timedelta(minutes=15)


def last_look(request_id: int, *, but: User) -> AuditEvent | None:
    """Another reviewer's, at the case's own page. One query."""
    looks = AuditEvent.objects.filter(
        request_id=request_id,
        type=EventType.PERSON_VIEWED,
        at__gte=timezone.now() - RECENTLY,
        actor__cms_role=CmsRole.REVIEWER,
    )
    others = looks.exclude(actor=but).exclude(details__has_key=ON_LIST)
    return others.select_related("actor").order_by("-pk").first()
