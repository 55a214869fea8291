"""What Django's own password validators leave out (rule 6)."""

from __future__ import annotations

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

_SHORTEST_WORD = 4


class NoNameInPasswordValidator:
    """Refuses a password that holds the User ID, a word of the name, or the email's first part."""

    def validate(self, password: str, user: Any = None) -> None:
        lowered = password.lower()
        if user is not None and any(word in lowered for word in _words_of(user)):
            raise ValidationError(
                _("The password must not contain your User ID, your name or your email address."),
                code="password_holds_name",
            )

    def get_help_text(self) -> str:
        return _("It must not contain your User ID, your name or your email address.")


def _words_of(user: Any) -> list[str]:
    said = [user.username, user.email.partition("@")[0], *re.split(r"\W+", user.full_name)]
    return [word.lower() for word in said if len(word) >= _SHORTEST_WORD]
