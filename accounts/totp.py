"""Codes of an authenticator app, each good once.

django-allauth remembers a used code in the cache for 30 seconds; with a tolerance of one step it
is good for 90, and the cache may be away. Here the newest step that was used stands beside the
secret, and is compared under a lock.
"""

from __future__ import annotations

from enum import Enum

from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from allauth.mfa.utils import decrypt
from django.db import transaction


class Answer(Enum):
    TAKEN = "taken"
    USED = "used"
    WRONG = "wrong"


def step_of(secret: str, code: str) -> int | None:
    """Which time step's code this is, of those that are good now."""
    for step in yield_hotp_counters_from_time():
        if compare_user_code(actual=code, expected=format_hotp_value(hotp_value(secret, step))):
            return int(step)
    return None


@transaction.atomic
def take(authenticator: Authenticator, code: str) -> Answer:
    """Use the code up. Of two people who type the same code at once, one gets in."""
    locked = Authenticator.objects.select_for_update().get(pk=authenticator.pk)
    step = step_of(decrypt(locked.data["secret"]), code)
    if step is None:
        return Answer.WRONG
    if step <= locked.data.get("last_step", 0):
        return Answer.USED
    locked.data["last_step"] = step
    locked.save(update_fields=["data"])
    return Answer.TAKEN
