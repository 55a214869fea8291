"""What the invited person reads, and what the inviter is told; the words are in
templates/invitations/emails/.

The email to the invited holds no words of the inviter's choosing but their name, and that makes no
link. It is no way to have the portal send anything to anybody.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from access_requests import emails, policy
from access_requests.emails import cms_reviewers
from access_requests.models import (
    AccessRequest,
    Invitation,
    InvitationLetter,
    RoleAssignment,
)
from access_requests.policy import Waiting
from accounts.letter_words import without_links, words_of
from accounts.models import CmsRole, Notice, OutgoingEmail, User
from accounts.notices import Delivery, Message, deliveries, email_to, tell_each

State = OutgoingEmail.State
MOST_NAMED = 20


def invitation(letter: InvitationLetter, rows: Sequence[Invitation], path: str) -> OutgoingEmail:
    """Of one CCN or several to one address. The caller stores it."""
    subject, body = _render(
        "invitation",
        inviter=without_links(str(letter.invited_by)),
        first=rows[0],
        provider=rows[0].provider,
        is_pso=any(each.invited_as == Invitation.InvitedAs.PSO for each in rows),
        **_listed(rows),
    )
    return email_to(
        letter.address,
        greeting="",
        subject=subject,
        body=body,
        template="invitations/emails/letter",
        words={"invitation_link": settings.PUBLIC_URL + path},
        about=[sent_by_cms()],
        decline_url=f"{settings.PUBLIC_URL}{path}#decline",
    )


def sent_by_cms() -> str:
    """To an address that may have no account."""
    return _(
        "The Centers for Medicare & Medicaid Services (CMS) sends this by its iQIES access "
        "portal, since somebody there gave this address. It asks for no password. To make "
        "sure of it, call the number above."
    )


def drop_unsent(email_ids: Iterable[int]) -> None:
    """Of no use any more. One that a worker has in hand just now leaves all the same."""
    waiting = OutgoingEmail.objects.filter(
        pk__in=list(email_ids), state__in=[State.WAITING, State.FAILED]
    ).select_for_update(skip_locked=True, no_key=True)
    OutgoingEmail.objects.filter(pk__in=list(waiting.values_list("pk", flat=True))).update(
        state=State.DROPPED, body_text="", body_html="", list_unsubscribe=""
    )


def drop_unsent_of_ended(letter_ids: Iterable[int]) -> None:
    """Of those letters none of whose invitations is open."""
    open_ones = Invitation.objects.filter(ended_at=None).values("letter")
    ended = InvitationLetter.objects.filter(pk__in=list(letter_ids)).exclude(pk__in=open_ones)
    drop_unsent(ended.values_list("email", flat=True))


def accepted(rows: Sequence[Invitation]) -> None:
    """The inviter who is a PSO gets the request itself; one who waits for a PSO may not read it."""
    waiting = [each for each in rows if each.invited_as == Invitation.InvitedAs.REQUESTER]
    if waiting:
        tell_each([_to_inviter("invitation_accepted", waiting)])


def declined(rows: Sequence[Invitation]) -> None:
    tell_each([_to_inviter("invitation_declined", rows)])


def ended_by_time(rows: Sequence[Invitation]) -> None:
    """One email to each inviter for each letter."""
    by_letter: dict[int, list[Invitation]] = defaultdict(list)
    for each in rows:
        by_letter[each.letter_id].append(each)
    tell_each(_to_inviter("invitation_expired", each) for each in by_letter.values())


def not_delivered(letters: Iterable[InvitationLetter]) -> None:
    messages = []
    for letter in letters:
        subject, body = _render("invitation_not_delivered", letter=letter)
        messages.append(
            Message(
                recipient=letter.invited_by,
                kind="invitation_not_delivered",
                subject=subject,
                body=body,
                path=letter.get_absolute_url(),
            )
        )
    tell_each(messages)


def requests_filed(letter: InvitationLetter, requests: Sequence[AccessRequest]) -> None:
    """Several requests came of one email: one letter to the requester and one to each decider,
    whatever the number of CCNs. The requests are of one person, from with_standing()."""
    requester = requests[0].requester
    context = _listed(requests)
    subject, body = _render("invited_requests_received", requests=requests, **context)
    messages = [
        # A PSO of one of the CCNs reads this subject: it says nothing of how many others there are.
        Message(
            recipient=requester,
            kind="invited_requests_received",
            subject=subject,
            body=body,
            path=reverse("access_requests:list"),
        )
    ]
    for decider, theirs in _deciders_of(requests).items():
        if len(theirs) == 1:
            messages.append(emails.letter("request_to_decide", decider, theirs[0]))
            continue
        subject, body = _render(
            "invited_requests_to_decide",
            person=without_links(str(requester)),
            job_title=without_links(theirs[0].job_title),
            employer=without_links(theirs[0].employer),
            first=theirs[0],
            **_listed(theirs),
        )
        messages.append(
            Message(
                recipient=decider,
                kind="invited_requests_to_decide",
                subject=subject,
                body=body,
                path=reverse("access_requests:queue"),
                may_be_gathered=True,
            )
        )
    notices = tell_each(messages)
    letter.told.add(*(each for each in notices if each.request_id is None))


def told_of(invitation: Invitation, access_request: AccessRequest, viewer: User) -> list[Delivery]:
    """What this person may know of the letters about this request and others at once: their own
    and the requester's; CMS, those to whoever decides it as well."""
    told = Notice.objects.filter(
        pk__in=InvitationLetter.told.through.objects.filter(
            invitationletter=invitation.letter_id
        ).values("notice")
    )
    known = Q(recipient__in=[viewer.pk, access_request.requester_id])
    if viewer.is_cms:
        psos = RoleAssignment.objects.psos().filter(provider=access_request.provider_id)
        known |= Q(recipient__in=psos.values("user")) | Q(recipient__cms_role=CmsRole.REVIEWER)
    return deliveries(told.filter(known))


def _deciders_of(requests: Sequence[AccessRequest]) -> dict[User, list[AccessRequest]]:
    """Who decides which of them now: two queries. They come from with_standing()."""
    found: dict[User, list[AccessRequest]] = defaultdict(list)
    by_psos = {
        each.provider_id: each for each in requests if policy.waiting_on(each) == Waiting.PSOS
    }
    psos = RoleAssignment.objects.active().psos().filter(provider__in=list(by_psos))
    psos = psos.exclude(user=requests[0].requester).select_related("user")
    for assignment in psos.order_by("provider", "pk"):
        found[assignment.user].append(by_psos[assignment.provider_id])
    to_cms = [each for each in requests if policy.waiting_on(each) == Waiting.CMS]
    if to_cms:
        for reviewer in cms_reviewers():
            found[reviewer] += to_cms
    return dict(found)


def _to_inviter(kind: str, rows: Sequence[Invitation]) -> Message:
    """The person invited is not named: the page behind it does that."""
    letter = rows[0].letter
    subject, body = _render(kind, first=rows[0], provider=rows[0].provider, **_listed(rows))
    return Message(
        recipient=letter.invited_by,
        kind=kind,
        subject=subject,
        body=body,
        path=letter.get_absolute_url(),
    )


def _listed(rows: Sequence[Invitation] | Sequence[AccessRequest]) -> dict[str, object]:
    return {
        "role": rows[0].role,
        "number": len(rows),
        "providers": [each.provider for each in rows[:MOST_NAMED]],
        "more": max(0, len(rows) - MOST_NAMED),
    }


def _render(kind: str, **context: object) -> tuple[str, str]:
    return words_of(f"invitations/emails/{kind}.txt", **context)
