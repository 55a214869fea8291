"""Tries of a second factor's code, which only somebody with the password can make."""

from __future__ import annotations

from allauth.core import context
from django.core.cache import cache
from django.urls import reverse

from accounts import audit, security_notices, throttle
from accounts.limits import DAY, digest, is_within
from accounts.models import User

# So many wrong codes a day, from browsers that the account was never signed in to before, and
# its owner is told: somebody has the password.
TOLD_AT = 10


class FactorTry:
    """Raises TooManyTries."""

    def __init__(self, person: User) -> None:
        self._person = person
        self._attempt = throttle.start(throttle.FACTOR, person.username, context.request)

    def was_right(self) -> None:
        self._attempt.was_right()

    def was_wrong(self) -> None:
        if self._attempt.is_known:
            return
        name = f"factor-tries:{digest(self._person.username)}"
        is_one_more = is_within(name, [(TOLD_AT - 1, DAY)])
        if not is_one_more and cache.add(f"{name}:told", 1, DAY):
            audit.record("wrong_codes_told", actor=None, person=self._person)
            path = reverse("account_reset_password")
            security_notices.tell(self._person, "wrong_codes", path=path)
