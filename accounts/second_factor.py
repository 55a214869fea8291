"""The second factor (rule 6): who must have one, and whether this session has shown it lately."""

from __future__ import annotations

import time
from datetime import timedelta

from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from allauth.core.exceptions import ImmediateHttpResponse, ReauthenticationRequired
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest
from django.utils.module_loading import import_string

from accounts import after_set_up
from accounts.harp.session import has_shown_harp_factor
from accounts.http import person_of
from accounts.models import User

FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def is_required_of(user: User) -> bool:
    """Whoever decides anything, CMS's people and administrators, and in production everyone."""
    if user.username in settings.PEOPLE_WITHOUT_FACTOR:
        return False
    return settings.SECOND_FACTOR_FOR == "everyone" or decides(user)


def decides(user: User) -> bool:
    if user.is_cms or user.is_staff:
        return True
    return any(import_string(path)(user) for path in settings.DECIDER_CHECKS)


def has_factor(user: User) -> bool:
    """A factor proper: recovery codes alone are none."""
    return Authenticator.objects.filter(user=user, type__in=FACTORS).exists()


def age_in_session(request: HttpRequest) -> timedelta | None:
    """How long ago this session last showed a second factor; None: never.

    A recovery code counts: it stands in for the factor, once, and its owner is led to a new one.
    """
    records = get_authentication_records(request, person_of(request))
    shown = [each["at"] for each in records if each["method"] == "mfa"]
    return timedelta(seconds=time.time() - max(shown)) if shown else None


def record_shown(request: HttpRequest, authenticator: Authenticator) -> None:
    """Whoever has just set a factor up has shown it by doing so."""
    record_authentication(
        request,
        person_of(request),
        "mfa",
        id=authenticator.pk,
        type=authenticator.type,
        reauthenticated=True,
    )


def require_fresh(request: HttpRequest) -> None:
    """Before deciding and revoking: have the factor shown again when the last is too old.

    Raises ReauthenticationRequired: the step is kept, and taken once the factor was shown.
    Whoever must have a factor and has none any more is led to setting one up instead.
    Nothing is asked of people who neither have nor need a factor.
    """
    age = age_in_session(request)
    if age is not None and age <= settings.FRESH_FACTOR_AGE:
        return
    user = person_of(request)
    if has_factor(user) or has_shown_harp_factor(request, user):
        raise ReauthenticationRequired
    if is_required_of(user):
        raise ImmediateHttpResponse(after_set_up.lead_there(request))
