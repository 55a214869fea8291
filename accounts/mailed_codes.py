"""Codes that are sent by email: few to one mailbox, and nobody kept from asking.

Whoever asks more often than a new code is sent shares the newest one that is on its way to that
mailbox. So a stranger who asks again and again for somebody else's address neither floods the
mailbox nor uses up its owner's chance. What the code opens stays in each one's own session: the
mailbox says who they are, and each types it into their own browser.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.core.cache import cache

from accounts import encryption
from accounts.limits import HOUR, MINUTE, Limit, digest, is_within

# When all others are used up.
_STILL = ((1, HOUR),)
# No shorter than the time between two emails.
_SHARED_FOR = HOUR + 5 * MINUTE


@dataclass(frozen=True)
class MailedCodes:
    """Codes of one kind."""

    name: str
    new_ones: tuple[Limit, ...]

    def may_send(self, email: str) -> bool:
        """Counts this one, if so."""
        sent = f"{self._key(email)}:sent"
        return is_within(sent, self.new_ones) or is_within(sent, _STILL)

    def keep(self, email: str, code: str) -> None:
        cache.set(self._key(email), encryption.encrypt(code), _SHARED_FOR)

    def newest(self, email: str) -> str:
        """Empty: none is on its way."""
        kept = cache.get(self._key(email))
        return encryption.decrypt(kept) if kept else ""

    def forget(self, email: str) -> None:
        cache.delete(self._key(email))

    def _key(self, email: str) -> str:
        return f"{self.name}:{digest(email.lower())}"
