from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from providers.ccn_facts import STATE_NAMES

_ABROAD = {"CN", "MX", "FC"}


def states() -> list[tuple[str, str]]:
    named = [(postal, name) for postal, name in STATE_NAMES.items() if postal not in _ABROAD]
    return sorted(named, key=lambda state: state[1])


class SearchForm(forms.Form):
    q = forms.CharField(
        label=_("CCN, name or city"),
        required=False,
        max_length=100,
        error_messages={"max_length": _("Type at most 100 characters.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("Any state")), *states()],
        error_messages={"invalid_choice": _("Choose a state from the list.")},
    )

    def cleaned(self) -> tuple[str, str]:
        return self.cleaned_data["q"], self.cleaned_data["state"]
