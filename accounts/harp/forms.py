from __future__ import annotations

from allauth.account.fields import EmailField
from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms import PortalForm


class AddressForm(PortalForm):
    email = EmailField(
        label=_("Email"),
        help_text=_("Your work address. We send a code there to see that it is yours."),
    )

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()


class AddressCodeForm(PortalForm):
    code = forms.CharField(
        label=_("Code"),
        max_length=20,
        widget=forms.TextInput(
            attrs={
                "class": "portal-input--short portal-code",
                "autocapitalize": "characters",
                "autocomplete": "one-time-code",
            }
        ),
    )
