"""What may stand in double braces in a campaign's message, and what takes its place."""

from __future__ import annotations

import re
from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# In the order in which the page explains them.
KNOWN: dict[str, str | Promise] = {
    "providers": _("The CCNs with their providers' names, one a line. On a line of its own."),
    "ccns": _("“CCN 015009”, or “40 CCNs” where there are many. Also for the subject."),
    "dates": _("The dates of the program, one a line: since when, or from when."),
    "program": _("The name of the program."),
    "portal": _("The address of this portal."),
    "phone": _("The Service Center's phone number."),
}
IN_SUBJECT = frozenset({"ccns", "program"})
# Without it nobody would know what the letter is about.
NEEDED = "providers"

_WRITTEN = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")


def unknown_in(text: str, allowed: frozenset[str] = frozenset(KNOWN)) -> list[str]:
    """What would be left standing, as it is written; a brace too many among it."""
    wrong = [each[0] for each in _WRITTEN.finditer(text) if each[1] not in allowed]
    rest = _WRITTEN.sub("", text)
    return [*wrong, *re.findall(r"\{\{|\}\}", rest)]


def names_in(text: str) -> set[str]:
    return {each[1] for each in _WRITTEN.finditer(text)}


def filled(text: str, values: Mapping[str, str]) -> str:
    """Once over the text: what is filled in is not looked at again."""
    return _WRITTEN.sub(lambda each: values[each[1]], text)
