"""Nobody uses the portal to send mail to people who do not want it.

An inviter has a number of emails a day, and an address gets a few from all PSOs together, and a
few from all who wait for one. Somebody who only waits has a few: anybody can file a request.
"""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from access_requests.invitations import opting_out
from access_requests.invitations.rules import CannotInvite
from access_requests.models import Invitation, InvitationLetter
from accounts import bounces
from accounts.limits import DAY, counters, digest, is_within, named
from accounts.models import User

A_DAY_BY_A_PSO = 60
A_DAY_BY_A_REQUESTER = 3
OPEN_BY_A_REQUESTER = 5
TO_AN_ADDRESS = ((10, 30 * DAY), (3, DAY))
# One letter: so often in all, and not again before so long.
MOST_TIMES = 3
AGAIN_AFTER = timedelta(days=1)


def require_room(by: User, *, only_waits: bool) -> None:
    """The caller holds the inviter's row: two forms at once do not each count the other out."""
    since = timezone.now() - timedelta(days=1)
    written = InvitationLetter.objects.filter(invited_by=by, written_at__gt=since)
    most = A_DAY_BY_A_REQUESTER if only_waits else A_DAY_BY_A_PSO
    if (written.aggregate(number=Sum("times_written"))["number"] or 0) >= most:
        raise CannotInvite(
            _(
                "You can send %(number)d invitations a day. Go on tomorrow. Whoever cannot wait "
                "can ask for the role without an invitation."
            )
            % {"number": most}
        )


def require_few_open(by: User) -> None:
    still_open = Invitation.objects.filter(invited_by=by, ended_at=None)
    if still_open.count() >= OPEN_BY_A_REQUESTER:
        raise CannotInvite(
            _(
                "%(number)d invitations of yours are still open. Withdraw one of them, or wait "
                "until one has been answered."
            )
            % {"number": OPEN_BY_A_REQUESTER}
        )


def require_wanted(address: str, *, only_waits: bool) -> None:
    """Neither an address whose reader wants none, nor one from which email comes back. Counts one
    email to it. Whoever only waits for a PSO does not learn which of it holds of the address."""
    if said := _why_unwanted(address, only_waits=only_waits):
        if only_waits:
            said = _(
                "The portal sends no invitation to this address now. Check its spelling, or tell "
                "the person yourself: they can ask for the role without an invitation."
            )
        raise CannotInvite(said, field="address")


def may_tell_of_an_end(address: str) -> bool:
    """Whether the portal may write there that an invitation has ended. Nobody asked for that email,
    so it uses up nothing of what inviters may send, and has limits of its own."""
    if _why_never(address):
        return False
    limits = named(_ended(address), TO_AN_ADDRESS)
    full, _wait = counters.take(limits)
    if full is None:
        # Only looked at: an email that is not stored in the end was none.
        counters.give_back([key for key, _most, _seconds in limits])
    return full is None


def count_told_of_an_end(address: str) -> None:
    """Once the caller's transaction has stored the email."""
    transaction.on_commit(partial(is_within, _ended(address), TO_AN_ADDRESS), robust=True)


def _ended(address: str) -> str:
    return f"invited:ended:{digest(address.lower())}"


def _why_unwanted(address: str, *, only_waits: bool) -> str:
    if said := _why_never(address):
        return said
    # Apart: those who only wait, whoever they are, use up nothing of what a PSO may send.
    inviters = "waiting" if only_waits else "psos"
    if not is_within(f"invited:{inviters}:{digest(address.lower())}", TO_AN_ADDRESS):
        return _(
            "This address has had several invitations lately. Try again in some days, or tell "
            "the person yourself: they can ask for the role without an invitation."
        )
    return ""


def _why_never(address: str) -> str:
    if opting_out.wants_none(address):
        return _(
            "Whoever reads this address wants no invitations by email. Tell them yourself: "
            "they can ask for the role without one."
        )
    if bounces.is_bounced(address):
        return _("Email to this address comes back. Check its spelling, or use another address.")
    return ""


def why_not_again(letter: InvitationLetter) -> str:
    """Empty: it may be sent again."""
    if letter.times_written >= MOST_TIMES:
        said = _("This invitation was sent %(number)d times. Send no more, and call the person.")
        return said % {"number": letter.times_written}
    if letter.written_at + AGAIN_AFTER > timezone.now():
        return _("This invitation was sent less than a day ago. Give the person time to read it.")
    return ""
