"""Coming back from HARP without having been there: what it would say is put in its place."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.harp import client as harp_client
from accounts.models import User
from tests.harp.claims import NORA

Arrive = Callable[..., Any]


def arrival(monkeypatch: pytest.MonkeyPatch) -> Arrive:
    """`arrive(browser, email=…)`: as Nora, with other claims where they are named."""

    def arrive(
        browser: Client, *, process: str = "sign_in", state: Any = None, **claims: Any
    ) -> Any:
        said = {"auth_time": time.time()} | NORA | claims
        monkeypatch.setattr(harp_client, "claims_for_code", lambda request, state: said)
        name = went_to_harp(browser, process=process, **(state or {}))
        return browser.get(f"/accounts/harp/callback/?code=1&state={name}")

    return arrive


def went_to_harp(browser: Client, **state: Any) -> str:
    name = secrets.token_urlsafe(8)
    kept = {"process": "sign_in", "asked_at": time.time(), "nonce": "", "pkce_code_verifier": ""}
    session = browser.session
    states = session.get("socialaccount_states", {})
    session["socialaccount_states"] = states | {name: (kept | state, time.time(), "harp")}
    session.save()
    browser.cookies["sessionid"] = session.session_key
    return name


def signed_in_as(browser: Client) -> User | None:
    pk = browser.session.get("_auth_user_id")
    return User.objects.get(pk=pk) if pk else None
