from __future__ import annotations

import unicodedata
from typing import Any

from django import forms

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
