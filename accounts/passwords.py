"""What a new password may be (rule 6): long, and nothing that somebody else would try first.

No mix of kinds of characters is asked for, and no password ever expires: both make people choose
worse ones (NIST SP 800-63B).
"""

from __future__ import annotations

import re
from typing import Any

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from zxcvbn import zxcvbn

from accounts.hashers import normalized

SHORTEST, LONGEST = 15, 128
_SHORTEST_WORD = 4
# So many tries find it, the likely ones first, before it counts as hard to guess. Whoever stole
# the hashes needs months for one such password; over the pages nobody comes near.
_GUESSES_NEEDED = 10**9
# zxcvbn reads no further. What begins well enough is good enough.
_READ = 72
# It tries every letter that a sign may stand for, which takes seconds for a password made of
# nothing but such signs. One sign for each letter is enough.
_SIGNS_FOR_LETTERS = str.maketrans("@{[<!|$+", "4(((1157")

TOO_LONG = gettext_lazy("Use at most %(number)d characters.")
_WHY_EASY: dict[str, Promise] = {
    "repeat": gettext_lazy("This password repeats the same letters or words."),
    "sequence": gettext_lazy("This password follows the alphabet or the digits."),
    "spatial": gettext_lazy("This password follows the keys on the keyboard."),
    "dictionary": gettext_lazy(
        "This password is made of passwords and words that many people use."
    ),
    "date": gettext_lazy("This password is little more than a date."),
}
_DO_THIS = gettext_lazy("Put four or five words together that only you would put together.")


def has_fit_length(password: str) -> bool:
    return SHORTEST <= len(password) <= LONGEST


class NotTooLongValidator:
    """Long enough for any sentence, short enough that nobody keeps the server busy with it."""

    def validate(self, password: str, user: Any = None) -> None:
        if len(password) > LONGEST:
            raise ValidationError(TOO_LONG, code="password_too_long", params={"number": LONGEST})

    def get_help_text(self) -> str:
        return TOO_LONG % {"number": LONGEST}


class NoNameInPasswordValidator:
    """Refuses a password that holds the User ID, a word of the name, or the email's first part."""

    def validate(self, password: str, user: Any = None) -> None:
        lowered = normalized(password).casefold()
        if user is not None and any(word in lowered for word in words_of(user)):
            raise ValidationError(
                _("The password must not contain your User ID, your name or your email address."),
                code="password_holds_name",
            )

    def get_help_text(self) -> str:
        return _("It must not contain your User ID, your name or your email address.")


class NotEasilyGuessedValidator(CommonPasswordValidator):
    """Refuses common passwords, and those that are long only because something was repeated,
    continued or put behind a common one."""

    def validate(self, password: str, user: Any = None) -> None:
        if not has_fit_length(password):
            return
        plain = normalized(password)
        if plain.casefold().strip() in self.passwords:
            raise ValidationError(_sentence("dictionary"), code="password_too_common")
        known = words_of(user) if user is not None else []
        read = plain[:_READ].translate(_SIGNS_FOR_LETTERS)
        judged = zxcvbn(  # type: ignore[no-untyped-call]
            read, user_inputs=[*known, "iqies", "portal"]
        )
        if judged["guesses"] < _GUESSES_NEEDED:
            longest = max(judged["sequence"], key=lambda part: len(part["token"]))
            raise ValidationError(_sentence(longest["pattern"]), code="password_too_common")

    def get_help_text(self) -> str:
        return str(_DO_THIS)


def _sentence(pattern: str) -> str:
    return f"{_WHY_EASY.get(pattern, _WHY_EASY['dictionary'])} {_DO_THIS}"


def words_of(user: Any) -> list[str]:
    said = [user.username, user.email.partition("@")[0], *re.split(r"\W+", user.full_name)]
    words = (normalized(word).casefold() for word in said)
    return [word for word in words if len(word) >= _SHORTEST_WORD]
