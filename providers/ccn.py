"""Reading a CMS Certification Number the way people, files and PECOS spell it.

A CCN is text, never a number. No database here: this module knows what a CCN can be, the roster
knows which ones there are.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from providers import ccn_facts, misreadings
from providers.kinds import SERVED, Kind
from providers.verdicts import Verdict

_LONGEST_TYPED: Final = 200
_PROVISIONAL: Final = re.compile("P([A-Z]{2})[0-9]{5}")


@dataclass(frozen=True, slots=True)
class Reading:
    """A CCN that can exist. Whether iQIES serves its kind is another question."""

    typed: str
    ccn: str
    state: str
    kind: Kind
    enrollment_suffix: str = ""

    @property
    def state_code(self) -> str:
        return self.ccn[:2]

    @property
    def is_served(self) -> bool:
        return self.kind in SERVED

    @property
    def agency(self) -> str:
        """The home health agency whose branch this is; a branch carries its agency's number."""
        return self.ccn[:2] + self.ccn[3:7] if self.kind == Kind.HHA_BRANCH else ""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """No CCN, with the sentence that says why, and the CCNs that may have been meant."""

    typed: str
    verdict: Verdict
    message: str
    likely: tuple[str, ...] = ()
    ccn: str = ""


def read(typed: str) -> Reading | Unreadable:
    """Never raises, whatever the text."""
    typed = typed[:_LONGEST_TYPED]
    text = squeeze(typed)
    ccn, suffix = ccn_facts.without_suffix(text)
    kind = ccn_facts.kind_of(ccn)
    state = ccn_facts.STATES.get(ccn[:2])
    if kind is not None and state is not None and not misreadings.is_another_number(typed):
        return Reading(typed, ccn, state, kind, suffix)
    reason = misreadings.explain(typed, text)
    if reason is None:
        message = _(
            "No state has the code %(code)s. The first two characters of a CCN stand for the "
            "state. Compare the number with a letter from CMS or a survey report."
        )
        return Unreadable(typed, Verdict.UNKNOWN_STATE, message % {"code": text[:2]}, ccn=ccn)
    return Unreadable(typed, Verdict.UNREADABLE, reason.message, reason.likely)


def provisional_id(typed: str) -> str:
    """The identifier of a provider that is not certified yet, such as PTX00012, in any spelling.

    Empty where the text is none. It is no CCN: what kind it stands for, only the provider knows.
    """
    text = squeeze(typed[:_LONGEST_TYPED])
    shape = _PROVISIONAL.fullmatch(text)
    return text if shape and shape[1] in ccn_facts.STATE_NAMES else ""


def squeeze(typed: str) -> str:
    """Without spaces, hyphens, quotes and what cannot be seen; digits as 0 to 9; upper case."""
    if typed.isascii() and typed.isalnum():
        text = typed.upper()
    else:
        wide = unicodedata.normalize("NFKC", typed)
        text = "".join(_plain(character) for character in wide).upper()
    return text[3:] if text.startswith("CCN") else text


def _plain(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Nd":
        return str(unicodedata.decimal(character))
    # Pd: dashes. Cc, Cf: tabs, zero-width and direction marks. Z: spaces. Quotes: a spreadsheet
    # writes '015009 or ="015009" for text that it must leave alone.
    if category in {"Pd", "Cc", "Cf", "Zs", "Zl", "Zp"} or character in "−'\"’‘“”`=:":
        return ""
    return character
