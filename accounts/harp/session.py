"""What a session remembers of a sign-in at HARP, and what it is worth here.

A second factor that HARP says it asked for counts like one shown here, as old as the sign-in at
HARP is. Where HARP does not say when that was, it counts as shown, but never as shown lately.
"""

from __future__ import annotations

import time
from typing import Any

from allauth.account.internal.flows.login import (
    get_authentication_records,
    perform_login,
    record_authentication,
)
from allauth.account.models import Login
from allauth.mfa.stages import AuthenticateStage
from django.conf import settings
from django.http import HttpRequest, HttpResponse

from accounts.harp.client import is_offered
from accounts.harp.identity import Identity
from accounts.models import HarpIdentity, User

_HARP = "harp"


def sign_in(request: HttpRequest, user: User, identity: Identity, next_url: str) -> HttpResponse:
    """Through the stages of every sign-in: the local factor, where HARP has asked for none."""
    record(request, user, identity)
    login = Login(user=user, redirect_url=next_url or None, signal_kwargs={"by": "harp"})
    response: HttpResponse = perform_login(request, login)
    return response


def record(request: HttpRequest, user: User, identity: Identity, *, is_anew: bool = False) -> None:
    """`is_anew`: HARP was told to have the person sign in once more, and did."""
    about: dict[str, Any] = {"at": identity.signed_in_at, "reauthenticated": is_anew or None}
    record_authentication(request, user, "socialaccount", provider=_HARP, **about)
    if identity.has_shown_factor:
        record_authentication(request, user, "mfa", type=_HARP, **about)


def is_by_harp_factor(request: HttpRequest, user: User) -> bool:
    """Whether the latest thing this person has shown is HARP's second factor."""
    records = get_authentication_records(request, user)
    return bool(records) and records[-1].get("type") == _HARP


def has_shown_harp_factor(request: HttpRequest, user: User) -> bool:
    records = get_authentication_records(request, user)
    return any(each.get("type") == _HARP for each in records)


def opens(user: User) -> bool:
    """Whether signing in with HARP opens this account."""
    return is_offered() and HarpIdentity.objects.filter(user=user).exists()


def has_shown_harp_lately(request: HttpRequest, user: User) -> bool:
    since = time.time() - settings.FACTOR_CHANGE_AGE.total_seconds()
    records = get_authentication_records(request, user)
    return any(_is_of_harp(each) and each["at"] >= since for each in records)


def has_proven_account_since(request: HttpRequest, user: User, moment: float) -> bool:
    """Whether they have shown since then what opens the account here: password or passkey."""
    records = get_authentication_records(request, user)
    return any(
        each["method"] in ("password", "mfa")
        and not _is_of_harp(each)
        and moment <= each["at"] <= time.time()
        for each in records
    )


def _is_of_harp(record: dict[str, Any]) -> bool:
    return record.get("provider") == _HARP or record.get("type") == _HARP


class FactorStage(AuthenticateStage):
    """Nobody who has just shown HARP a second factor is asked for another one here."""

    def handle(self) -> tuple[HttpResponse | None, bool]:
        user = self.login.user
        if isinstance(user, User) and is_by_harp_factor(self.request, user):
            return None, True
        return super().handle()
