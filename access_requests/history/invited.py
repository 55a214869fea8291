"""Who was invited, as a history says it to those who may read the invitation: the PSOs of the CCN,
CMS, and whoever sent it. The trail holds no name and no address: both are the letter's, which loses
them half a year after the invitation ended."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _

from access_requests.history import emails
from access_requests.history.emails import Emails
from access_requests.history.reading import Reading
from access_requests.models import Affiliation, DayEvent, Invitation
from access_requests.timeline import Entry
from accounts.models import AuditEvent, OutgoingEmail

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


@dataclass(frozen=True)
class Said:
    """What one line says beyond the trail."""

    whom: str
    by: str
    emails: Emails

    def beside(self, entry: Entry) -> Entry:
        body = "\n".join(filter(None, (self.whom, entry.body)))
        return replace(entry, body=body, by=self.by or entry.by)


def said(reading: Reading, events: Iterable[AuditEvent]) -> dict[int, Said]:
    """By the number of the line. At most two queries, and none for most who read their own part."""
    lines = {each: each.details.get("invitation") for each in events if _may_tell(reading, each)}
    ids = sorted({each for each in lines.values() if isinstance(each, int)})
    if not ids:
        return {}
    rows = Invitation.objects.filter(provider=reading.provider)
    if not reading.sees_all:
        rows = rows.filter(invited_by=reading.viewer)
    found = _with_letters(rows).in_bulk(ids)
    return {line.pk: _said(reading, line, found[pk]) for line, pk in lines.items() if pk in found}


def _may_tell(reading: Reading, line: AuditEvent) -> bool:
    """Whoever accepted one reads that line in their own part, and no more of it."""
    return line.type in _OF_INVITATIONS and (reading.sees_all or line.request_id is None)


def _with_letters(rows: QuerySet[Invitation]) -> QuerySet[Invitation]:
    earlier = OutgoingEmail.objects.only("created_at", "state")
    words = [f"letter__email__{each}" for each in ("body_text", "body_html")]
    return (
        rows.select_related("invited_by", "letter__email")
        .defer(*words)
        .prefetch_related(Prefetch("letter__earlier_emails", earlier))
    )


def _said(reading: Reading, line: AuditEvent, invitation: Invitation) -> Said:
    by = ""
    if line.type == DayEvent.INVITATION_DECLINED and (line.actor is None or not reading.sees_all):
        by = _("By the link in the email")
    return Said(_whom(invitation), by, _email_of(line, invitation))


def _whom(invitation: Invitation) -> str:
    person = invitation.letter.name or invitation.letter.address
    named = {"person": person, "name": invitation.invited_by}
    if invitation.affiliation == Affiliation.VENDOR:
        if person:
            return _("%(person)s, a vendor’s person, invited by %(name)s.") % named
        return _("A vendor’s person, invited by %(name)s.") % named
    if person:
        return _("%(person)s, who works for the provider, invited by %(name)s.") % named
    return _("Somebody who works for the provider, invited by %(name)s.") % named


def _email_of(line: AuditEvent, invitation: Invitation) -> Emails:
    """That of this line: it is written once when somebody is invited, and each time again, a day
    apart or more."""
    if line.type != DayEvent.INVITED:
        return Emails()
    written = [invitation.letter.email, *invitation.letter.earlier_emails.all()]
    email = min(written, key=lambda each: abs(each.created_at - line.at))
    if email.state == OutgoingEmail.State.DROPPED:
        return Emails()
    return Emails(**{emails.where(email.state): 1})
