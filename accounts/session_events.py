"""What a sign-in and a new password mean for sessions. In the transaction of the step."""

from __future__ import annotations

from typing import Any

from allauth.account import signals
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest

from accounts import kept_forms, sessions
from accounts.models import User


@receiver(signals.password_changed)
@receiver(signals.password_set)
def _sign_out_elsewhere(request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Their sessions would no longer be believed; gone, they are not shown as running either."""
    sessions.end_sessions(user, keep=request.session.session_key)


@receiver(signals.password_reset)
def _sign_out_everywhere(user: User, **kwargs: Any) -> None:
    sessions.end_sessions(user)


# Django's own signal: however they have signed in.
@receiver(user_logged_in)
def _tell_what_is_kept(request: HttpRequest, user: User, **kwargs: Any) -> None:
    kept_forms.tell_session(request, user.pk)
