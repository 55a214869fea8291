"""Secrets that must be readable again (factor secrets, sessions, unsent codes), kept encrypted.

The keys stand in settings.ENCRYPTION_KEYS, never in the database. The first one encrypts; the
others still decrypt, so that a key is replaced by putting a new one in front and running
`reencrypt_secrets`.
"""

from __future__ import annotations

import base64
import hashlib
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


class Undecipherable(Exception):
    """Made with a key that is not in the settings, or tampered with."""


def encrypt(text: str) -> str:
    return _keys(tuple(settings.ENCRYPTION_KEYS)).encrypt(text.encode()).decode()


def decrypt(token: str) -> str:
    """Raises Undecipherable."""
    try:
        return _keys(tuple(settings.ENCRYPTION_KEYS)).decrypt(token.encode()).decode()
    except InvalidToken as error:
        raise Undecipherable from error


def with_newest_key(token: str) -> str:
    """The same secret, encrypted by the first key. Raises Undecipherable."""
    try:
        return _keys(tuple(settings.ENCRYPTION_KEYS)).rotate(token.encode()).decode()
    except InvalidToken as error:
        raise Undecipherable from error


def is_by_newest_key(token: str) -> bool:
    """Raises Undecipherable."""
    try:
        _keys(tuple(settings.ENCRYPTION_KEYS[:1])).decrypt(token.encode())
    except InvalidToken:
        decrypt(token)
        return False
    return True


@lru_cache(maxsize=8)
def _keys(keys: tuple[str, ...]) -> MultiFernet:
    # Fernet: AES-128-CBC and HMAC-SHA256, both approved for federal use. A key in the settings
    # is any long random text; what Fernet wants is made of it.
    return MultiFernet(
        Fernet(base64.urlsafe_b64encode(hashlib.sha256(key.encode()).digest())) for key in keys
    )
