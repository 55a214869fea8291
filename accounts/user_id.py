"""What a User ID may be. It can never change, so everything is judged before it exists (rule 4).

What higher apps know of (the names of providers) comes from validators named in
settings.USER_ID_VALIDATORS. One that raises ValidationError refuses; with code="warning" it
only asks the person to think again and to confirm.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from accounts.models import User, UserIdFlag

MIN_LENGTH = 6
MAX_LENGTH = 60

_NOT_ALLOWED: Final = re.compile(r"[^a-z0-9]")
# Nine digits in a row, or 3, 2 and 4 of them with letters between.
_LIKE_AN_SSN: Final = re.compile(
    r"(?<![0-9])([0-9]{9}|[0-9]{3}[a-z]{1,3}[0-9]{2}[a-z]{1,3}[0-9]{4})(?![0-9])"
)
# A state code (24, A0), then 5381, T381, TA81, 538E or Q1234567; what PECOS puts behind it, and
# the letters that people put before it.
_LIKE_A_CCN: Final = re.compile(
    r"(ccn)?([0-9]{2}|[a-e][0-9])"
    r"([0-9]{4}|[a-z][0-9]{3}|[a-z]{2}[0-9]{2}|[0-9]{3}[ef]|[cdqx][0-9]{7})"
    r"([a-z]|[0-9]{3})?"
)


@dataclass(frozen=True)
class Remark:
    """One thing that speaks against a User ID."""

    flag: str
    sentence: str


@dataclass
class Verdict:
    """On one typed User ID. Reasons refuse it; warnings must be confirmed by the person."""

    typed: str
    user_id: str
    reasons: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    @property
    def is_accepted(self) -> bool:
        return not self.reasons


def normalized(typed: str) -> str:
    return typed.strip().lower()


def judge(typed: str) -> Verdict:
    """All that is wrong with it at once; whether somebody has it already is judged last."""
    user_id = normalized(typed)
    verdict = Verdict(typed=typed, user_id=user_id)
    verdict.reasons = [each.sentence for each in _wrong_shape(user_id)]
    if verdict.is_accepted:
        refused, warned = _asked_of_others(user_id)
        verdict.reasons = [each.sentence for each in refused]
        verdict.warnings = [each.sentence for each in warned]
    if verdict.is_accepted and User.objects.filter(username=user_id).exists():
        verdict.reasons.append(_("This User ID is taken. Choose another one."))
    return verdict


def flags(user_id: str) -> list[str]:
    """Values of UserIdFlag: what speaks against a User ID that came from HARP (rule 4).

    It is never refused, and may hold what cannot be chosen here: names are looked for all the same.
    """
    normal = normalized(user_id)
    refused, warned = _asked_of_others(_letters_and_digits(normal)[:MAX_LENGTH])
    remarks = [*_wrong_shape(normal), *refused, *warned]
    return list(dict.fromkeys(each.flag for each in remarks))


def _wrong_shape(user_id: str) -> list[Remark]:
    remarks = []
    if "@" in user_id:
        sentence = _(
            "This looks like an email address: “@” is not allowed. The User ID is a name of its "
            "own, which stays when your address changes."
        )
        remarks.append(Remark(UserIdFlag.CHARACTERS, sentence))
    elif wrong := _NOT_ALLOWED.search(user_id):
        shown = _("a space") if wrong[0].isspace() else f"“{wrong[0]}”"
        sentence = _("Use letters (a to z) and digits only: %(wrong)s is not allowed.")
        remarks.append(Remark(UserIdFlag.CHARACTERS, sentence % {"wrong": shown}))
    if len(user_id) < MIN_LENGTH:
        sentence = _("Use at least %(number)d characters.") % {"number": MIN_LENGTH}
        remarks.append(Remark(UserIdFlag.LENGTH, sentence))
    if len(user_id) > MAX_LENGTH:
        sentence = _("Use at most %(number)d characters.") % {"number": MAX_LENGTH}
        remarks.append(Remark(UserIdFlag.LENGTH, sentence))
    return remarks + _like_a_number(_letters_and_digits(user_id))


def _like_a_number(text: str) -> list[Remark]:
    if _LIKE_AN_SSN.search(text):
        sentence = _("This looks like a Social Security number. Never use yours anywhere.")
        return [Remark(UserIdFlag.LIKE_SSN, sentence)]
    if _LIKE_A_CCN.fullmatch(text):
        sentence = _(
            "This looks like a CCN. The User ID is yours and stays when you change your job."
        )
        return [Remark(UserIdFlag.LIKE_CCN, sentence)]
    return []


def _letters_and_digits(text: str) -> str:
    return _NOT_ALLOWED.sub("", text)


def _asked_of_others(user_id: str) -> tuple[list[Remark], list[Remark]]:
    """What refuses it, and what the person must confirm."""
    refused: list[Remark] = []
    warned: list[Remark] = []
    for path in settings.USER_ID_VALIDATORS:
        validator: Callable[[str], None] = import_string(path)
        try:
            validator(user_id)
        except ValidationError as refusal:
            for error in refusal.error_list:
                if error.code == "warning":
                    flag, said = str(UserIdFlag.PART_OF_PROVIDER_NAME), warned
                else:
                    flag, said = str(error.code or UserIdFlag.PROVIDER_NAME), refused
                said += [Remark(flag, sentence) for sentence in error.messages]
    return refused, warned


def refuse_unfit(typed: str) -> None:
    """For allauth's sign-up form: raises ValidationError with every reason."""
    verdict = judge(typed)
    if not verdict.is_accepted:
        raise ValidationError(verdict.reasons)


VALIDATORS = [refuse_unfit]
