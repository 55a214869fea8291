"""Which account here belongs to somebody who has signed in at HARP: found, made, connected.

An account that was made here is never connected because a User ID or an address is the same, only
after its owner has proven to be both: at HARP, and here.
"""

from __future__ import annotations

from allauth.account.internal.flows.signup import complete_signup
from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from accounts import audit, second_factor, security_notices, user_id
from accounts.harp import session
from accounts.harp.client import issuer
from accounts.harp.identity import Identity
from accounts.models import HarpIdentity, IdentityProofing, User, UserIdFlag

TOLD_APART = "@harp"


class IsConnected(Exception):
    """One of the two is connected already, and not with the other."""


class OnlyWayIn(Exception):
    """Without HARP nobody could sign in to this account any more."""


def account_of(identity: Identity) -> User | None:
    return User.objects.filter(
        harp_identity__issuer=issuer(), harp_identity__subject=identity.subject
    ).first()


def is_taken(harp_user_id: str) -> bool:
    return User.objects.filter(username=harp_user_id).exists()


def has_account(email: str) -> bool:
    """Asked only about an address that is proven to be the person's own."""
    return EmailAddress.objects.filter(email=email, verified=True).exists()


def sign_in(request: HttpRequest, user: User, identity: Identity, next_url: str) -> HttpResponse:
    with transaction.atomic():
        _note_visit(user, identity)
        return session.sign_in(request, user, identity, next_url)


def make_account(
    request: HttpRequest, identity: Identity, *, email: str, is_told_apart: bool, next_url: str
) -> HttpResponse:
    """An account with the HARP User ID as it is, and signed in with it.

    `email` is proven. Raises IntegrityError where somebody was faster by a moment.
    """
    with transaction.atomic():
        user = _made(identity, email, is_told_apart)
        session.record(request, user, identity)
        response: HttpResponse = complete_signup(
            request, user=user, redirect_url=next_url or None, signal_kwargs={"by": "harp"}
        )
    return response


def connect(user: User, identity: Identity) -> None:
    """The person has proven to be both. Raises IsConnected, and then nothing has changed."""
    connected = HarpIdentity.objects.filter(user=user).first()
    if connected and (connected.issuer, connected.subject) == (issuer(), identity.subject):
        return
    try:
        with transaction.atomic():
            _attach(user, identity)
            details = {"user_id_at_harp": identity.user_id}
            audit.record("harp_connected", actor=user, person=user, details=details)
            security_notices.tell(user, "harp_linked")
    except IntegrityError as error:
        raise IsConnected from error


def disconnect(user: User) -> None:
    """Raises OnlyWayIn. Whoever must have a second factor must have one here."""
    with transaction.atomic():
        locked = User.objects.select_for_update(no_key=True).get(pk=user.pk)
        identity = HarpIdentity.objects.filter(user=locked).first()
        if identity is None:
            return
        if not may_disconnect(locked):
            raise OnlyWayIn
        details = {"user_id_at_harp": identity.name_at_harp}
        identity.delete()
        audit.record("harp_disconnected", actor=user, person=user, details=details)
        security_notices.tell(user, "harp_unlinked")


def may_disconnect(user: User) -> bool:
    needs_factor = second_factor.is_required_of(user) and not second_factor.has_factor(user)
    return user.has_usable_password() and not needs_factor


def _made(identity: Identity, email: str, is_told_apart: bool) -> User:
    name, flags = identity.user_id, user_id.flags(identity.user_id)
    while is_told_apart and is_taken(name):
        name += TOLD_APART
    if name != identity.user_id:
        flags.append(UserIdFlag.TAKEN_HERE)
    user = User(
        username=name,
        email=email,
        full_name=identity.full_name,
        phone=identity.phone,
        user_id_flags=flags,
    )
    user.set_unusable_password()
    user.save()
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    _attach(user, identity)
    return user


def _attach(user: User, identity: Identity) -> None:
    now = timezone.now()
    HarpIdentity.objects.create(
        user=user,
        issuer=issuer(),
        subject=identity.subject,
        name_at_harp=identity.user_id,
        connected_at=now,
        signed_in_at=now,
    )
    _take_over_proofing(user, identity)


def _note_visit(user: User, identity: Identity) -> None:
    HarpIdentity.objects.filter(user=user).update(
        signed_in_at=timezone.now(), name_at_harp=identity.user_id
    )
    _take_over_proofing(user, identity)


def _take_over_proofing(user: User, identity: Identity) -> None:
    if identity.is_proofed and user.identity_proofing != IdentityProofing.HARP:
        user.identity_proofing = IdentityProofing.HARP
        user.save(update_fields=["identity_proofing"])
        audit.record("identity_proofed", actor=None, person=user, details={"by": "harp"})
