"""Telling people that something about the safety of their account has changed.

Each change is told once: in the portal, and by email to the address of the account, in the
transaction of the change. What django-allauth would mail about comes here too (its adapter
sends it), so that all of it reads alike: what, when, from which kind of device, and what to do
if it was not you. The words are in templates/account/email/security/, the first line being the
subject.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from allauth.core import context
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from accounts import devices, notices
from accounts.letter_words import words_of
from accounts.mail import outbox
from accounts.models import Notice, OutgoingEmail, User

# What the person did, or somebody in their place: told with the device that it was done from.
BY_THE_PERSON = frozenset(
    {
        "password_changed",
        "password_set",
        "password_reset",
        "email_changed",
        "name_changed",
        "factor_added",
        "factor_removed",
        "recovery_codes_made",
        "recovery_code_used",
        "signed_out_everywhere",
        "harp_linked",
        "harp_unlinked",
        "new_device",
    }
)
# What the Service Center, the system or a stranger does: told with what can be done about it.
BY_CMS = frozenset(
    {
        "wrong_codes",
        "factor_reset_started",
        "factor_reset_soon",
        "factor_reset_stopped",
        "factor_reset_done",
        "unlocked",
        "bounce_cleared",
    }
)
# django-allauth's own notifications, by the prefix of its templates.
OF_ALLAUTH: dict[str, tuple[str, dict[str, Any]]] = {
    "account/email/password_changed": ("password_changed", {}),
    "account/email/password_set": ("password_set", {}),
    "account/email/password_reset": ("password_reset", {}),
    "account/email/email_changed": ("email_changed", {}),
    "mfa/email/totp_activated": ("factor_added", {"factor": "totp"}),
    "mfa/email/totp_deactivated": ("factor_removed", {"factor": "totp"}),
    "mfa/email/webauthn_added": ("factor_added", {"factor": "webauthn"}),
    "mfa/email/webauthn_removed": ("factor_removed", {"factor": "webauthn"}),
    "mfa/email/recovery_codes_generated": ("recovery_codes_made", {}),
    "socialaccount/email/account_connected": ("harp_linked", {}),
    "socialaccount/email/account_disconnected": ("harp_unlinked", {}),
}


def tell(
    person: User, change: str, *, also_to: Iterable[str] = (), path: str = "", **details: Any
) -> Notice:
    """`also_to`: further addresses for the same email, such as the one the account had before.
    `details` are what the words of this change name."""
    subject, body = _words(change, details)
    with transaction.atomic():
        notice = notices.tell(
            recipient=person,
            kind=change,
            subject=subject,
            body=body,
            path=path or reverse("accounts:account"),
        )
        _send_copies(notice, set(also_to) - {person.email})
    return notice


def tell_of_allauth(template_prefix: str, person: User, context: dict[str, Any]) -> None:
    """Raises KeyError for a notification that has no words here (a test looks for new ones)."""
    change, details = OF_ALLAUTH[template_prefix]
    if change == "email_changed":
        details = {"before": context["from_email"], "after": context["to_email"]}
        tell(person, change, also_to=[context["from_email"]], **details)
    else:
        elsewhere = context.get("signed_out_elsewhere", False)
        tell(person, change, **details, signed_out_elsewhere=elsewhere)


def _words(change: str, details: dict[str, Any]) -> tuple[str, str]:
    said = {
        **details,
        "at": timezone.now(),
        "device": _device_of(context.request) if change in BY_THE_PERSON else "",
        "service_center_phone": settings.SERVICE_CENTER_PHONE,
    }
    return words_of(f"account/email/security/{change}.txt", **said)


def _device_of(request: HttpRequest | None) -> str:
    """Empty outside of a request."""
    return "" if request is None else devices.name_of(request.headers.get("User-Agent", ""))


def _send_copies(notice: Notice, addresses: set[str]) -> None:
    email = notice.email
    if email is not None:
        outbox.store(
            [
                OutgoingEmail(
                    to_address=address,
                    subject=email.subject,
                    body_text=email.body_text,
                    body_html=email.body_html,
                    priority=email.priority,
                )
                for address in sorted(addresses)
            ]
        )
