"""Whether an ID token is HARP's, for us, about this sign-in, and not too old."""

from __future__ import annotations

from typing import Any, Final

import jwt
from django.utils.crypto import constant_time_compare

# By a public key only: with a shared secret, or none, anybody who knows it could sign.
ALGORITHMS: Final = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384"]
# Two clocks are never quite the same.
LEEWAY_SECONDS: Final = 60


class Untrusted(Exception):
    """What came is not what HARP would have sent for this sign-in."""


def verified_claims(
    token: Any, *, keys: dict[str, Any], issuer: str, audience: str, nonce: str
) -> dict[str, Any]:
    """Raises Untrusted."""
    if not isinstance(token, str):
        raise Untrusted("no ID token")
    try:
        claims: dict[str, Any] = jwt.decode(
            token,
            _key_of(token, keys),
            algorithms=ALGORITHMS,
            issuer=issuer,
            audience=audience,
            leeway=LEEWAY_SECONDS,
            options={"require": ["iss", "sub", "aud", "exp", "iat"]},
        )
    except (jwt.PyJWTError, ValueError, TypeError) as error:
        raise Untrusted(type(error).__name__) from error
    if not constant_time_compare(str(claims.get("nonce", "")), nonce):
        raise Untrusted("the nonce is another one")
    if claims.get("azp", audience) != audience:
        raise Untrusted("the ID token was issued to somebody else")
    return claims


def _key_of(token: str, keys: dict[str, Any]) -> jwt.PyJWK:
    name = jwt.get_unverified_header(token).get("kid")
    found = [key for key in jwt.PyJWKSet.from_dict(keys).keys if name in (None, key.key_id)]
    if len(found) != 1:
        raise Untrusted("no key of that name")
    return found[0]
