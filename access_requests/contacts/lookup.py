"""Many CCNs in any spelling, provisional identifiers too, and the providers they mean."""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.db.models import Q
from django.utils.translation import gettext as _

from providers import ccn as ccns
from providers import sentences
from providers.models import Provider

_PROVISIONAL = re.compile(r"P[A-Z]{2}[0-9]{5}")


def look_up(spellings: Iterable[str]) -> dict[str, Provider | str]:
    """For each spelling its provider, open or closed, or the sentence that says why there is
    none. One query, or none."""
    read = {typed: _read(typed) for typed in spellings}
    wanted = {each for each in read.values() if isinstance(each, str)}
    named: dict[str, Provider] = {}
    if wanted:
        for each in Provider.objects.filter(Q(ccn__in=wanted) | Q(provisional_id__in=wanted)):
            named[each.ccn] = each
            if each.provisional_id:
                named[each.provisional_id] = each
    return {typed: _answer(each, named) for typed, each in read.items()}


def find(typed: str) -> Provider | str:
    return look_up([typed])[typed]


def _read(typed: str) -> str | ccns.Unreadable:
    squeezed = ccns.squeeze(typed[:200])
    if _PROVISIONAL.fullmatch(squeezed):
        return squeezed
    reading = ccns.read(typed)
    return reading if isinstance(reading, ccns.Unreadable) else reading.ccn


def _answer(read: str | ccns.Unreadable, named: dict[str, Provider]) -> Provider | str:
    if isinstance(read, ccns.Unreadable):
        return read.message if read.typed.strip() else _("There is no CCN in this row.")
    if read in named:
        return named[read]
    reading = ccns.read(read)
    if isinstance(reading, ccns.Reading) and not reading.is_served:
        return sentences.not_served(reading)
    return _("%(ccn)s is not on CMS’s list of providers.") % {"ccn": read}
