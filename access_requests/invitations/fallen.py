"""An invitation whose inviter could not send it any more has ended by itself. Its reader is told
so, and not that somebody took it back; and who decides if they ask on their own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from access_requests import policy
from access_requests.groups.judging import psos_at
from access_requests.invitations import letters, rules, throttle
from access_requests.models import (
    AccessRequest,
    DayEvent,
    Invitation,
    InvitationLetter,
    Role,
    Status,
)
from access_requests.policy import Waiting
from accounts.letter_words import without_links, words_of
from accounts.mail import outbox
from accounts.models import AuditEvent, OutgoingEmail
from accounts.notices import email_to
from providers.models import Provider

_SENT = OutgoingEmail.State.SENT
# The row is marked first, and its line is written a moment later, with others of the same sweep.
_A_MOMENT = timedelta(minutes=5)


def among(rows: Iterable[Invitation]) -> set[int]:
    """Those of these that nobody took back: the sweep ended them, as the audit trail says. One
    query, none where none is marked as withdrawn."""
    ended = [each for each in rows if each.ended_how == Invitation.EndedHow.WITHDRAWN]
    days = [each.ended_at for each in ended if each.ended_at is not None]
    if not days:
        return set()
    lines = AuditEvent.objects.filter(
        type=DayEvent.INVITATION_WITHDRAWN,
        actor=None,
        ccn__in=[each.provider.ccn for each in ended],
        at__gte=min(days),
        at__lte=max(days) + _A_MOMENT,
        details__invitation__in=[each.pk for each in ended],
    )
    return {each["invitation"] for each in lines.values_list("details", flat=True)}


def why(invitation: Invitation) -> str:
    if not invitation.provider.is_open:
        return _("The provider has closed, so nobody can get access there.")
    said = _("%(name)s can no longer invite you there, so the invitation has ended by itself.")
    return said % {"name": invitation.invited_by}


def who_decides(provider: Provider, role: Role, *, has_pso: bool) -> str:
    """Of a request that somebody files there now without an invitation."""
    if not provider.is_open:
        return _("The provider has closed, so nobody can get access there.")
    asked = AccessRequest(provider=provider, role=role, status=Status.PENDING)
    asked.ccn_has_pso = asked.ccn_has_other_pso = has_pso
    match policy.waiting_on(asked):
        case Waiting.CMS:
            return _("CMS decides, because the provider has no PSO.")
        case Waiting.PSOS:
            return _("The provider’s PSOs decide.")
        case _other:
            return _(
                "Nobody can decide until the provider has a PSO. Somebody who works for it can "
                "ask CMS for that role."
            )


def tell_invited(rows: Sequence[Invitation]) -> None:
    """These have just ended. One email to each address that the invitation had left for, unless
    its reader wants none or has had several lately."""
    left = _had_left({each.letter_id for each in rows})
    by_address: dict[str, list[Invitation]] = defaultdict(list)
    for each in rows:
        if each.letter_id in left and each.address:
            by_address[each.address.lower()].append(each)
    if not by_address:
        return
    psos = psos_at({each.provider for found in by_address.values() for each in found})
    still = _still_accepted(left)
    for address, found in sorted(by_address.items()):
        if not throttle.may_tell_of_an_end(address):
            continue
        email = _letter(found, psos, works_elsewhere=any(each.letter_id in still for each in found))
        outbox.store([email])
        throttle.count_told_of_an_end(address)
        # Forgotten with the letter that it is about.
        found[-1].letter.earlier_emails.add(email)


def _had_left(letter_ids: Iterable[int]) -> set[int]:
    sent = InvitationLetter.earlier_emails.through.objects.filter(
        invitationletter=OuterRef("pk"), outgoingemail__state=_SENT
    )
    found = InvitationLetter.objects.filter(Q(email__state=_SENT) | Exists(sent))
    return set(found.filter(pk__in=list(letter_ids)).values_list("pk", flat=True))


def _still_accepted(letter_ids: Iterable[int]) -> set[int]:
    """Those of these letters whose link works for other CCNs."""
    in_time = Invitation.objects.filter(
        letter__in=list(letter_ids), ended_at=None, expires_at__gt=timezone.now()
    )
    standing = rules.with_standing(in_time).filter(Q(inviter_belongs=True))
    return set(standing.values_list("letter", flat=True))


def _letter(
    rows: Sequence[Invitation], psos: Mapping[int, object], *, works_elsewhere: bool
) -> OutgoingEmail:
    lines = [
        {
            "invitation": each,
            "provider": each.provider,
            "inviter": without_links(str(each.invited_by)),
            "who_decides": who_decides(each.provider, each.role, has_pso=each.provider_id in psos),
        }
        for each in rows[: letters.MOST_NAMED]
    ]
    open_ones = [each for each in rows if each.provider.is_open]
    subject, body = words_of(
        "invitations/emails/invitation_ended.txt",
        lines=lines,
        first=lines[0],
        number=len(rows),
        more=len(rows) - len(lines),
        may_ask=bool(open_ones),
        works_elsewhere=works_elsewhere,
    )
    return email_to(
        rows[0].address,
        greeting="",
        subject=subject,
        body=body,
        path=_asking(open_ones),
        about=[letters.sent_by_cms()],
    )


def _asking(rows: Sequence[Invitation]) -> str:
    if not rows:
        return ""
    path = reverse("access_requests:new")
    if len(rows) > 1:
        return path
    return f"{path}?{urlencode({'ccn': rows[0].provider.ccn, 'role': rows[0].role_id})}"
