from __future__ import annotations

import unicodedata
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

# Control and format characters: line breaks, and marks that turn the writing direction around.
_UNSEEN = {"Cc", "Cf"}


class OneLineField(forms.CharField):
    """Text that is one line wherever it is shown again: in a page, a subject, a letter."""

    def to_python(self, value: Any) -> str | None:
        text = super().to_python(value)
        if not text:
            return text
        # NUL stays: Django refuses it by name.
        seen = (
            " " if each != "\0" and unicodedata.category(each) in _UNSEEN else each for each in text
        )
        return " ".join("".join(seen).split())


class LegalNameField(OneLineField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label=_("Legal name"),
            max_length=150,
            help_text=_("As on your ID. The people who decide your requests see it."),
            widget=forms.TextInput(attrs={"autocomplete": "name"}),
            **kwargs,
        )
