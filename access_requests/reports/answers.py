"""A contact who was told of a claim says that the person works there. It decides nothing: the
reviewer reads it beside the second path. The trail keeps it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from access_requests.models import AccessRequest, ClaimLetter, Contact, DeskEvent
from accounts import audit
from accounts.models import AuditEvent


@dataclass(frozen=True)
class Answer:
    """`was_known`: the contact was there before the claim, and is no invention of the claimant."""

    contact: Contact
    at: datetime
    was_known: bool


@transaction.atomic
def works_there(letter: ClaimLetter) -> None:
    """Once for each contact; sent twice, it stays one."""
    ClaimLetter.objects.select_for_update(no_key=True).get(pk=letter.pk)
    claim = letter.access_request
    if any(each.contact.pk == letter.contact_id for each in answers_about(claim)):
        return
    audit.record(
        DeskEvent.CLAIM_CONFIRMED,
        actor=None,
        person=claim.requester,
        ccn=claim.provider.ccn,
        request_id=claim.pk,
        details={"contact": letter.contact_id},
    )


def answers_about(access_request: AccessRequest) -> list[Answer]:
    """Oldest first. One query while there are none, two otherwise."""
    said = AuditEvent.objects.filter(
        request_id=access_request.pk, type=DeskEvent.CLAIM_CONFIRMED
    ).order_by("pk")
    moments = {each.details["contact"]: each.at for each in said}
    contacts = Contact.objects.in_bulk(list(moments)) if moments else {}
    return [
        Answer(contacts[pk], at, contacts[pk].added_at < access_request.submitted_at)
        for pk, at in moments.items()
    ]
