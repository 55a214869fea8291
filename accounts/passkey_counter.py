"""How often a passkey says it was used: one that says less than before may be a copy."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal.auth import parse_authentication_response
from django.db import transaction

_LAST = "sign_count"


def count_in(answer: Any) -> int:
    """Raises whatever an answer raises that cannot be read."""
    return int(parse_authentication_response(answer).response.authenticator_data.counter)


def take(passkey: Authenticator, count: int) -> bool:
    """Whether it is more than the last time. Passkeys that wander between a person's devices do
    not count, and always say 0."""
    with transaction.atomic():
        row = Authenticator.objects.select_for_update(no_key=True).get(pk=passkey.pk)
        last = row.data.get(_LAST)
        if last is None:
            last = row.wrap().authenticator_data.counter
        if count <= last and (count or last):
            return False
        row.data[_LAST] = count
        row.save(update_fields=["data"])
    return True
