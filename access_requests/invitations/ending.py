"""An invitation ends once, and says how. The caller holds its row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils import timezone

from access_requests.models import DayEvent, Invitation
from accounts import audit
from accounts.models import User

How = Invitation.EndedHow
_EVENTS = {
    How.ACCEPTED: DayEvent.INVITATION_ACCEPTED,
    How.DECLINED: DayEvent.INVITATION_DECLINED,
    How.WITHDRAWN: DayEvent.INVITATION_WITHDRAWN,
    How.EXPIRED: DayEvent.INVITATION_EXPIRED,
}


def end(
    rows: Sequence[Invitation],
    how: Invitation.EndedHow,
    *,
    by: User | None,
    requests: Mapping[int, int] | None = None,
) -> None:
    """Two statements however many. `requests`: the number of the request that came of each."""
    if not rows:
        return
    # Accepted ones are marked one by one, before the request that names them.
    if how != How.ACCEPTED:
        now = timezone.now()
        ids = [each.pk for each in rows]
        Invitation.objects.filter(pk__in=ids).update(ended_at=now, ended_how=how)
        for each in rows:
            each.ended_at, each.ended_how = now, how
    audit.record_many(
        audit.Line(
            type=_EVENTS[how],
            actor=by,
            person=by if how == How.ACCEPTED else None,
            ccn=each.provider.ccn,
            request_id=(requests or {}).get(each.pk),
            details={"invitation": each.pk, "role": each.role_id},
        )
        for each in rows
    )
