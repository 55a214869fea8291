"""The part of the account adapter that counts wrong passwords and knows browsers again."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.internal.httpkit import clean_client_ip
from django.contrib.auth import update_session_auth_hash
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.http import HttpRequest, HttpResponse

from accounts import known_devices, throttle


class ThrottledSignIn(DefaultAccountAdapter):
    _attempt: throttle.Attempt

    def get_client_ip(self, request: HttpRequest) -> str:
        """Who comes past the outermost of several proxies has fewer entries than there are
        proxies: the first of them is the address that a proxy of ours saw."""
        try:
            return str(super().get_client_ip(request))
        except ImproperlyConfigured:
            first = request.headers["X-Forwarded-For"].split(",")[0]
            address = clean_client_ip(first)
        if address is None:
            raise PermissionDenied
        return address

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        self._attempt = throttle.start(throttle.PASSWORD, credentials["username"], request)

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        user = super().authenticate(request, **credentials)
        if user is not None:
            self._attempt.was_right()
        return user

    def reauthenticate(self, user: Any, password: str) -> bool:
        hashed_before = user.password
        is_right = bool(super().reauthenticate(user, password))
        user.refresh_from_db(fields=["password"])
        if user.password != hashed_before:
            # A hash of an older kind was made anew, and sessions hang on the hash.
            update_session_auth_hash(self.request, user)
        return is_right

    def post_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponse:
        """After all that had to be shown was shown, whichever way the person came in."""
        response: HttpResponse = super().post_login(request, user, **kwargs)
        known_devices.remember(request, response, user.username)
        return response
