"""What people say about themselves: shown to whoever decides, and the defaults for requests."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.fields import LegalNameField, OneLineField
from accounts.forms import PortalForm
from accounts.phone import PhoneField


class ProfileForm(PortalForm):
    """At sign-up the name may wait; a name that was given is changed, never taken away."""

    full_name = LegalNameField(required=True)
    phone = PhoneField(
        label=_("Phone"),
        max_length=60,
        required=False,
        help_text=_("Where you can be reached at work. The Service Center may call you back."),
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )
    employer = OneLineField(
        label=_("Employer"),
        max_length=200,
        required=False,
        help_text=_("The organization that pays you. If you work for a vendor: its name."),
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    job_title = OneLineField(
        label=_("Job title"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "organization-title"}),
    )
