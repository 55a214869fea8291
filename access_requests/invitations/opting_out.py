"""Whoever reads an address wants no invitations there, from nobody, and may think otherwise later.

Kept is a digest with a key that the database does not hold, so that the wish outlives the address
(forgetting). The key is the one that never changes.
"""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac

from access_requests.models import DayEvent, InvitationLetter
from accounts import audit
from accounts.models import User


def digest_of(address: str) -> str:
    keyed = salted_hmac(
        "invitations.opting_out", address.lower(), secret=settings.AUDIT_KEY, algorithm="sha256"
    )
    return keyed.hexdigest()


def wants_none(address: str) -> bool:
    return InvitationLetter.objects.filter(no_more_digest=digest_of(address)).exists()


@transaction.atomic
def opt_out(letter: InvitationLetter, *, by: User | None) -> None:
    """Whoever has the link reads the address, or was handed the link by its reader."""
    if not letter.address:
        return
    willing = InvitationLetter.objects.filter(pk=letter.pk, no_more_digest="")
    if willing.update(no_more_digest=digest_of(letter.address)):
        _record(DayEvent.NO_MORE_INVITATIONS, letter, by)


@transaction.atomic
def allow_again(letter: InvitationLetter, *, by: User | None) -> bool:
    """False, and nothing is changed: an old link, which others may have, does not take back what
    was said on another letter since."""
    if not letter.no_more_digest and not _is_newest(letter):
        return False
    digest = letter.no_more_digest or digest_of(letter.address)
    said = InvitationLetter.objects.filter(no_more_digest=digest)
    found = list(said.select_for_update(no_key=True).order_by("pk").values_list("pk", flat=True))
    if found:
        InvitationLetter.objects.filter(pk__in=found).update(no_more_digest="")
        _record(DayEvent.INVITATIONS_AGAIN, letter, by)
    return True


def _is_newest(letter: InvitationLetter) -> bool:
    """Of those to its address."""
    if not letter.address:
        return False
    theirs = InvitationLetter.objects.exclude(address="").annotate(reader=Lower("address"))
    theirs = theirs.filter(reader=letter.address.lower()).order_by("-written_at", "-pk")
    return theirs.values_list("pk", flat=True).first() == letter.pk


def _record(event: DayEvent, letter: InvitationLetter, by: User | None) -> None:
    audit.record(event, actor=by, details={"letter": letter.pk})
