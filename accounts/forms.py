"""django-allauth's forms in the portal's words. Labels that others rely on stand here."""

from __future__ import annotations

from functools import partial
from typing import Any, cast

from allauth.account import forms as allauth_forms
from allauth.account.adapter import get_adapter
from allauth.account.fields import EmailField, PasswordField, SetPasswordField
from allauth.core import context
from django import forms
from django.core.validators import MaxLengthValidator
from django.http import HttpRequest
from django.urls import reverse_lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from accounts import after_answer, reset_codes, throttle, user_id
from accounts.email_checks import refuse_unfit_address
from accounts.fields import LegalNameField
from accounts.harp import mailbox
from accounts.models import User
from accounts.passwords import LONGEST, TOO_LONG, words_of

PASSWORD_HINT = _(
    "At least 15 characters: a few words that only you would put together. "
    "Not your User ID, name or email address."
)


_NOT_AGAIN = _("None of your last six passwords. Spaces are fine, and so is pasting.")

# A field that is left empty is told what to enter, not that it is required.
_WHAT_TO_ENTER = {
    "code": _("Enter the code from the email."),
    "email": _("Enter your email address."),
    "full_name": _("Enter your legal name."),
    "login": _("Enter your User ID."),
    "oldpassword": _("Enter your current password."),
    "password": _("Enter your password."),
    "password1": _("Enter a password."),
    "username": _("Enter a User ID."),
}


class PortalForm(forms.Form):
    """Labels and hints stand beside the fields, so there is nothing to write into them."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            if name in _WHAT_TO_ENTER:
                field.error_messages["required"] = _WHAT_TO_ENTER[name]
            if isinstance(field, SetPasswordField):
                field.help_text = PASSWORD_HINT
            if isinstance(field, PasswordField):
                # Nothing longer is anybody's password; it is not worth hashing.
                field.validators.append(MaxLengthValidator(LONGEST, TOO_LONG % {"number": LONGEST}))


class SignUpForm(PortalForm, allauth_forms.SignupForm):
    full_name = LegalNameField(required=False)
    user_id_confirmed = forms.BooleanField(
        label=_("Use this User ID all the same. I know that it can never change."), required=False
    )
    field_order = ["username", "email", "full_name", "password1"]
    # About the User ID that was typed; the person may insist on it.
    warnings: list[str]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.warnings = []
        username = self.fields["username"]
        username.label = _("User ID")
        username.help_text = _(
            "6 to 60 letters and digits. No special characters such as # or &, no facility name."
        )
        username.widget.attrs.update(
            {
                "autocapitalize": "none",
                "spellcheck": "false",
                "hx-get": reverse_lazy("accounts:check_user_id"),
                "hx-trigger": "input changed delay:400ms",
                "hx-target": "#user-id-answer",
                "hx-sync": "this:replace",
            }
        )
        self.fields["email"].help_text = _(
            "Your work address. A personal one is accepted only for small providers "
            "without a corporate email domain."
        )
        self.fields["password1"].help_text = PASSWORD_HINT

    def clean_username(self) -> str:
        verdict = user_id.judge(self.cleaned_data["username"])
        if verdict.reasons:
            raise forms.ValidationError(verdict.reasons)
        self.warnings = verdict.warnings
        return verdict.user_id

    def clean(self) -> dict[str, Any]:
        super().clean()
        self._refuse_own_name_in_password()
        if self.warnings and not self.cleaned_data.get("user_id_confirmed"):
            self.add_error("username", forms.ValidationError(self.warnings))
        return self.cleaned_data

    def _refuse_own_name_in_password(self) -> None:
        """allauth has judged it against User ID and email; the name is a field of ours."""
        password = self.cleaned_data.get("password1")
        if password and not self.has_error("password1"):
            person = User(full_name=self.cleaned_data.get("full_name", ""))
            try:
                get_adapter().clean_password(password, user=person)
            except forms.ValidationError as refusal:
                self.add_error("password1", refusal)


class SignInForm(PortalForm, allauth_forms.LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("User ID")
        self.fields["login"].widget.attrs.update({"autocapitalize": "none", "spellcheck": "false"})
        self.fields["password"].help_text = ""


class _NewPasswordForm(PortalForm):
    """Typed once: what was typed can be shown."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["password2"]
        self.fields["password1"].label = _("New password")
        self.fields["password1"].help_text = format_lazy("{} {}", PASSWORD_HINT, _NOT_AGAIN)
        user = getattr(self, "user", None)
        if isinstance(user, User):
            # So that it can be said while it is typed.
            self.fields["password1"].widget.attrs["data-not-in-it"] = " ".join(words_of(user))


class ChangePasswordForm(_NewPasswordForm, allauth_forms.ChangePasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["oldpassword"].label = _("Current password")
        self.fields["oldpassword"].help_text = ""

    def clean_oldpassword(self) -> str:
        """Counted like a try to sign in: whoever sits at this computer may not guess here."""
        attempt = throttle.start(throttle.PASSWORD, cast(User, self.user).username, context.request)
        typed: str = super().clean_oldpassword()
        attempt.was_right()
        return typed


class SetPasswordForm(_NewPasswordForm, allauth_forms.SetPasswordForm):
    pass


class ResetPasswordKeyForm(_NewPasswordForm, allauth_forms.ResetPasswordKeyForm):
    pass


class ResetPasswordForm(PortalForm, allauth_forms.ResetPasswordForm):
    # They have no password here, and get none by email.
    people_of_harp: list[User]

    def clean_email(self) -> str:
        email: str = get_adapter().clean_email(self.cleaned_data["email"].lower())
        found = reset_codes.people_of(email)
        self.people_of_harp = [each for each in found if mailbox.has_no_password_to_reset(each)]
        self.users = [each for each in found if each not in self.people_of_harp]
        return email

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        email: str = self.cleaned_data["email"]
        reset_codes.ask(request, self.users[0] if self.users else None, email)
        for person in self.people_of_harp:
            after_answer.do(request, partial(mailbox.remind, request, person, email))
        return email


class AddEmailForm(PortalForm, allauth_forms.AddEmailForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("New email address")

    def clean_email(self) -> str:
        email: str = super().clean_email()
        refuse_unfit_address(cast(User, self.user), email)
        return email


class ReauthenticateForm(PortalForm, allauth_forms.ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].help_text = ""


class _CodeForm(PortalForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        code = self.fields["code"]
        code.label = _("Code")
        code.widget.attrs.update(
            {"class": "portal-input--short portal-code", "autocapitalize": "characters"}
        )


class ConfirmEmailCodeForm(_CodeForm, allauth_forms.ConfirmEmailVerificationCodeForm):
    def clean_code(self) -> str:
        attempt = throttle.start(throttle.MAILED_CODE, self.email, context.request)
        typed: str = super().clean_code()
        attempt.was_right()
        return typed


class SignUpCodeForm(_CodeForm):
    """Whether the code is right is for accounts.sign_up to say."""

    code = forms.CharField(
        max_length=100, widget=forms.TextInput(attrs={"autocomplete": "one-time-code"})
    )


class ConfirmPasswordResetCodeForm(_CodeForm, allauth_forms.ConfirmPasswordResetCodeForm):
    def clean_code(self) -> str:
        email = reset_codes.asked_for(context.request)
        attempt = throttle.start(throttle.MAILED_CODE, email, context.request)
        typed: str = super().clean_code()
        if not reset_codes.still_stands(context.request):
            # In no other words: whoever asked may be a stranger.
            raise get_adapter().validation_error("incorrect_code")
        attempt.was_right()
        return typed


class RecoverUserIdForm(PortalForm):
    email = EmailField(label=_("Email"), help_text=_("The address you signed up with."))
