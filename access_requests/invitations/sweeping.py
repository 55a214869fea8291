"""What time does to invitations, on the beat. Each step may run twice at once: rows that another
worker has in hand are passed over, and what is done is not done again."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from access_requests.invitations import fallen, letters, rules
from access_requests.invitations.ending import How, end
from access_requests.models import Invitation, InvitationLetter
from accounts.models import OutgoingEmail

State = OutgoingEmail.State
BATCH = 500


def sweep() -> int:
    """How many invitations ended."""
    ended = 0
    while number := _end_expired():
        ended += number
        if number < BATCH:
            break
    ended += _end_fallen()
    _tell_undelivered()
    _purge_links()
    return ended


@transaction.atomic
def _end_expired() -> int:
    rows = list(
        rules.expired(timezone.now())
        .select_related("provider", "role", "letter__invited_by")
        .select_for_update(of=("self",), skip_locked=True, no_key=True)
        .order_by("expires_at", "pk")[:BATCH]
    )
    if rows:
        end(rows, How.EXPIRED, by=None)
        letters.ended_by_time(rows)
        letters.drop_unsent_of_ended({each.letter_id for each in rows})
    return len(rows)


@transaction.atomic
def _end_fallen() -> int:
    """Their inviter has no role or request there any more, or the provider has closed."""
    rows = list(
        rules.fallen()
        .select_related("provider", "role", "letter", "invited_by")
        .select_for_update(of=("self",), skip_locked=True, no_key=True)
        .order_by("pk")[:BATCH]
    )
    if rows:
        end(rows, How.WITHDRAWN, by=None)
        letters.drop_unsent_of_ended({each.letter_id for each in rows})
        fallen.tell_invited(rows)
    return len(rows)


@transaction.atomic
def _tell_undelivered() -> None:
    """The inviter can look up the address, or reach the person another way."""
    open_ones = Invitation.objects.filter(letter=OuterRef("pk"), ended_at=None)
    lost = InvitationLetter.objects.filter(
        Exists(open_ones),
        email__state__in=[State.BOUNCED, State.FAILED],
        told_undelivered_at=None,
    )
    found = list(
        lost.select_related("invited_by")
        .select_for_update(of=("self",), skip_locked=True, no_key=True)
        .order_by("pk")[:BATCH]
    )
    if found:
        letters.not_delivered(found)
        told = InvitationLetter.objects.filter(pk__in=[each.pk for each in found])
        told.update(told_undelivered_at=timezone.now())


@transaction.atomic
def _purge_links() -> None:
    """An email that has left, or never will, holds its link no longer (rule 27). One that failed
    may be sent again by hand while its invitation is open."""
    gone = InvitationLetter.objects.filter(
        email_holds_link=True, email__state__in=[State.SENT, State.BOUNCED, State.DROPPED]
    )
    found = list(
        gone.select_for_update(of=("self",), skip_locked=True, no_key=True)
        .order_by("pk")
        .values_list("pk", "email")[:BATCH]
    )
    OutgoingEmail.objects.filter(pk__in=[email for _pk, email in found]).update(
        body_text="", body_html="", list_unsubscribe=""
    )
    InvitationLetter.objects.filter(pk__in=[pk for pk, _email in found]).update(
        email_holds_link=False
    )
