"""The invited person's steps: accept and decline.

Accepting files requests, in one transaction with what everybody is told. Locks: the person, the
providers and then the invitations, both in the order of their ids. Each CCN is judged like any
request; one that cannot be asked for stays open and is named.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from access_requests import emails, policy, workflow
from access_requests.invitations import letters, opting_out, rules
from access_requests.invitations.ending import How, end
from access_requests.models import AccessRequest, Affiliation, Invitation, InvitationLetter
from access_requests.statement import NotEligible, Statement
from access_requests.workflow.locks import lock_person
from accounts.models import User
from providers.models import Provider

_ACCEPTED: Final = ["ended_at", "ended_how", "accepted_by", "accepted_elsewhere"]


@dataclass(frozen=True)
class Outcome:
    """`refusal` is empty where a request was filed; `field` is what the refusal is about."""

    invitation: Invitation
    request: AccessRequest | None = None
    refusal: str = ""
    field: str = ""


@dataclass(frozen=True, kw_only=True)
class Said:
    """What the person states; how they belong there, the invitation says."""

    statement: Statement
    legal_name: str = ""
    keep_in_profile: bool = False


@transaction.atomic
def accept(
    letter: InvitationLetter, invitation_ids: Iterable[int], said: Said, *, by: User
) -> list[Outcome]:
    """One outcome for each of these of the letter's invitations, in the order of their CCNs."""
    person = lock_person(by.pk)
    ids = list(invitation_ids)
    chosen = Invitation.objects.filter(letter=letter, pk__in=ids)
    list(
        Provider.objects.select_for_update(no_key=True)
        .filter(pk__in=chosen.values("provider"))
        .order_by("pk")
    )
    rows = list(
        rules.with_standing(chosen)
        .select_related("provider", "role", "letter__invited_by")
        .select_for_update(of=("self",), no_key=True)
        .order_by("pk")
    )
    rows.sort(key=lambda each: each.provider.ccn)
    outcomes = [_file(each, said, by=person, is_alone=len(rows) == 1) for each in rows]
    filed = {each.invitation.pk: each.request for each in outcomes if each.request is not None}
    done = [each.invitation for each in outcomes if each.request is not None]
    end(done, How.ACCEPTED, by=person, requests={key: asked.pk for key, asked in filed.items()})
    if filed and len(rows) > 1:
        _tell(letter, _with_standing(list(filed.values()), person))
    if done:
        letters.accepted(done)
    return outcomes


@transaction.atomic
def decline(letter: InvitationLetter, *, by: User | None, wants_no_more: bool = False) -> int:
    """All of the letter's invitations that are open. Whoever has the link may: it gives nothing,
    and takes nothing from anybody."""
    if wants_no_more:
        opting_out.opt_out(letter, by=by)
    rows = list(
        letter.invitations.filter(ended_at=None)
        .select_related("provider", "role", "letter__invited_by")
        .select_for_update(of=("self",), no_key=True)
        .order_by("pk")
    )
    if rows:
        end(rows, How.DECLINED, by=by)
        letters.declined(rows)
    return len(rows)


def _file(invitation: Invitation, said: Said, *, by: User, is_alone: bool) -> Outcome:
    refusal = rules.why_not_open(invitation)
    if refusal:
        return Outcome(invitation, refusal=refusal)
    if invitation.letter.invited_by_id == by.pk:
        return Outcome(invitation, refusal=_("This is your own invitation."))
    try:
        # Undone by itself when the rules refuse: the database asks that an invitation is accepted
        # before a request names it.
        with transaction.atomic():
            _mark_accepted(invitation, by=by)
            filed = workflow.submit(
                requester=by,
                provider=invitation.provider,
                role=invitation.role,
                statement=_statement(invitation, said.statement),
                legal_name=said.legal_name,
                keep_in_profile=said.keep_in_profile,
                invitation=invitation,
                with_letters=is_alone,
            )
    except NotEligible as refused:
        invitation.refresh_from_db(fields=_ACCEPTED)
        return Outcome(invitation, refusal=str(refused), field=refused.field)
    return Outcome(invitation, filed)


def _tell(letter: InvitationLetter, filed: Sequence[AccessRequest]) -> None:
    if len(filed) == 1:
        emails.request_submitted(filed[0])
    else:
        letters.requests_filed(letter, filed)


def _mark_accepted(invitation: Invitation, *, by: User) -> None:
    invitation.ended_at, invitation.ended_how = timezone.now(), How.ACCEPTED
    invitation.accepted_by = by
    # Decided now: who accepted may change their address later, as the rules may ask of them.
    invitation.accepted_elsewhere = invitation.address.lower() != by.email.lower()
    invitation.save(update_fields=_ACCEPTED)


def _statement(invitation: Invitation, said: Statement) -> Statement:
    """The administrator is named to CMS alone, with a PSO request."""
    if not invitation.role.is_pso:
        said = replace(said, administrator_name="", administrator_contact="")
    return replace(said, affiliation=Affiliation(invitation.affiliation))


def _with_standing(filed: Sequence[AccessRequest], person: User) -> list[AccessRequest]:
    rows = AccessRequest.objects.filter(pk__in=[each.pk for each in filed])
    found = policy.with_standing(rows, person)
    return list(found.select_related("requester", "provider", "role").order_by("provider__ccn"))
