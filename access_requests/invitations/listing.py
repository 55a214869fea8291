"""The invitations that somebody sent, and those at a CCN, as they are read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Prefetch, Q, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from access_requests.invitations import rules, throttle
from access_requests.models import AccessRequest, Invitation, InvitationLetter
from accounts.models import OutgoingEmail, User

How = Invitation.EndedHow
PAGE_SIZE = 25
_TAGS = {
    How.ACCEPTED: "approved",
    How.DECLINED: "rejected",
    How.WITHDRAWN: "withdrawn",
    How.EXPIRED: "closed",
}


@dataclass(frozen=True)
class Row:
    """One letter: to whom, for what, where, and what has become of it."""

    letter: InvitationLetter
    invitations: Sequence[Invitation]
    reader: User

    @property
    def first(self) -> Invitation:
        return self.invitations[0]

    @property
    def person(self) -> str:
        return self.letter.name or self.letter.address or _("a person whose address was erased")

    @property
    def where(self) -> str:
        provider = self.first.provider
        number = len(self.invitations)
        if number == 1:
            return f"{provider.display_name} (CCN {provider.ccn})"
        said = ngettext("%(name)s and %(n)d more CCN", "%(name)s and %(n)d more CCNs", number - 1)
        return said % {"name": provider.display_name, "n": number - 1}

    @property
    def is_open(self) -> bool:
        return any(is_open(each) for each in self.invitations)

    @property
    def state(self) -> str:
        """In words; several CCNs may have gone different ways."""
        if len(self.invitations) == 1:
            return state_of(self.first, self.reader)
        counted = Counter(tag_of(each) for each in self.invitations)
        said = [
            (ngettext("%(n)d accepted", "%(n)d accepted", counted["approved"]), "approved"),
            (ngettext("%(n)d open", "%(n)d open", counted["pending"]), "pending"),
            (ngettext("%(n)d declined", "%(n)d declined", counted["rejected"]), "rejected"),
            (ngettext("%(n)d withdrawn", "%(n)d withdrawn", counted["withdrawn"]), "withdrawn"),
            (ngettext("%(n)d expired", "%(n)d expired", counted["closed"]), "closed"),
            (ngettext("%(n)d ended", "%(n)d ended", counted["ended"]), "ended"),
        ]
        return ", ".join(words % {"n": counted[tag]} for words, tag in said if counted[tag])

    @property
    def tag(self) -> str:
        tags = [tag_of(each) for each in self.invitations]
        return next((each for each in ("pending", "approved") if each in tags), tags[0])

    @property
    def has_fallen(self) -> bool:
        return any(_has_fallen(each) for each in self.invitations)

    @property
    def may_send_again(self) -> bool:
        return self.is_open and throttle.why_not_again(self.letter) == ""

    @property
    def email_state(self) -> str:
        return str(OutgoingEmail.State(self.letter.email.state).label)

    @property
    def is_lost(self) -> bool:
        lost = {OutgoingEmail.State.BOUNCED, OutgoingEmail.State.FAILED}
        return self.is_open and self.letter.email.state in lost


def is_open(invitation: Invitation) -> bool:
    """Whether its link can be used. From with_standing()."""
    return _has_time(invitation) and invitation.inviter_belongs


def _has_time(invitation: Invitation) -> bool:
    return invitation.is_open and invitation.expires_at > timezone.now()


def _has_fallen(invitation: Invitation) -> bool:
    """It has its time, but whoever sent it could not send it any more; swept before long."""
    return _has_time(invitation) and not invitation.inviter_belongs


def tag_of(invitation: Invitation) -> str:
    """The colour of its state. One whose time is over is expired, swept or not."""
    if is_open(invitation):
        return "pending"
    if _has_fallen(invitation):
        return "ended"
    return _TAGS[How(invitation.ended_how or How.EXPIRED)]


def state_of(invitation: Invitation, reader: User) -> str:
    if is_open(invitation):
        last = date_format(invitation.last_day, "M j, Y")
        return _("Open until %(date)s") % {"date": last}
    if _has_fallen(invitation):
        return _why_fallen(invitation, reader)
    return str(How(invitation.ended_how or How.EXPIRED).label)


def _why_fallen(invitation: Invitation, reader: User) -> str:
    if not invitation.provider.is_open:
        return _("Ended: the provider has closed")
    if invitation.invited_by_id != reader.pk:
        return _("Ended: whoever sent it can no longer invite there")
    if invitation.invited_as == Invitation.InvitedAs.PSO:
        return _("Ended: you are no longer PSO there")
    return _("Ended: you no longer wait for a PSO there")


def sent_by(user: User, after: int | None) -> list[Row]:
    """A page and one more, newest first. Two queries."""
    letters = InvitationLetter.objects.filter(invited_by=user)
    if after is not None:
        letters = letters.filter(pk__lt=after)
    found = _read(letters, Invitation.objects.all())
    return [
        Row(each, list(each.invitations.all()), user)
        for each in found.order_by("-pk")[: PAGE_SIZE + 1]
    ]


def one(user: User, letter_id: int) -> Row | None:
    """As much of it as this person may read; None: nothing."""
    found = _read(InvitationLetter.objects.filter(pk=letter_id), rules.visible(user)).first()
    rows = list(found.invitations.all()) if found else []
    return Row(found, rows, user) if found and rows else None


def open_at(provider_id: int, most: int, *, by: User | None = None) -> list[Invitation]:
    """At a CCN, newest first; all of them, or this person's."""
    now = timezone.now()
    rows = rules.with_standing(
        Invitation.objects.filter(provider=provider_id, ended_at=None, expires_at__gt=now)
    ).filter(Q(inviter_belongs=True))
    if by is not None:
        rows = rows.filter(invited_by=by)
    return list(
        rows.select_related("role", "invited_by", "letter", "letter__email").order_by("-pk")[:most]
    )


def declined_by_others(at: AccessRequest, most: int) -> list[Invitation]:
    """Of those that its requester sent since they asked, the newest first."""
    rows = Invitation.objects.filter(
        provider=at.provider_id,
        invited_by=at.requester_id,
        ended_how=How.DECLINED,
        ended_at__gte=at.submitted_at,
    )
    return list(rows.select_related("letter").order_by("-ended_at", "-pk")[:most])


def _read(
    letters: QuerySet[InvitationLetter], invitations: QuerySet[Invitation]
) -> QuerySet[InvitationLetter]:
    rows = rules.with_standing(invitations).select_related(
        "provider", "role", "access_request__requester"
    )
    return (
        letters.select_related("email", "invited_by")
        .defer("email__body_text", "email__body_html")
        .prefetch_related(Prefetch("invitations", queryset=rows.order_by("provider__ccn")))
    )
