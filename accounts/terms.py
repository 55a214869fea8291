"""The terms of use: who has accepted which version. Each person accepts each version once."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from accounts import audit
from accounts.models import TermsAcceptance, User

# The version that whoever is signed in has accepted, so that their next pages need not ask.
SESSION_KEY = "terms_accepted"


def has_accepted(user: User) -> bool:
    return acceptance_of(user) is not None


def acceptance_of(user: User) -> TermsAcceptance | None:
    """Of the terms as they are now."""
    return TermsAcceptance.objects.filter(user=user, version=settings.TERMS_VERSION).first()


def accept(user: User, *, version: str = "") -> None:
    """In the caller's transaction. version: the one that was shown, if not today's."""
    version = version or settings.TERMS_VERSION
    _, is_new = TermsAcceptance.objects.get_or_create(
        user=user, version=version, defaults={"accepted_at": timezone.now()}
    )
    if is_new:
        audit.record("terms_accepted", actor=user, person=user, details={"version": version})


def remember(request: HttpRequest, version: str) -> None:
    request.session[SESSION_KEY] = version
