"""Showing a second factor: at the sign-in, and again before a step that needs it fresh."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from allauth.account.internal.flows.reauthentication import STATE_SESSION_KEY
from allauth.account.internal.stagekit import unstash_login
from allauth.account.views import BaseReauthenticateView, ReauthenticateView
from allauth.mfa.base import views as base_views
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn import views as webauthn_views
from allauth.mfa.webauthn.internal.auth import begin_authentication
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from accounts import (
    audit,
    factor_reset,
    factors,
    mfa_forms,
    resumed,
    second_factor,
    security_notices,
)
from accounts.factors import Type
from accounts.http import person_of
from accounts.models import User

# From here on a person who used a recovery code is told to make new ones.
FEW_CODES = 3


def _asks_for_recovery_code(request: HttpRequest) -> bool:
    return request.GET.get("with") == "recovery-code"


def _ways(request: HttpRequest, person: User) -> dict[str, Any]:
    """What the page offers: only what this person has."""
    has = set(Authenticator.objects.filter(user=person).values_list("type", flat=True))
    is_by_recovery_code = _asks_for_recovery_code(request)
    return {
        "has_passkey": Type.WEBAUTHN in has,
        "has_codes": Type.RECOVERY_CODES in has,
        "asks_for_recovery_code": is_by_recovery_code,
        "shows_code_field": is_by_recovery_code or Type.TOTP in has,
        "has_app": Type.TOTP in has,
        "passkey_options": begin_authentication(person) if Type.WEBAUTHN in has else None,
    }


class SignInView(base_views.AuthenticateView):
    """After the password: the second factor."""

    webauthn_form_class = mfa_forms.SignInPasskeyForm

    def get_form_class(self) -> Any:
        asks_for_recovery_code = _asks_for_recovery_code(self.request)

        def form(**kwargs: Any) -> mfa_forms.SignInCodeForm:
            return mfa_forms.SignInCodeForm(asks_for_recovery_code=asks_for_recovery_code, **kwargs)

        return form

    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        if isinstance(form, mfa_forms.SignInCodeForm):
            _if_by_recovery_code(self.request, form.authenticator)
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        # Not allauth's, which would offer a passkey to whoever has none.
        user = self.stage.login.user
        return {
            **_ways(self.request, user),
            "form": self.auth_form,
            "passkey_form": self.webauthn_form,
            "view": self,
        }


sign_in = SignInView.as_view()


class TakesUpWhatWasKept(BaseReauthenticateView):
    """Stands between django-allauth's pages for this and what they go on with."""

    def form_valid(self, form: Any) -> Any:
        return resumed.after_showing(self.request) or super().form_valid(form)


class ShowAgainView(base_views.ReauthenticateView, TakesUpWhatWasKept):
    """Whoever is signed in shows a factor, by code or by passkey, and goes on."""

    form_class = mfa_forms.ShowAgainCodeForm

    def get_form_kwargs(self) -> dict[str, Any]:
        is_by_recovery_code = _asks_for_recovery_code(self.request)
        kwargs: dict[str, Any] = super().get_form_kwargs()
        return kwargs | {"asks_for_recovery_code": is_by_recovery_code}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """What the code does is done before the step that waits for it begins."""
        with transaction.atomic():
            form = self.get_form()
            is_valid = form.is_valid()
            if is_valid:
                form.save()
                _if_by_recovery_code(request, form.authenticator)
        response: HttpResponse = self.go_on(form) if is_valid else self.form_invalid(form)
        return response

    def go_on(self, form: Any) -> Any:
        return super(base_views.ReauthenticateView, self).form_valid(form)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return {
            **context,
            **_ways(self.request, person_of(self.request)),
            "why": _why(self.request),
            "is_step_kept": STATE_SESSION_KEY in self.request.session,
        }


show_again = ShowAgainView.as_view()


class ShowPasskeyAgainView(webauthn_views.ReauthenticateWebAuthnView, TakesUpWhatWasKept):
    """Takes what the passkey answered on the page above."""

    form_class = mfa_forms.ShowAgainPasskeyForm

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self._back()

    def form_invalid(self, form: Any) -> HttpResponse:
        for error in form.errors.get("credential", []):
            messages.error(self.request, error)
        return self._back()

    def _back(self) -> HttpResponse:
        page: str = self.passthrough_next_url(reverse("mfa_reauthenticate"))  # type: ignore[no-untyped-call]
        return HttpResponseRedirect(page)


show_passkey_again = ShowPasskeyAgainView.as_view()


class ShowPasswordAgainView(ReauthenticateView, TakesUpWhatWasKept):
    """For whoever has no second factor."""


show_password_again = ShowPasswordAgainView.as_view()


class PasskeyOnlyView(webauthn_views.LoginWebAuthnView):
    """Signing in with a passkey and nothing else: it is had, and opened by a finger or a PIN."""

    form_class = mfa_forms.PasskeyOnlyForm


sign_in_with_passkey = login_not_required(PasskeyOnlyView.as_view())


@login_not_required
@require_safe
def lost_device(request: HttpRequest) -> HttpResponse:
    hours = round(settings.FACTOR_RESET_DELAY.total_seconds() / 3600)
    # A reset is shown only to who has typed the right password.
    login = unstash_login(request, peek=True)
    person = login.user if login else None
    reset = factor_reset.open_reset_of(person) if isinstance(person, User) else None
    return render(request, "mfa/lost_device.html", {"hours": hours, "reset": reset})


def _why(request: HttpRequest) -> str:
    age = second_factor.age_in_session(request)
    if age is None:
        return _("A second factor was set up for your account since you signed in here.")
    if age > settings.FRESH_FACTOR_AGE:
        return _("It is more than %(time)s since you showed your second factor.") % {
            "time": _in_words(settings.FRESH_FACTOR_AGE)
        }
    return _("Whoever changes how you sign in must be you, and not somebody at your computer.")


def _in_words(time: timedelta) -> str:
    minutes = max(1, round(time.total_seconds() / 60))
    if minutes == 60:
        return _("an hour")
    if minutes % 60 == 0:
        return _("%(number)d hours") % {"number": minutes // 60}
    return ngettext("a minute", "%(number)d minutes", minutes) % {"number": minutes}


def _if_by_recovery_code(request: HttpRequest, authenticator: Authenticator) -> None:
    """It stood in for a factor that may be lost: lead the person to a new one."""
    if authenticator.type != Type.RECOVERY_CODES:
        return
    person: User = authenticator.user
    left = factors.recovery_codes_left(person) or 0
    audit.record("recovery_code_used", actor=person, person=person, details={"left": left})
    security_notices.tell(person, "recovery_code_used", left=left)
    said = ngettext(
        "You used a recovery code. %(number)d is left.",
        "You used a recovery code. %(number)d are left.",
        left,
    ) % {"number": left}
    if left <= FEW_CODES:
        said += " " + _("Make new ones before they run out.")
    messages.warning(
        request,
        format_html(
            '{} <a href="{}">{}</a>',
            said,
            reverse("mfa_index"),
            _("Lost your phone or passkey? Set up a new one."),
        ),
    )
