"""Who was invited, as a history says it: no name and no address, which the trail does not hold."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from django.utils.translation import gettext as _

from access_requests.history.reading import Reading
from access_requests.models import Affiliation, DayEvent, Invitation
from accounts.models import AuditEvent

_OF_INVITATIONS: Final = frozenset(
    str(each)
    for each in (
        DayEvent.INVITED,
        DayEvent.INVITATION_ACCEPTED,
        DayEvent.INVITATION_DECLINED,
        DayEvent.INVITATION_WITHDRAWN,
        DayEvent.INVITATION_EXPIRED,
    )
)


def words(reading: Reading, events: Iterable[AuditEvent]) -> dict[int, str]:
    """By the number of the line, for whoever reads all of the CCN. At most one query."""
    lines = {
        each.pk: each.details.get("invitation")
        for each in events
        if reading.sees_all and each.type in _OF_INVITATIONS
    }
    if not lines:
        return {}
    rows = Invitation.objects.filter(provider=reading.provider).select_related("invited_by")
    found = rows.in_bulk(sorted({each for each in lines.values() if isinstance(each, int)}))
    return {line: _words(found[pk]) for line, pk in lines.items() if pk in found}


def _words(invitation: Invitation) -> str:
    name = {"name": invitation.invited_by}
    if invitation.affiliation == Affiliation.VENDOR:
        return _("A vendor’s person, invited by %(name)s.") % name
    return _("Somebody who works for the provider, invited by %(name)s.") % name
