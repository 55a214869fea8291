"""A mailbox alone opens no account that HARP opens.

By a code for a new password it would: whoever reads somebody's email could choose a first password
for an account that has none, and then a first second factor. Its owner is told of HARP instead.
"""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from allauth.core.internal import ratelimit
from django.http import HttpRequest

from accounts.harp.session import opens
from accounts.models import User


def has_no_password_to_reset(user: User) -> bool:
    """People whom CMS made choose their first password by such a code; HARP's do not."""
    return not user.has_usable_password() and opens(user)


def remind(request: HttpRequest, user: User, email: str) -> None:
    may_send = ratelimit.consume(
        request, app="allauth.account", action="harp_reminder", key=email, limit_get=True
    )
    if may_send:
        context = {"user_id": user.harp_identity.name_at_harp}
        get_adapter().send_mail("account/email/sign_in_with_harp", email, context)
