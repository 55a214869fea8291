"""The link in an email about a claim: it says nothing by itself, and nobody can make one up."""

from __future__ import annotations

from datetime import timedelta

from django.core import signing
from django.db.models import Q
from django.urls import reverse

from access_requests.models import ClaimLetter

LASTS = timedelta(days=60)
_SALT = "access_requests.reports.links"


def path_of(letter: ClaimLetter) -> str:
    token = signing.dumps(letter.pk, salt=_SALT)
    return reverse("reports:claim", args=[token])


def letters_of(token: str) -> list[ClaimLetter]:
    """What was told in the email that holds this link; nothing when the link is old, no link of
    ours, or that of somebody who is no contact any more: it all looks the same to whoever tries."""
    try:
        letter_id = signing.loads(token, salt=_SALT, max_age=LASTS)
    except signing.BadSignature:
        return []
    told = ClaimLetter.objects.filter(pk=letter_id).exclude(email=None).values("email")
    letters = ClaimLetter.objects.filter(
        Q(email__in=told), contact__removed_at=None
    ).select_related(
        "contact",
        "access_request__requester",
        "access_request__provider",
        "access_request__role_assignment",
    )
    return list(letters.order_by("pk"))
