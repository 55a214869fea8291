"""How passwords are kept: Argon2id at OWASP's minimum, or PBKDF2 where FIPS rules.

The same password typed on another keyboard may arrive in other code points; it is brought into
one form (NFKC) before it is hashed, as NIST SP 800-63B advises.
"""

from __future__ import annotations

import base64
import unicodedata

from argon2 import Parameters, Type
from django.contrib.auth.hashers import Argon2PasswordHasher, PBKDF2PasswordHasher
from django.utils.crypto import constant_time_compare
from nacl.bindings import crypto_pwhash_alg, crypto_pwhash_ALG_ARGON2ID13

_ARGON2_VERSION = 19
_SALT_LENGTH = 16


class Argon2id(Argon2PasswordHasher):
    """Computed by libsodium, which takes two thirds of the time of the library Django uses."""

    # One of the five settings that OWASP's minimum consists of and calls equal. That of 19 MiB and
    # two rounds takes 4 ms more, nearly all of it for the system to hand out the memory.
    memory_cost = 12 * 1024
    time_cost = 3
    parallelism = 1
    # Makes salts of 16 characters, which is what libsodium wants.
    salt_entropy = 95

    def encode(self, password: str, salt: str) -> str:
        params = self.params()
        made = _argon2id(password, salt, params)
        head = f"m={params.memory_cost},t={params.time_cost},p={params.parallelism}"
        parts = ["argon2id", f"v={params.version}", head, _b64(salt.encode("latin-1")), _b64(made)]
        return f"{self.algorithm}${'$'.join(parts)}"

    def verify(self, password: str, encoded: str) -> bool:
        decoded = self.decode(encoded)
        params, salt = decoded["params"], decoded["salt"]
        if not _libsodium_can(params, salt):
            return bool(super().verify(normalized(password), encoded))
        return constant_time_compare(decoded["hash"], _b64(_argon2id(password, salt, params)))


class Pbkdf2(PBKDF2PasswordHasher):
    """PBKDF2-HMAC-SHA256, by OpenSSL."""

    iterations = 600_000

    def encode(self, password: str, salt: str, iterations: int | None = None) -> str:
        return str(super().encode(normalized(password), salt, iterations))


def normalized(password: str) -> str:
    return unicodedata.normalize("NFKC", password)


def _libsodium_can(params: Parameters, salt: str) -> bool:
    return (
        params.type is Type.ID
        and params.version == _ARGON2_VERSION
        and params.parallelism == 1
        and len(salt) == _SALT_LENGTH
    )


def _argon2id(password: str, salt: str, params: Parameters) -> bytes:
    return bytes(
        crypto_pwhash_alg(
            params.hash_len,
            normalized(password).encode(),
            salt.encode("latin-1"),
            params.time_cost,
            params.memory_cost * 1024,
            crypto_pwhash_ALG_ARGON2ID13,
        )
    )


def _b64(value: bytes) -> str:
    return base64.b64encode(value).decode().rstrip("=")
