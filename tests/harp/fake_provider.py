"""HARP's side of the wire, for answers that a well-behaved provider never gives."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from typing import Any

import jwt
import pytest
import requests
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.harp.claims import NORA
from tests.stand_in_harp.__main__ import CLIENT_ID

SERVER = "https://harp.example"
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
METADATA = {
    "issuer": SERVER,
    "authorization_endpoint": f"{SERVER}/authorize",
    "token_endpoint": f"{SERVER}/token",
    "jwks_uri": f"{SERVER}/keys",
    "userinfo_endpoint": f"{SERVER}/userinfo",
    "token_endpoint_auth_methods_supported": ["client_secret_post"],
}


@dataclass
class FakeProvider:
    """`answers` by path; an exception is raised. `asked` is what was sent to each."""

    nonce: str = ""
    answers: dict[str, Any] = field(default_factory=dict)
    asked: dict[str, dict[str, Any]] = field(default_factory=dict)

    def send(self, method: str, url: str, **sent: Any) -> requests.Response:
        assert url.startswith(SERVER)
        assert sent["timeout"], "nobody waits for ever"
        path = url.removeprefix(SERVER)
        self.asked[path] = sent
        answer = self.answers.get(path, self._usual(path))
        if isinstance(answer, Exception):
            raise answer
        response = requests.Response()
        response.status_code, body = answer if isinstance(answer, tuple) else (200, answer)
        response._content = body if isinstance(body, bytes) else json.dumps(body).encode()
        response.headers["content-type"] = "application/json"
        return response

    def _usual(self, path: str) -> Any:
        if path == "/keys":
            public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key()))
            return {"keys": [public | {"kid": "1", "alg": "RS256"}]}
        if path == "/token":
            return {"access_token": "opaque", "token_type": "Bearer", "id_token": self.id_token()}
        if path == "/userinfo":
            return NORA
        return METADATA

    def id_token(self, **claims: Any) -> str:
        now = int(time.time())
        said = {"iss": SERVER, "aud": CLIENT_ID, "sub": NORA["sub"], "nonce": self.nonce}
        said |= {"iat": now, "exp": now + 300} | claims
        return jwt.encode(said, KEY, algorithm="RS256", headers={"kid": "1"})


def fake_provider(monkeypatch: pytest.MonkeyPatch) -> FakeProvider:
    provider = FakeProvider()

    def request(self: Any, method: str, url: str, **sent: Any) -> requests.Response:
        return provider.send(method, url, **sent)

    monkeypatch.setattr(requests.Session, "request", request)
    return provider
