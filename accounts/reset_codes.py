"""Codes for a new password: few emails to one mailbox, and nobody kept from asking.

Whoever asks more often than a new code is sent shares the newest one that is on its way to that
mailbox. So a stranger who asks again and again for somebody else's address neither floods the
mailbox nor uses up its owner's chance.
"""

from __future__ import annotations

from typing import Any

from allauth.account.internal.flows.password_reset_by_code import PasswordResetVerificationProcess
from allauth.account.signals import password_reset
from django.core.cache import cache
from django.dispatch import receiver
from django.http import HttpRequest

from accounts import encryption
from accounts.limits import DAY, HOUR, MINUTE, digest, is_within
from accounts.models import User

_NEW_ONES = ((10, DAY), (3, 15 * MINUTE))
# When these are used up.
_STILL = ((1, HOUR),)
# No shorter than the time between two emails.
_SHARED_FOR = HOUR + 5 * MINUTE


def ask(request: HttpRequest, person: User | None, email: str) -> None:
    """Nobody has this address: the same, but for the email."""
    state = PasswordResetVerificationProcess.initial_state(person, email)
    process = PasswordResetVerificationProcess(request, state=state, user=person)
    sent = f"{_key(email)}:sent"
    if is_within(sent, _NEW_ONES) or is_within(sent, _STILL):
        process.send()
        cache.set(_key(email), encryption.encrypt(process.code), _SHARED_FOR)
    elif newest := cache.get(_key(email)):
        process.state["code"] = encryption.decrypt(newest)
    process.persist()


def asked_for(request: HttpRequest) -> str:
    """The address that this browser asked for; empty: none."""
    process = PasswordResetVerificationProcess.resume(request)
    return str(process.state["email"]) if process else ""


@receiver(password_reset)
def _used(user: User, **kwargs: Any) -> None:
    cache.delete(_key(user.email))


def _key(email: str) -> str:
    return f"reset-code:{digest(email.lower())}"
