from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.fields import OneLineField


class SearchForm(forms.Form):
    q = OneLineField(
        label=_("Find a person or a CCN"),
        help_text=_("A name, a User ID or a CCN."),
        max_length=100,
        error_messages={
            "required": _("Type a name, a User ID or a CCN."),
            "max_length": _("Type at most 100 characters."),
        },
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
