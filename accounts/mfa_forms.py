"""Forms of second factors: a code is typed, or a passkey answers for the person."""

from __future__ import annotations

from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as base_forms
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import get_totp_secret
from allauth.mfa.webauthn import forms as webauthn_forms
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts import audit, passkey_counter, totp
from accounts.factor_tries import FactorTry
from accounts.fields import OneLineField
from accounts.models import User

_LONGEST_CODE = 40


def _code_field(**kwargs: Any) -> OneLineField:
    attrs = {
        "autocomplete": "one-time-code",
        "inputmode": "numeric",
        "class": "portal-input--short portal-code",
    }
    return OneLineField(
        label=_("Code"), max_length=_LONGEST_CODE, widget=forms.TextInput(attrs=attrs), **kwargs
    )


class _CodeForm(base_forms.BaseAuthenticateForm):
    """Takes a code of the authenticator app, or a recovery code: no need to say which."""

    user: User
    authenticator: Authenticator
    code = _code_field(
        help_text=_("The 6 digits that your authenticator app shows now."),
        error_messages={"required": _("Enter the code that your authenticator app shows now.")},
    )

    def __init__(self, *args: Any, asks_for_recovery_code: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if asks_for_recovery_code:
            field = self.fields["code"]
            field.label = _("Recovery code")
            field.help_text = _("One of the 8-digit codes that you saved. Each works once.")
            field.error_messages["required"] = _("Enter one of your recovery codes.")
            field.widget.attrs["autocomplete"] = "off"

    def clean_code(self) -> str:
        attempt = FactorTry(self.user)
        code: str = self.cleaned_data["code"]
        kinds = (Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES)
        of_person = Authenticator.objects.filter(user=self.user, type__in=kinds)
        # The app's code first: recovery codes are looked at only when that is not it.
        for authenticator in of_person.order_by("-type"):
            if self._opens(authenticator, code):
                authenticator.user = self.user
                self.authenticator = authenticator
                attempt.was_right()
                return code
        attempt.was_wrong()
        for authenticator in of_person:
            self._emit_authentication_failed(authenticator)
            break
        raise get_adapter().validation_error("incorrect_code")

    def _opens(self, authenticator: Authenticator, code: str) -> bool:
        if authenticator.type == Authenticator.Type.RECOVERY_CODES:
            return bool(RecoveryCodes(authenticator).validate_code(code))
        answer = totp.take(authenticator, code)
        if answer is totp.Answer.USED:
            audit.record("factor_code_used_again", actor=None, person=self.user)
            raise get_adapter().validation_error("code_used")
        return answer is totp.Answer.TAKEN


class SignInCodeForm(_CodeForm, base_forms.AuthenticateForm):
    pass


class ShowAgainCodeForm(_CodeForm, base_forms.ReauthenticateForm):
    pass


class SetUpAppForm(forms.Form):
    """The key stays the same until it is confirmed, however often the page is looked at."""

    # The time step of the code that was typed.
    step: int
    code = _code_field(
        help_text=_("The 6 digits that the app shows now."),
        error_messages={"required": _("Enter the code that the app shows now.")},
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.secret: str = get_totp_secret(regenerate=False)

    @property
    def secret_in_groups(self) -> str:
        """As a person reads it from a screen and types it into a phone."""
        return " ".join(self.secret[at : at + 4] for at in range(0, len(self.secret), 4))

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        step = totp.step_of(self.secret, code)
        if step is None:
            raise ValidationError(
                _(
                    "This code is not right. Type the one that the app shows now for this portal. "
                    "If it still is not taken, see that your phone sets its clock by itself."
                )
            )
        self.step = step
        return code


class _PasskeyAnswers:
    """Whatever is sent that no passkey said is one error, whichever way it fails to be read."""

    def clean_credential(self) -> Any:
        passkey, count = self._read()
        if not passkey_counter.take(passkey, count):
            audit.record("passkey_went_back", actor=None, person=passkey.user)
            raise get_adapter().validation_error("incorrect_passkey")
        return passkey

    def _read(self) -> tuple[Authenticator, int]:
        answer = self.cleaned_data["credential"]  # type: ignore[attr-defined]
        try:
            passkey = super().clean_credential()  # type: ignore[misc]
            return passkey, passkey_counter.count_in(answer)
        except ValidationError as error:
            if error.code == "incorrect_code":
                raise get_adapter().validation_error("incorrect_passkey") from error
            raise
        # The libraries that read it raise a dozen kinds: of CBOR, of keys, of signatures.
        except Exception as error:
            raise get_adapter().validation_error("incorrect_passkey") from error


class SignInPasskeyForm(_PasskeyAnswers, webauthn_forms.AuthenticateWebAuthnForm):
    pass


class PasskeyOnlyForm(_PasskeyAnswers, webauthn_forms.LoginWebAuthnForm):
    pass


class ShowAgainPasskeyForm(_PasskeyAnswers, webauthn_forms.ReauthenticateWebAuthnForm):
    pass


_PASSKEY_NAME_LENGTH = 60


class AddPasskeyForm(webauthn_forms.SignupWebAuthnForm):
    """Always one that can sign in by itself: allauth's would ask whether it shall."""

    name = OneLineField(
        label=_("Name"),
        required=False,
        max_length=_PASSKEY_NAME_LENGTH,
        help_text=_("To tell it from others later, such as “Office computer” or “Work phone”."),
    )

    def clean(self) -> dict[str, Any]:
        try:
            cleaned: dict[str, Any] = super().clean()
        except Exception as error:
            raise get_adapter().validation_error("incorrect_passkey") from error
        return cleaned


class RenamePasskeyForm(webauthn_forms.EditWebAuthnForm):
    name = OneLineField(
        label=_("Name"),
        max_length=_PASSKEY_NAME_LENGTH,
        error_messages={"required": _("Enter a name for this passkey.")},
    )
