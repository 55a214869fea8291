"""Talking to HARP: django-allauth's OpenID Connect client, with what it leaves open closed.

Authorization code with PKCE, state and nonce; the ID token's signature, issuer, audience and age
are verified whichever way it came. Nothing is remembered between two sign-ins, so that a HARP
that is down is noticed before anybody is sent there. No token is kept.
"""

from __future__ import annotations

import secrets
import time
from functools import cached_property
from typing import Any

import requests
from allauth.socialaccount.internal import statekit
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from accounts.harp.id_token import Untrusted, verified_claims
from accounts.sessions import store_of

PROVIDER_ID = "harp"
_WELL_KNOWN = "/.well-known/openid-configuration"
_NEEDED = ("issuer", "authorization_endpoint", "token_endpoint", "jwks_uri")


class Unavailable(Exception):
    """HARP does not answer, or not with what OpenID Connect asks of it."""


class HarpClient(OpenIDConnectOAuth2Adapter):
    def get_provider(self) -> HarpProvider:
        return HarpProvider(self.request, app=_app())

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        return settings.PUBLIC_URL + reverse("harp:callback")

    @cached_property
    def openid_config(self) -> dict[str, Any]:
        config = _json_from(self.get_provider().server_url)
        if not all(isinstance(config.get(name), str) for name in _NEEDED):
            raise Unavailable("its configuration is not complete")
        if str(config["issuer"]).rstrip("/") != issuer():
            raise Untrusted("the configuration is another issuer's")
        return config


class HarpProvider(OpenIDConnectProvider):
    def get_oauth2_adapter(self, request: HttpRequest) -> HarpClient:
        return HarpClient(request, PROVIDER_ID)


def is_offered() -> bool:
    return bool(settings.HARP_OIDC_SERVER)


def issuer() -> str:
    return str(settings.HARP_OIDC_SERVER).removesuffix(_WELL_KNOWN).rstrip("/")


def lead_to_harp(
    request: HttpRequest, *, process: str, next_url: str = "", asks_anew: bool = False, **kept: Any
) -> HttpResponse:
    """`asks_anew`: HARP must have the person sign in again, whoever is signed in there.
    `kept` stands in the state that comes back. Raises Unavailable or Untrusted."""
    nonce = secrets.token_urlsafe(24)
    asked: dict[str, Any] = {"nonce": nonce}
    if asks_anew:
        asked |= {"prompt": "login", "max_age": 0}
    if settings.HARP_ACR_VALUES:
        asked["acr_values"] = " ".join(settings.HARP_ACR_VALUES)
    provider = HarpProvider(request, app=_app())
    try:
        response: HttpResponse = provider.redirect(
            request,
            process,
            next_url=next_url or None,
            auth_params=asked,
            scope=settings.HARP_SCOPES,
            nonce=nonce,
            asked_at=time.time(),
            **kept,
        )
    except requests.RequestException as error:
        raise Unavailable(type(error).__name__) from error
    _tell_session(request)
    return response


def state_of(request: HttpRequest) -> dict[str, Any] | None:
    """What was kept when this browser was sent to HARP, once; None: it was not, or long ago."""
    state: dict[str, Any] | None = statekit.unstash_state(
        request, provider_id=PROVIDER_ID, state_id=request.GET.get("state", "")
    )
    _tell_session(request)
    return state


def _tell_session(request: HttpRequest) -> None:
    """django-allauth has put another session object in the request, which must know of it."""
    store_of(request).asked_by(request)


def claims_for_code(request: HttpRequest, state: dict[str, Any]) -> dict[str, Any]:
    """What HARP says of the person: what the ID token says, and beyond that the user info.

    Raises Unavailable or Untrusted."""
    client, app = HarpClient(request, PROVIDER_ID), _app()
    try:
        tokens = client.get_access_token_data(
            request,
            app,
            client.get_client(request, app),
            pkce_code_verifier=state["pkce_code_verifier"],
        )
        claims = verified_claims(
            tokens.get("id_token"),
            keys=_json_from(client.openid_config["jwks_uri"]),
            issuer=client.openid_config["issuer"],
            audience=app.client_id,
            nonce=state["nonce"],
        )
        return _user_info(client, tokens["access_token"], claims["sub"]) | claims
    except requests.RequestException as error:
        raise Unavailable(type(error).__name__) from error
    except OAuth2Error as error:
        raise Untrusted("the code was not taken") from error


def _user_info(client: HarpClient, access_token: str, subject: str) -> dict[str, Any]:
    address = client.openid_config.get("userinfo_endpoint")
    if not address:
        return {}
    info = _json_from(address, {"Authorization": f"Bearer {access_token}"})
    if info.get("sub") != subject:
        raise Untrusted("the user info is about somebody else")
    return info


def _json_from(address: str, headers: dict[str, str] | None = None) -> dict[str, Any]:
    response = requests.get(
        address, headers=headers, timeout=settings.SOCIALACCOUNT_REQUESTS_TIMEOUT
    )
    response.raise_for_status()
    found = response.json()
    if not isinstance(found, dict):
        raise Unavailable("an answer is no object")
    return found


def _app() -> SocialApp:
    """By the environment alone: what somebody adds to the database is not looked at."""
    return SocialApp(
        provider="openid_connect",
        provider_id=PROVIDER_ID,
        name="HARP",
        client_id=settings.HARP_OIDC_CLIENT_ID,
        secret=settings.HARP_OIDC_CLIENT_SECRET,
        settings={"server_url": issuer(), "oauth_pkce_enabled": True},
    )
