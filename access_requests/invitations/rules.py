"""Who may invite, where and to what; and whether an invitation still stands.

A PSO invites to their CCNs, to any role. Whoever waits there for a PSO who can decide invites a
colleague to become it, and to nothing else. An invitation gives nothing: what it leads to is a
request like any other. It stands as long as its inviter could send it again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from access_requests import policy
from access_requests.models import AccessRequest, Affiliation, Invitation, RoleAssignment
from access_requests.policy import Waiting
from accounts.models import User
from providers.models import Provider

_WAITS_FOR_A_PSO = {Waiting.FIRST_PSO, Waiting.SECOND_PSO}


class CannotInvite(Exception):
    """The sentence is for whoever wanted to invite, beside the field that it is about."""

    def __init__(self, sentence: str, *, field: str = "") -> None:
        super().__init__(str(sentence))
        self.field = field


@dataclass(frozen=True)
class Place:
    """A CCN to which a person may invite, and in which standing."""

    provider: Provider
    invited_as: Invitation.InvitedAs
    # Whoever waits there as a vendor's person: nobody of their company can be PSO.
    as_vendor: bool = False

    @property
    def only_psos(self) -> bool:
        return self.invited_as == Invitation.InvitedAs.REQUESTER


def places_of(user: User) -> list[Place]:
    """Every CCN to which they may invite now, by name. Two queries."""
    if user.is_cms or not user.is_active:
        return []
    held = RoleAssignment.objects.active().psos().filter(user=user, provider__closed_on=None)
    asked = AccessRequest.objects.open().filter(requester=user, provider__closed_on=None)
    waiting = [
        each
        for each in policy.with_standing(asked, user).select_related("provider")
        if lets_invite(each)
    ]
    places = {
        each.provider_id: Place(
            each.provider,
            Invitation.InvitedAs.REQUESTER,
            as_vendor=each.affiliation == Affiliation.VENDOR,
        )
        for each in waiting
    }
    for each in held.select_related("provider"):
        places[each.provider_id] = Place(each.provider, Invitation.InvitedAs.PSO)
    return sorted(places.values(), key=lambda each: (each.provider.name, each.provider.ccn))


def lets_invite(access_request: AccessRequest) -> bool:
    """Whether its requester may invite somebody to become PSO. From policy.with_standing()."""
    return policy.waiting_on(access_request) in _WAITS_FOR_A_PSO


def with_standing(invitations: QuerySet[Invitation]) -> QuerySet[Invitation]:
    """Read beside each whether its inviter still belongs there."""
    psos = (
        RoleAssignment.objects.active()
        .psos()
        .filter(provider=OuterRef("provider"), user=OuterRef("invited_by"))
    )
    cases = AccessRequest.objects.open_or_held().filter(
        provider=OuterRef("provider"), requester=OuterRef("invited_by")
    )
    belongs = Q(Exists(psos), invited_as=Invitation.InvitedAs.PSO) | Q(
        Exists(cases), invited_as=Invitation.InvitedAs.REQUESTER
    )
    return invitations.annotate(
        **{"inviter_belongs": belongs & Q(invited_by__is_active=True, provider__closed_on=None)}
    )


def why_not_open(invitation: Invitation, now: datetime | None = None) -> str:
    """Why it can no longer be accepted, for its reader; empty: it can. From with_standing()."""
    if invitation.ended_how == Invitation.EndedHow.ACCEPTED:
        return _("This invitation was already used.")
    if invitation.ended_how == Invitation.EndedHow.DECLINED:
        return _("This invitation was declined.")
    if invitation.ended_how == Invitation.EndedHow.WITHDRAWN:
        return _("This invitation was withdrawn.")
    if not invitation.is_open or invitation.expires_at <= (now or timezone.now()):
        return _("This invitation has expired.")
    if not invitation.inviter_belongs:
        return _("Whoever sent this invitation can no longer invite you there.")
    return ""


def visible(user: User) -> QuerySet[Invitation]:
    """Whose invitations a person may read: their own, and all at CCNs where they are PSO."""
    psos = RoleAssignment.objects.active().psos().filter(provider=OuterRef("provider"), user=user)
    return Invitation.objects.filter(Q(invited_by=user) | Exists(psos))


def fallen() -> QuerySet[Invitation]:
    """Open ones whose inviter could not send them any more."""
    return with_standing(Invitation.objects.filter(ended_at=None)).filter(Q(inviter_belongs=False))


def expired(now: datetime) -> QuerySet[Invitation]:
    return Invitation.objects.filter(ended_at=None, expires_at__lte=now)


def open_to(
    address: str, provider_ids: Iterable[int], role_id: str, by: User
) -> QuerySet[Invitation]:
    """Open ones to this address: those that a fellow PSO sent count as well, since each PSO may
    read them. Those of others who wait there do not: they are none of this person's business."""
    now = timezone.now()
    return (
        with_standing(Invitation.objects.filter(ended_at=None, expires_at__gt=now))
        .filter(
            Q(invited_by=by) | Q(invited_as=Invitation.InvitedAs.PSO, inviter_belongs=True),
            provider__in=list(provider_ids),
            role=role_id,
            address__iexact=address,
        )
        .annotate(inviter_name=F("invited_by__full_name"))
    )


def may_read_requests_of(user: User, invitations: Iterable[Invitation]) -> dict[int, AccessRequest]:
    """The requests that came of them, by invitation, as far as this person may open them. Who
    invited while waiting for a PSO may not read what their colleague asks."""
    ids = [each.pk for each in invitations]
    asked = policy.visible_requests(user).filter(invitation__in=ids)
    return {
        each.invitation_id: each
        for each in asked.select_related("requester")
        if each.invitation_id is not None
    }


def is_invited(address: str) -> bool:
    """Whether an address without an account is known to the portal, so that its bounces count."""
    return Invitation.objects.filter(ended_at=None, address__iexact=address).exists()
