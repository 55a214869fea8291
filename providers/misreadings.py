"""Why a text is no CCN, and which CCN may have been meant: sentences for a busy person."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from providers import ccn_facts

_ERROR_MARK: Final = re.compile(r"#+(REF!|N/?A|NAME\?|VALUE!|NUM!|DIV/0!|NULL!)?")
_SCIENTIFIC: Final = re.compile(r"(\d+(?:\.\d+)?E\+\d+|\d+\.\d+E\d+)")
_FORMATTED: Final = re.compile(r"\d+\.0+|\d{1,3}(,\d{3})+(\.0+)?")
_TAX_NUMBER: Final = re.compile(r"\s*\d{2}-\d{7}\s*")
_SOCIAL_SECURITY: Final = re.compile(r"\s*\d{3}-\d{2}-\d{4}\s*")
_LOOK_ALIKE: Final = str.maketrans({"O": "0", "I": "1", "Q": "0", "L": "1", "|": "1"})


@dataclass(frozen=True, slots=True)
class Misreading:
    message: str
    likely: tuple[str, ...] = ()


def is_another_number(typed: str) -> bool:
    """Nine digits hyphenated like a tax or Social Security number are not a CCN with a suffix."""
    return bool(_TAX_NUMBER.fullmatch(typed) or _SOCIAL_SECURITY.fullmatch(typed))


def explain(typed: str, text: str) -> Misreading | None:
    """typed as it came, text as squeezed. None: the shape is a CCN's, its state code is not."""
    for look in _LOOKS:
        found = look(typed, text)
        if found is not None:
            return found
    return None


def _nothing(typed: str, text: str) -> Misreading | None:
    if text:
        return None
    return Misreading(_("Enter a CCN. It has six characters, for example 015009."))


def _other_numbers(typed: str, text: str) -> Misreading | None:
    if _SOCIAL_SECURITY.fullmatch(typed):
        return Misreading(
            _(
                "This looks like a Social Security number. Never enter one here. Enter the "
                "provider's CCN: six characters, for example 015009."
            )
        )
    if _TAX_NUMBER.fullmatch(typed):
        return Misreading(
            _(
                "This looks like a tax identification number (EIN). Enter the provider's CCN: "
                "six characters, for example 015009."
            )
        )
    if re.fullmatch(r"[12]\d{9}", text):
        return Misreading(
            _(
                "This looks like an NPI, which has ten digits. Enter the provider's CCN: six "
                "characters, for example 015009."
            )
        )
    return None


def _provisional(typed: str, text: str) -> Misreading | None:
    """Where a real CCN is wanted: in CMS's lists, and when one is given at last."""
    if not re.fullmatch("P[A-Z]{2}[0-9]{5}", text):
        return None
    message = _(
        "%(typed)s is a provisional identifier, for a provider that is not certified yet. It is "
        "not a CCN."
    )
    return Misreading(message % {"typed": _shown(typed)})


def _several(typed: str, text: str) -> Misreading | None:
    parts = [part for part in re.split(r"[\s,;/]+", typed.upper()) if part]
    if len(parts) < 2 or not all(ccn_facts.is_known(part) for part in parts):
        return None
    return Misreading(_("These are several CCNs. Enter one at a time."), tuple(parts[:5]))


def _damage(typed: str, text: str) -> Misreading | None:
    if _ERROR_MARK.fullmatch(text):
        return Misreading(
            _(
                "This is a spreadsheet's error mark, not a CCN. Look the CCN up in a letter from "
                "CMS or a survey report and type it."
            )
        )
    if _SCIENTIFIC.fullmatch(text):
        message = _(
            "A spreadsheet turned this CCN into the number %(typed)s, and what it was is lost. "
            "Look the CCN up in a letter from CMS or a survey report and type it."
        )
        return Misreading(message % {"typed": _shown(typed)}, _from_scientific(text))
    if _FORMATTED.fullmatch(text):
        digits = text.split(".")[0].replace(",", "").zfill(6)
        if ccn_facts.is_known(digits):
            message = _(
                "A spreadsheet formatted this CCN as the number %(typed)s. Did you mean %(likely)s?"
            )
            return Misreading(message % {"typed": _shown(typed), "likely": digits}, (digits,))
    return None


def _from_scientific(text: str) -> tuple[str, ...]:
    """What may have stood there: 4.40E+233 is what becomes of 44E232, 4.00E+262 of 04E262."""
    mantissa, _e, exponent = text.partition("E")
    lead, _dot, decimals = mantissa.partition(".")
    two_digits = (lead + decimals.rstrip("0")).ljust(2, "0")
    if len(lead) != 1 or len(two_digits) != 2:
        return ()
    power = int(exponent.lstrip("+")[:4] or 0)
    spellings = [f"{two_digits}E{power - 1:03}"]
    if two_digits[1] == "0":
        spellings.append(f"0{lead}E{power:03}")
    return tuple(ccn for ccn in spellings if ccn_facts.is_known(ccn))


def _look_alikes(typed: str, text: str) -> Misreading | None:
    """O for zero, I for one. A letter that belongs where it stands is left alone."""
    if len(text) not in {6, 7, 9} or not text.isalnum() or ccn_facts.is_known(text):
        return None
    third = text[2] if ccn_facts.kind_of("00" + text[2:6]) else text[2].translate(_LOOK_ALIKE)
    meant = text[:2].translate(_LOOK_ALIKE) + third + text[3:6].translate(_LOOK_ALIKE) + text[6:]
    if meant == text or not ccn_facts.is_known(meant):
        return None
    message = _(
        "A CCN has digits where %(typed)s has letters: O looks like zero, I like one. "
        "Did you mean %(likely)s?"
    )
    return Misreading(message % {"typed": _shown(typed), "likely": meant}, (meant,))


def _lost_zeros(typed: str, text: str) -> Misreading | None:
    """15009 for 015009, 1515 for 001515, 15506001 for 015506001."""
    if not (text.isascii() and text.isalnum()) or len(text) not in {4, 5, 6, 8} or text[0] == "0":
        return None
    meant = text.zfill(6 if len(text) < 6 else len(text) + 1)
    if not ccn_facts.is_known(meant) or ccn_facts.is_known(text):
        return None
    meant, _suffix = ccn_facts.without_suffix(meant)
    message = _(
        "A CCN has six characters, and %(typed)s has %(length)d. A spreadsheet may have dropped "
        "a leading zero. Did you mean %(likely)s?"
    )
    if len(text) >= 6:
        message = _(
            "%(typed)s is not a CCN. A spreadsheet may have dropped a leading zero. "
            "Did you mean %(likely)s?"
        )
    shown = {"typed": _shown(typed), "length": len(text), "likely": meant}
    return Misreading(message % shown, (meant,))


def _a_name(typed: str, text: str) -> Misreading | None:
    if len(text) < 4 or any(character.isdecimal() for character in text):
        return None
    message = _(
        "%(typed)s is not a CCN: a CCN has six characters, most of them digits, as 015009. "
        "If you know only the provider's name, look it up with Find a provider."
    )
    return Misreading(message % {"typed": _shown(typed)})


def _shape(typed: str, text: str) -> Misreading | None:
    shown = {"typed": _shown(typed), "length": len(text), "letter": text[2:3]}
    if not (text.isascii() and text.isalnum()):
        message = _(
            "%(typed)s is not a CCN: a CCN has only digits and letters, six characters, for "
            "example 015009."
        )
        return Misreading(message % shown)
    ccn, _suffix = ccn_facts.without_suffix(text)
    if len(ccn) not in {6, 10}:
        message = _(
            "A CCN has six characters, for example 015009, and %(typed)s has %(length)d. Compare "
            "it with a letter from CMS or a survey report."
        )
        return Misreading(message % shown)
    if ccn_facts.kind_of(ccn) is not None:
        return None
    if ccn[2:] == "0000":
        message = _("No provider has the CCN %(typed)s: the last four digits are never 0000.")
    elif ccn[2].isalpha() and ccn[3:].isdecimal():
        message = _(
            "%(typed)s is not a CCN: the letter %(letter)s in third place stands for no kind of "
            "provider. Compare it with a letter from CMS or a survey report."
        )
    else:
        message = _(
            "%(typed)s is not a CCN: digits and letters do not stand where a CCN has them. "
            "Compare it with a letter from CMS or a survey report."
        )
    return Misreading(message % shown)


_LOOKS: Final = (
    _nothing,
    _other_numbers,
    _provisional,
    _several,
    _damage,
    _look_alikes,
    _lost_zeros,
    _a_name,
    _shape,
)


def _shown(typed: str) -> str:
    """What was typed, short enough and harmless enough to repeat."""
    visible = " ".join("".join(c for c in typed if c.isprintable()).split())
    return visible if len(visible) <= 30 else visible[:29] + "…"
