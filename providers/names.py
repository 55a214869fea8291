"""The roster writes in capitals; a page does not shout."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

_SMALL: Final = frozenset("an and at by de del for in of on or the to with".split())
_ACRONYMS: Final = frozenset(
    "abc ahc atc ccrc dba ecu hcc icf llc llp lp ltac ltc ltcu ne nh nhc opco pllc se snf snu tcu "
    "tlc ucsf unc upmc usa va".split()
)
_SHORTENED: Final = frozenset(
    "blvd cntr cntrs cnty crt ct ctr ctrs dr ft grn hlth hm hsp hwy jr ln ltd mnr mr mrs ms mt "
    "nrsg nsg nsng pkwy pl rd rhb skd sq sr st svc svcs vlg vlge".split()
)
_ROMAN: Final = re.compile(r"(?=[ivx])x{0,2}(ix|iv|v?i{0,3})")
_WORD: Final = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_LOST_APOSTROPHE: Final = re.compile(r"(?<=\w)¿(?=\w)")
# What an address writes differently from a name.
_IN_ADDRESSES: Final = {
    "bldg": "Bldg",
    "hts": "Hts",
    "plz": "Plz",
    "po": "PO",
    "sr": "SR",
    "trl": "Trl",
    "us": "US",
}
_ORDINAL: Final = re.compile(r"[0-9]+(st|nd|rd|th)")


@lru_cache(maxsize=20_000)
def title(text: str) -> str:
    """ "N&R OF WESTHAVEN L L C" becomes "N&R of Westhaven L L C"; mixed case is left alone."""
    mended = _LOST_APOSTROPHE.sub("'", " ".join(text.split())).replace("¿", "–")
    if mended != mended.upper():
        return mended
    return _WORD.sub(_cased, mended)


def address(text: str) -> str:
    """ "701 US HWY 25A NW" becomes "701 US Hwy 25A NW"; mixed case is left alone."""
    shown = title(text)
    return _WORD.sub(_cased_in_address, shown) if text == text.upper() else shown


def _cased_in_address(match: re.Match[str]) -> str:
    shown = match.group()
    word = shown.lower()
    if word[0].isdigit() and not _ORDINAL.fullmatch(word):
        return word.upper()
    return _IN_ADDRESSES.get(word, shown)


def _cased(match: re.Match[str]) -> str:
    word = match.group().lower()
    before, after = match.string[: match.start()].rstrip(), match.string[match.end() :]
    starts = not before.strip("\"'([")
    if word in _SMALL and after and not (starts or after.startswith(".")):
        return word
    if word in _ACRONYMS or (_ROMAN.fullmatch(word) and not starts):
        return word.upper()
    if word not in _SHORTENED and word.isalpha() and not re.search("[aeiouyáéíóúü]", word):
        return word.upper()
    if word[0].isdigit():
        return word
    return _name(word)


def _name(word: str) -> str:
    """O'Brien, D'Youville, Honoka'a, St. Mary's, McDonald."""
    lead, mark, rest = word.partition("'")
    if mark and len(lead) == 1 and len(rest) > 2:
        return f"{lead.upper()}'{_name(rest)}"
    if word.startswith("mc") and len(word) > 4:
        return "Mc" + word[2:].capitalize()
    return word[:1].upper() + word[1:]
