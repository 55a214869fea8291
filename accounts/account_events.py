"""What people do with their accounts, as lines of the audit trail.

django-allauth says it by its signals; the lines are written in the transaction of the step
(accounts/allauth_urls.py sees to it).
"""

from __future__ import annotations

from typing import Any

from allauth.account import signals
from django.dispatch import receiver

from accounts import audit, bounces
from accounts.models import User


@receiver(signals.user_signed_up)
def _account_created(user: User, by: str = "", **kwargs: Any) -> None:
    _record("account_created", user, **_way(by))
    # Somebody else's email may have come back from there, once.
    bounces.clear(user.email, by=user, person=user)


@receiver(signals.user_logged_in)
def _signed_in(user: User, by: str = "", **kwargs: Any) -> None:
    _record("signed_in", user, **_way(by))


@receiver(signals.email_confirmed)
def _email_verified(email_address: Any, **kwargs: Any) -> None:
    _record("email_verified", email_address.user)
    # A code has arrived there.
    bounces.clear(email_address.email, by=email_address.user, person=email_address.user)


@receiver(signals.email_changed)
def _email_changed(
    user: User, from_email_address: Any, to_email_address: Any, **kwargs: Any
) -> None:
    # At the first verification there is no address that it could have changed from.
    if from_email_address is not None:
        details = {"before": from_email_address.email, "after": to_email_address.email}
        _record("email_changed", user, **details)


@receiver(signals.password_changed)
@receiver(signals.password_set)
def _password_changed(user: User, **kwargs: Any) -> None:
    _record("password_changed", user)


@receiver(signals.password_reset)
def _password_reset(user: User, **kwargs: Any) -> None:
    _record("password_reset", user)


def _way(by: str) -> dict[str, str]:
    """By HARP, if not with what the portal itself keeps."""
    return {"by": by} if by else {}


def _record(type_: str, user: User, **details: Any) -> None:
    audit.record(type_, actor=user, person=user, details=details)
