"""Addresses of people who never came are forgotten: what is left says who invited to what, where
and when, and how it ended, and no longer whom."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from access_requests.invitations import letters
from access_requests.models import Invitation, InvitationLetter
from accounts import bounces
from accounts.models import OutgoingEmail

# So long after its end, six months, an inviter can still look up whom they wrote to.
KEPT_FOR = timedelta(days=183)
BATCH = 500


def forget() -> int:
    """How many letters. It may run twice at once, and after it was broken off."""
    number = 0
    while found := _forget_some():
        number += found
        if found < BATCH:
            break
    return number


@transaction.atomic
def _forget_some() -> int:
    """Letters all of whose invitations ended long ago. One that was accepted in part stays: whoever
    decided the request had the address before them."""
    before = timezone.now() - KEPT_FOR
    still_needed = Invitation.objects.filter(
        Q(ended_at=None) | Q(ended_at__gte=before) | Q(ended_how=Invitation.EndedHow.ACCEPTED),
        letter=OuterRef("pk"),
    )
    rows = list(
        InvitationLetter.objects.filter(~Exists(still_needed), written_at__lt=before)
        .exclude(address="")
        .select_for_update(of=("self",), skip_locked=True, no_key=True)
        .order_by("pk")[:BATCH]
    )
    if rows:
        _blank(rows)
    return len(rows)


def _blank(rows: Sequence[InvitationLetter]) -> None:
    ids = [each.pk for each in rows]
    earlier = InvitationLetter.earlier_emails.through.objects.filter(invitationletter__in=ids)
    emails = [each.email_id for each in rows]
    emails += earlier.values_list("outgoingemail", flat=True)
    letters.drop_unsent(emails)
    # The server's answer may name the address.
    OutgoingEmail.objects.filter(pk__in=emails).update(to_address="", last_error="")
    Invitation.objects.filter(letter__in=ids).update(address="")
    InvitationLetter.objects.filter(pk__in=ids).update(address="", name="")
    bounces.forget_unknown(each.address for each in rows)
