"""The link in an invitation. It is made of chance alone, and the database keeps its digest: whoever
reads the table cannot open one."""

from __future__ import annotations

import hashlib
import secrets

from django.urls import reverse

from access_requests.models import InvitationLetter

_BYTES = 32


def new_token() -> str:
    return secrets.token_urlsafe(_BYTES)


def digest_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def path_of(token: str) -> str:
    return reverse("invitations:open", args=[token])


def letter_behind(token: str) -> InvitationLetter | None:
    """None for a link made up, and for that of an email which a newer one has replaced."""
    found = InvitationLetter.objects.filter(token_digest=digest_of(token))
    return found.select_related("invited_by").first()
