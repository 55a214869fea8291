"""The inviter's steps: invite, send again, withdraw. Nothing here gives anybody anything.

Locks: the inviter's row, then invitations in the order of their ids. What is said of a person who
is invited never goes into the audit trail: they may have no account, and no say in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from access_requests.invitations import checking, letters, links, rules, throttle
from access_requests.invitations.checking import Wanted
from access_requests.invitations.ending import end
from access_requests.invitations.rules import CannotInvite, Place
from access_requests.models import (
    DayEvent,
    Invitation,
    InvitationLetter,
)
from access_requests.workflow.locks import lock_person
from accounts import audit
from accounts.business_days import is_business_day
from accounts.mail import outbox
from accounts.models import OutgoingEmail, User

How = Invitation.EndedHow


@transaction.atomic
def invite(wanted: Wanted, *, provider_ids: Iterable[int], by: User) -> InvitationLetter:
    """One email, however many CCNs. Raises CannotInvite. The same form sent twice sends one."""
    inviter = lock_person(by.pk)
    sent = InvitationLetter.objects.filter(form_key=wanted.form_key, invited_by=inviter).first()
    if sent is not None:
        return sent
    places = checking.places_for(inviter, set(provider_ids))
    checking.require_possible(wanted, places, by=inviter)
    checking.require_no_other(wanted, places, by=inviter)
    only_waits = all(each.only_psos for each in places)
    throttle.require_room(inviter, only_waits=only_waits)
    if only_waits:
        throttle.require_few_open(inviter)
    throttle.require_wanted(wanted.address, only_waits=only_waits)
    return _write(wanted, places, by=inviter)


@transaction.atomic
def send_again(letter: InvitationLetter, *, by: User) -> InvitationLetter:
    """A new email with a new link; the old one no longer works. What is open gets its time anew."""
    inviter = lock_person(by.pk)
    letter = InvitationLetter.objects.select_for_update(of=("self",), no_key=True).get(
        pk=letter.pk, invited_by=inviter
    )
    rows = list(
        rules.with_standing(letter.invitations.filter(ended_at=None))
        .select_related("provider", "role")
        .select_for_update(of=("self",), no_key=True)
        .order_by("pk")
    )
    standing = [each for each in rows if each.inviter_belongs]
    if not standing:
        raise CannotInvite(_("No invitation in this email is open any more."))
    if said := throttle.why_not_again(letter):
        raise CannotInvite(said)
    is_pso = any(each.invited_as == Invitation.InvitedAs.PSO for each in standing)
    throttle.require_room(inviter, only_waits=not is_pso)
    throttle.require_wanted(letter.address, only_waits=not is_pso)
    days = max((each.last_day - timezone.localdate(each.created_at)).days for each in standing)
    expires_at = expiry_of(min(days, 30))
    Invitation.objects.filter(pk__in=[each.pk for each in standing]).update(expires_at=expires_at)
    for each in standing:
        each.expires_at = expires_at
    letters.drop_unsent([letter.email_id])
    token = links.new_token()
    letter.earlier_emails.add(letter.email_id)
    letter.email = _owe(letter, standing, token)
    letter.token_digest = links.digest_of(token)
    letter.email_holds_link, letter.told_undelivered_at = True, None
    letter.written_at, letter.times_written = timezone.now(), letter.times_written + 1
    letter.save()
    _record(DayEvent.INVITED, standing, by=inviter, again=True)
    return letter


@transaction.atomic
def withdraw(invitation_ids: Iterable[int], *, by: User) -> int:
    """Those of them that are open and that this person may withdraw: their own, and any at CCNs
    where they are PSO. How many it were."""
    open_ones = rules.visible(by).filter(pk__in=list(invitation_ids), ended_at=None)
    rows = list(
        open_ones.select_related("provider")
        .select_for_update(of=("self",), no_key=True)
        .order_by("pk")
    )
    end(rows, How.WITHDRAWN, by=by)
    letters.drop_unsent_of_ended({each.letter_id for each in rows})
    return len(rows)


def expiry_of(days: int, now: datetime | None = None) -> datetime:
    """The end of the last day, which is a business day: nobody loses a link over a weekend."""
    last = timezone.localdate(now or timezone.now()) + timedelta(days=days)
    while not is_business_day(last):
        last += timedelta(days=1)
    return timezone.make_aware(datetime.combine(last + timedelta(days=1), time.min))


def _write(wanted: Wanted, places: Sequence[Place], *, by: User) -> InvitationLetter:
    now, token = timezone.now(), links.new_token()
    letter = InvitationLetter(
        form_key=wanted.form_key,
        invited_by=by,
        address=wanted.address,
        name=wanted.name,
        token_digest=links.digest_of(token),
        written_at=now,
    )
    rows = [
        Invitation(
            letter=letter,
            provider=each.provider,
            role=wanted.role,
            affiliation=wanted.affiliation,
            ends_on=wanted.ends_on,
            address=wanted.address,
            invited_by=by,
            invited_as=each.invited_as,
            created_at=now,
            expires_at=expiry_of(wanted.days, now),
        )
        for each in places
    ]
    letter.email = _owe(letter, rows, token)
    letter.save(force_insert=True)
    Invitation.objects.bulk_create(rows)
    _record(DayEvent.INVITED, rows, by=by, again=False)
    return letter


def _owe(letter: InvitationLetter, rows: Sequence[Invitation], token: str) -> OutgoingEmail:
    email = letters.invitation(letter, rows, links.path_of(token))
    outbox.store([email])
    return email


def _record(event: DayEvent, rows: Sequence[Invitation], *, by: User, again: bool) -> None:
    audit.record_many(
        audit.Line(
            type=event,
            actor=by,
            ccn=each.provider.ccn,
            details={
                "invitation": each.pk,
                "role": each.role_id,
                "affiliation": each.affiliation,
                "again": again,
            },
        )
        for each in rows
    )
