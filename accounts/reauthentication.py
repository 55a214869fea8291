"""When somebody is asked again who they are, and how they show it."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ReauthenticationRequired
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import second_factor
from accounts.harp import session as harp
from accounts.http import person_of
from accounts.models import User

_SIGNED_IN_AT = "signed_in_at"


class Reauthentication(DefaultAccountAdapter):
    """The part of the account adapter that decides this."""

    def login(self, request: HttpRequest, user: Any) -> None:
        super().login(request, user)
        request.session[_SIGNED_IN_AT] = time.time()

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Factors are changed right after signing in without typing the password once more.

        Whoever has a factor must have shown it so lately; to have signed in is not enough.
        """
        if self._must_show_harp(app):
            raise ReauthenticationRequired
        if app == "allauth.mfa" and self._has_shown_everything_lately():
            return False
        return bool(super().is_reauthentication_required(app=app, **kwargs))

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """Whoever has a second factor shows it; a password alone is never taken instead."""
        if not isinstance(user, User):
            return []
        has = set(Authenticator.objects.filter(user=user).values_list("type", flat=True))
        if has.isdisjoint(second_factor.FACTORS):
            password = _method("account_reauthenticate", _("Use your password"))
            methods = [password] if user.has_usable_password() else []
            if harp.opens(user):
                methods.insert(0, _method("harp:reauthenticate", _("Sign in at HARP once more")))
            return methods
        methods = [_method("mfa_reauthenticate", _("Use a code"))]
        if Authenticator.Type.WEBAUTHN in has:
            methods.append(_method("mfa_reauthenticate_webauthn", _("Use a passkey")))
        return methods

    def _must_show_harp(self, app: str) -> bool:
        """Where HARP opens an account without a factor here, a password alone adds none; and
        where there is no password either, django-allauth would ask for nothing at all."""
        user = person_of(self.request)
        if app != "allauth.mfa" and user.has_usable_password():
            return False
        is_due = harp.opens(user) and not harp.has_shown_harp_lately(self.request, user)
        return is_due and not second_factor.has_factor(user)

    def _has_shown_everything_lately(self) -> bool:
        request: HttpRequest = self.request
        longest: timedelta = settings.FACTOR_CHANGE_AGE
        age = second_factor.age_in_session(request)
        if age is not None:
            return age <= longest
        since = time.time() - request.session.get(_SIGNED_IN_AT, 0)
        is_fresh = since <= longest.total_seconds()
        return is_fresh and not second_factor.has_factor(person_of(request))


def _method(url_name: str, description: str) -> dict[str, Any]:
    return {"id": url_name, "description": description, "url": reverse(url_name)}
