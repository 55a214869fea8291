"""Only HARP's own ID token, for us, about this sign-in."""

from __future__ import annotations

import json
import time
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from accounts.harp.id_token import LEEWAY_SECONDS, Untrusted, verified_claims

ISSUER, CLIENT, NONCE = "https://harp.example", "iqies-portal", "a nonce"
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


def keys(key: Any = KEY, name: str = "first") -> dict[str, Any]:
    public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key()))
    return {"keys": [public | {"kid": name, "alg": "RS256", "use": "sig"}]}


def token(key: Any = KEY, algorithm: str = "RS256", **claims: Any) -> str:
    now = int(time.time())
    said = {"iss": ISSUER, "aud": CLIENT, "sub": "harp-1", "nonce": NONCE}
    said |= {"iat": now, "exp": now + 300} | claims
    said = {name: value for name, value in said.items() if value is not None}
    return jwt.encode(said, key, algorithm=algorithm, headers={"kid": "first"})


def verify(it: Any, of: dict[str, Any] | None = None) -> dict[str, Any]:
    return verified_claims(it, keys=of or keys(), issuer=ISSUER, audience=CLIENT, nonce=NONCE)


def test_harps_own_is_taken() -> None:
    assert verify(token())["sub"] == "harp-1"


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://elsewhere.example"},
        {"aud": "another-client"},
        {"aud": [CLIENT, "another-client"], "azp": "another-client"},
        {"nonce": "another nonce"},
        {"nonce": None},
        {"sub": None},
        {"iat": None},
        {"exp": None},
    ],
    ids=str,
)
def test_any_other_is_not(claims: dict[str, Any]) -> None:
    with pytest.raises(Untrusted):
        verify(token(**claims))


def test_one_that_is_over_or_not_yet_made() -> None:
    now = int(time.time())
    with pytest.raises(Untrusted):
        verify(token(exp=now - LEEWAY_SECONDS - 5))
    with pytest.raises(Untrusted):
        verify(token(iat=now + 3600))


def test_two_clocks_may_differ_a_little() -> None:
    behind, ahead = int(time.time()) - 30, int(time.time()) + 30
    verify(token(exp=behind))
    verify(token(iat=ahead))


def test_a_key_that_harp_does_not_publish() -> None:
    with pytest.raises(Untrusted):
        verify(token(OTHER_KEY))
    with pytest.raises(Untrusted):
        verify(token(), of=keys(name="second"))
    with pytest.raises(Untrusted):
        verify(token(), of={"keys": []})


def test_nobody_signs_with_what_everybody_knows() -> None:
    shared = "everybody knows the public key, and uses it as if it were a shared secret"
    with pytest.raises(Untrusted):
        verify(token(shared, "HS256"))
    with pytest.raises(Untrusted):
        verify(token("", "none"))


@pytest.mark.parametrize("it", [None, "", "no token", "a.b.c", 7, {"a": 1}])
def test_what_is_no_token(it: Any) -> None:
    with pytest.raises(Untrusted):
        verify(it)
