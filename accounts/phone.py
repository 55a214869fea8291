"""Telephone numbers as people write them; those of this country are kept in one spelling."""

from __future__ import annotations

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.fields import OneLineField

_WRITTEN = re.compile(
    r"(?P<number>\+?[0-9 ().\-/]+?)"
    r"(?:[ ,;]*(?:extension|ext|x|#)[ .:]*(?P<extension>[0-9]{1,6}))?"
)
# What the world's numbering plan allows, with the country's code.
_SHORTEST_ABROAD, _LONGEST = 8, 15


class PhoneField(OneLineField):
    def clean(self, value: Any) -> str:
        typed: str = super().clean(value)
        return phone_as_kept(typed) if typed else ""


def phone_as_kept(typed: str) -> str:
    """5550100142 is kept as (555) 010-0142. Raises ValidationError."""
    found = _WRITTEN.fullmatch(typed.strip().lower())
    if found is None:
        raise ValidationError(
            _("Use digits, and x before an extension. Example: (555) 010-0142 x 12.")
        )
    digits = re.sub(r"\D", "", found["number"])
    extension = f" x {found['extension']}" if found["extension"] else ""
    if found["number"].startswith("+") and not digits.startswith("1"):
        if not _SHORTEST_ABROAD <= len(digits) <= _LONGEST:
            raise ValidationError(
                _("This is not a complete number. Begin with + and the code of the country.")
            )
        return f"+{digits}{extension}"
    national = digits.removeprefix("1") if len(digits) == 11 else digits
    if len(national) != 10 or national[0] in "01":
        raise ValidationError(
            _(
                "Enter all ten digits, area code first. A number of another country begins "
                "with + and the code of the country."
            )
        )
    return f"({national[:3]}) {national[3:6]}-{national[6:]}{extension}"
