"""What a User ID may be. It can never change, so everything is judged before it exists (rule 4).

What higher apps know of (the names of providers) comes from validators named in
settings.USER_ID_VALIDATORS. One that raises ValidationError refuses; with code="warning" it
only asks the person to think again and to confirm.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from accounts.models import User

MIN_LENGTH = 6
MAX_LENGTH = 60

_NOT_ALLOWED = re.compile(r"[^a-z0-9]")
# 245381, 24T381, 24TA81, A01234 and the ten characters of a home health branch.
_LIKE_A_CCN = re.compile(r"([0-9][0-9]|[a-e][0-9])([a-z]?[0-9]{3,4}|[a-z]{2}[0-9]{2}|q[0-9]{7})")
_LIKE_AN_SSN = re.compile(r"(?<![0-9])[0-9]{9}(?![0-9])")


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
    verdict = Verdict(typed=typed, user_id=normalized(typed))
    verdict.reasons = _wrong_shape(verdict.user_id)
    if verdict.is_accepted:
        _ask_the_others(verdict)
    if verdict.is_accepted and User.objects.filter(username=verdict.user_id).exists():
        verdict.reasons.append(_("This User ID is taken. Choose another one."))
    return verdict


def _wrong_shape(user_id: str) -> list[str]:
    reasons = []
    if wrong := _NOT_ALLOWED.search(user_id):
        shown = _("a space") if wrong[0].isspace() else f"“{wrong[0]}”"
        reasons.append(
            _("Use letters (a to z) and digits only: %(wrong)s is not allowed.") % {"wrong": shown}
        )
    if len(user_id) < MIN_LENGTH:
        reasons.append(_("Use at least %(number)d characters.") % {"number": MIN_LENGTH})
    if len(user_id) > MAX_LENGTH:
        reasons.append(_("Use at most %(number)d characters.") % {"number": MAX_LENGTH})
    if _LIKE_AN_SSN.search(user_id):
        reasons.append(_("This looks like a Social Security number. Never use yours anywhere."))
    if len(user_id) in (6, 10) and _LIKE_A_CCN.fullmatch(user_id):
        reasons.append(
            _("This looks like a CCN. The User ID is yours and stays when you change your job.")
        )
    return reasons


def _ask_the_others(verdict: Verdict) -> None:
    for path in settings.USER_ID_VALIDATORS:
        validator: Callable[[str], None] = import_string(path)
        try:
            validator(verdict.user_id)
        except ValidationError as refusal:
            for error in refusal.error_list:
                said = verdict.warnings if error.code == "warning" else verdict.reasons
                said.extend(error.messages)


def refuse_unfit(typed: str) -> None:
    """For allauth's sign-up form: raises ValidationError with every reason."""
    verdict = judge(typed)
    if not verdict.is_accepted:
        raise ValidationError(verdict.reasons)


VALIDATORS = [refuse_unfit]
