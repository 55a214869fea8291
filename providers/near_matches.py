"""Providers that may have been meant: one slip of the finger away, or with a name like it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from providers.models import Provider
from providers.models.search_keys import squeezed, words

_AT_MOST = 5
_NAMED_LIKE = """
    SELECT provider.*
    FROM providers_named_like(%s, %s, %s) AS found
    JOIN providers_provider AS provider ON provider.id = found.provider_id
    ORDER BY found.alike DESC, provider.name, provider.ccn
"""
_EACH_NAMED_LIKE = """
    SELECT provider.*, asked.number AS asked_number
    FROM unnest(%s::text[], %s::text[]) WITH ORDINALITY AS asked (name, state, number)
    CROSS JOIN LATERAL (
        SELECT id, similarity(squeezed_name, asked.name) AS alike
        FROM providers_provider
        WHERE state = asked.state
            AND closed_on IS NULL
            AND similarity(squeezed_name, asked.name) >= 0.4
        ORDER BY 2 DESC, name, ccn
        LIMIT %s
    ) AS found
    JOIN providers_provider AS provider USING (id)
    ORDER BY asked.number, found.alike DESC, provider.name, provider.ccn
"""


def slips(text: str) -> list[str]:
    """What was meant if neighbours changed places, or one digit is wrong, lost or too many.

    The likeliest slips come first.
    """
    if not (text.isascii() and text.isalnum()):
        return []
    return list(dict.fromkeys(_slips(text)))


def _slips(text: str) -> Iterator[str]:
    if len(text) == 6:
        for at in range(5):
            if text[at] != text[at + 1]:
                yield text[:at] + text[at + 1] + text[at] + text[at + 2 :]
        for at in reversed(range(6)):
            if text[at].isdecimal():
                for digit in "0123456789":
                    if digit != text[at]:
                        yield text[:at] + digit + text[at + 1 :]
    elif len(text) == 7:
        for at in range(7):
            yield text[:at] + text[at + 1 :]
    elif len(text) == 5:
        for at in range(6):
            for digit in "0123456789":
                yield text[:at] + digit + text[at:]


def among(candidates: Sequence[Sequence[str]]) -> list[list[Provider]]:
    """The open providers in each list of CCNs, in the lists' order. One query for all."""
    wanted = {ccn for ccns in candidates for ccn in ccns}
    if not wanted:
        return [[] for _ccns in candidates]
    open_ones = Provider.objects.open().filter(ccn__in=wanted)
    found = {provider.ccn: provider for provider in open_ones}
    return [
        [found[ccn] for ccn in dict.fromkeys(ccns) if ccn in found][:_AT_MOST]
        for ccns in candidates
    ]


def of_name(text: str, *, state: str = "", at_most: int = _AT_MOST) -> list[Provider]:
    """Open providers with a name or city like the text, the likest first. One query."""
    plain = " ".join(words(text))
    if len(plain) < 4:
        return []
    return list(Provider.objects.raw(_NAMED_LIKE, [plain, state, at_most]))


def of_names(asked: Sequence[tuple[str, str]], *, at_most: int = 3) -> list[list[Provider]]:
    """Open providers of each state with a name spelled like each name, in the pairs' order.

    One query for all, for lists: within a state names are compared one by one, which takes a
    small part of what of_name() takes to look for each word of a name.
    """
    found: list[list[Provider]] = [[] for _each in asked]
    if not asked:
        return found
    names = [squeezed(name) for name, _state in asked]
    states = [state for _name, state in asked]
    for provider in Provider.objects.raw(_EACH_NAMED_LIKE, [names, states, at_most]):
        found[vars(provider)["asked_number"] - 1].append(provider)
    return found
