"""Email that comes back: which email it was, and whether its address is dead.

An email that is returned is marked as bounced whatever the reason. Its address is flagged only
when the reason is the mailbox itself (there is none, it is closed or full): not when the email
looked like spam, was too long, or a server could not be reached for a while.

A flagged address still gets our email. Trying costs next to nothing, mailboxes come back, and an
email that was not sent would be one more thing that nobody knows about.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.module_loading import import_string

from accounts import audit
from accounts.bounce_reader import ENHANCED, Report
from accounts.models import BouncedAddress, OutgoingEmail, User

# Mail servers give up after five days, the slowest after a week. Later reports are not believed.
OLDEST = timedelta(days=10)

# Of RFC 3463: no such mailbox, no such domain, moved away, takes no mail (RFC 7505); mailbox
# closed, or full; and Exchange Online's own for an unknown recipient or domain.
_DEAD = re.compile(r"5\.(1\.([0-46]|10)|2\.[12]|4\.(1|4|310))")
# Servers without such codes say it in words.
_NO_MAILBOX = re.compile(
    r"no such (user|mailbox|recipient|address|person)"
    r"|(user|mailbox|recipient|address|account)\b.{0,40}"
    r"\b(unknown|not found|unavailable|disabled|does(n.t| not) exist|no longer)"
    r"|unknown (user|mailbox|recipient|address)",
    re.IGNORECASE,
)


class Taken(StrEnum):
    BOUNCED = "bounced"
    KNOWN = "known"
    NOT_OURS = "not ours"


def means_dead(status: str, words: str) -> bool:
    """Whether the mailbox is the reason. `status` such as 5.1.1; empty: the words decide."""
    said = status or (found[0] if (found := ENHANCED.search(words)) else "")
    if said and not said.endswith(".0.0"):
        return bool(_DEAD.fullmatch(said))
    return bool(_NO_MAILBOX.search(words))


def is_bounced(address: str) -> bool:
    return bool(bounced_among([address]))


def bounced_among(addresses: Iterable[str]) -> set[str]:
    """Those of the addresses, in lower case, that are flagged. One query."""
    wanted = {address.lower() for address in addresses}
    found = BouncedAddress.objects.filter(address__in=wanted, cleared_at=None)
    return set(found.values_list("address", flat=True))


def comes_back(field: str) -> Exists:
    """The same beside each row of a query: `field` leads to the address."""
    address = Lower(OuterRef(field))
    return Exists(BouncedAddress.objects.filter(address=address, cleared_at=None))


def take(report: Report) -> Taken:
    """Write down what came back. Taken twice, it changes nothing more."""
    with transaction.atomic():
        email = (
            OutgoingEmail.objects.select_for_update(no_key=True)
            .filter(message_id=report.message_id)
            .first()
        )
        if email is None or email.sent_at is None or email.sent_at < timezone.now() - OLDEST:
            return Taken.NOT_OURS
        if email.state == OutgoingEmail.State.BOUNCED:
            return Taken.KNOWN
        OutgoingEmail.objects.filter(pk=email.pk).update(
            state=OutgoingEmail.State.BOUNCED, last_error=report.reason
        )
        # Forwarded mail can come back from an address that we know nothing about.
        is_about_address = not report.recipients or email.to_address.lower() in report.recipients
        if is_about_address and means_dead(report.status, report.reason):
            flag(email.to_address, reason=report.reason, sent_at=email.sent_at)
    return Taken.BOUNCED


def refused(email: OutgoingEmail, words: str) -> None:
    """The mail server did not take it for this address, for good; in the caller's transaction."""
    if means_dead("", words):
        flag(email.to_address, reason=words[:255], sent_at=timezone.now())


def flag(address: str, *, reason: str, sent_at: datetime) -> bool:
    """False when nothing is new. Addresses of nobody known are not kept, and what was sent before
    an address worked again says nothing."""
    now, people = timezone.now(), list(User.objects.filter(email=address.lower()))
    if not people and not _is_known(address):
        return False
    with transaction.atomic():
        row, is_new = BouncedAddress.objects.select_for_update().get_or_create(
            address=address.lower(), defaults={"reason": reason, "since": now}
        )
        if not is_new:
            if row.cleared_at is None or sent_at <= row.cleared_at:
                return False
            row.reason, row.since, row.cleared_at = reason, now, None
            row.save(update_fields=["reason", "since", "cleared_at"])
        for person in people:
            audit.record("email_bounced", actor=None, person=person)
    return True


def _is_known(address: str) -> bool:
    """To an app above this one, without having an account."""
    return any(import_string(path)(address) for path in settings.KNOWN_ADDRESS_CHECKS)


def forget_unknown(addresses: Iterable[str]) -> None:
    """Drop what is kept of those that nobody known has any more."""
    kept = BouncedAddress.objects.filter(address__in={each.lower() for each in addresses})
    for row in kept:
        if not User.objects.filter(email=row.address).exists() and not _is_known(row.address):
            row.delete()


def clear(address: str, *, by: User, person: User, ticket: str = "") -> bool:
    """The address works again, as the person has shown or told. False: it was not flagged."""
    with transaction.atomic():
        cleared = BouncedAddress.objects.filter(address=address.lower(), cleared_at=None).update(
            cleared_at=timezone.now()
        )
        if cleared:
            details = {"ticket": ticket} if ticket else {}
            audit.record("bounce_cleared", actor=by, person=person, details=details)
    return bool(cleared)
