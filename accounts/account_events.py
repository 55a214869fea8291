"""What people do with their accounts, as lines of the audit trail.

django-allauth says it by its signals; the lines are written in the transaction of the step
(accounts/allauth_urls.py sees to it).
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from allauth.account import signals
from django.conf import settings
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from accounts import audit, bounces, devices, security_notices
from accounts.models import AuditEvent, User

DEVICE_IS_KNOWN_FOR = timedelta(days=90)


@receiver(signals.user_signed_up)
def _account_created(user: User, by: str = "", **kwargs: Any) -> None:
    _record("account_created", user, **_way(by))
    # Somebody else's email may have come back from there, once.
    bounces.clear(user.email, by=user, person=user)


@receiver(signals.user_logged_in)
def _signed_in(request: HttpRequest, user: User, by: str = "", **kwargs: Any) -> None:
    device = devices.name_of(request.headers.get("User-Agent", ""))
    if _is_new_for(user, device):
        security_notices.tell(user, "new_device")
    _record("signed_in", user, device=device, **_way(by))


def _is_new_for(user: User, device: str) -> bool:
    """A kind of device that the person, who has used another, has not used lately. The people of
    the demonstration are everybody's, and nobody wonders."""
    if not device or user.username in settings.PEOPLE_WITHOUT_FACTOR:
        return False
    lately = AuditEvent.objects.filter(
        person=user, type="signed_in", at__gte=timezone.now() - DEVICE_IS_KNOWN_FOR
    )
    used = set(lately.order_by().values_list("details__device", flat=True).distinct()) - {None, ""}
    return bool(used) and device not in used


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
