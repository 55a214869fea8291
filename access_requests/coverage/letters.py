from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from urllib.parse import urlencode

from django.urls import reverse

from access_requests.models import PSO
from accounts.letter_words import words_of
from accounts.models import User
from accounts.notices import Message
from providers.models import Provider

MOST_LISTED: Final = 15


def second_pso_sought(sole: User, providers: Sequence[Provider]) -> Message:
    """One letter for all CCNs where this person is the only PSO."""
    subject, body = words_of(
        "coverage/emails/second_pso_sought.txt",
        providers=providers[:MOST_LISTED],
        number=len(providers),
        more=len(providers) - MOST_LISTED if len(providers) > MOST_LISTED else 0,
    )
    return Message(
        recipient=sole,
        kind="second_pso_sought",
        subject=subject,
        body=body,
        path=invite_path(providers[0]) if len(providers) == 1 else reverse("coverage:mine"),
    )


def invite_path(provider: Provider) -> str:
    query = urlencode({"ccn": provider.ccn, "role": PSO})
    return f"{reverse('invitations:new')}?{query}"
