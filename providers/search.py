"""Find a provider by CCN in any spelling, by name or by city: a page at a time."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from django.db.models import Q

from providers import near_matches
from providers.answers import Answer, answer_for
from providers.ccn import provisional_id, squeeze
from providers.ccn_facts import STATE_NAMES
from providers.models import Program, Provider, ProviderQuerySet
from providers.models.search_keys import squeezed, words
from providers.verdicts import Verdict

PAGE_SIZE: Final = 25
MOST_COUNTED: Final = 1000
_SMALL_WORDS: Final = frozenset("a and at by for in of the".split())
_STATES_BY_NAME: Final = {name.lower(): postal for postal, name in STATE_NAMES.items()}
_LIKE_A_CCN: Final = re.compile(r"[0-9A-E][0-9][0-9A-Z]{3,8}")
_BEGINS_LIKE_A_CCN: Final = re.compile(r"[0-9A-E][0-9][0-9A-Z]{0,3}")


@dataclass(frozen=True, slots=True)
class Found:
    """total stops counting at MOST_COUNTED + 1. near: did you mean one of these?"""

    providers: Sequence[Provider] = ()
    total: int = 0
    next_after: str = ""
    near: Sequence[Provider] = ()
    answer: Answer | None = None
    note: str = ""
    # Those of the page that only their legal name brought here: it must be shown, then.
    by_legal_name: frozenset[str] = frozenset()

    @property
    def is_misread(self) -> bool:
        """What was typed is no CCN at all; the sentence in the answer says why."""
        unread = (Verdict.UNREADABLE, Verdict.UNKNOWN_STATE)
        return self.answer is not None and self.answer.answer in unread


def find(typed: str, *, state: str = "", after: str = "") -> Found:
    """At most seven queries. after: the CCN of the last provider on the page before."""
    note = _program_without_accounts(typed)
    if not typed.strip() and not state:
        return Found()
    if _reads_like_a_ccn(typed):
        answer = answer_for(typed)
        if answer.provider is not None:
            return Found(providers=[answer.provider], total=1, answer=answer)
        if not (found := _page(typed, state, after)).providers:
            return Found(near=answer.near_matches, answer=answer)
        return found
    found = _page(typed, state, after)
    if found.providers or note:
        return replace(found, note=note)
    if _may_be_a_damaged_ccn(typed):
        answer = answer_for(typed)
        return Found(near=answer.near_matches, answer=answer)
    near = near_matches.of_name(typed, state=state, at_most=10)
    return Found(near=near, note=note)


def _reads_like_a_ccn(typed: str) -> bool:
    return bool(_LIKE_A_CCN.fullmatch(squeeze(typed)) or provisional_id(typed))


def _may_be_a_damaged_ccn(typed: str) -> bool:
    """A digit and no space: 4.40E+233, 0l5009, ZZ5009. Names and cities are not written so."""
    text = typed.strip()
    return len(text.split()) == 1 and any(character.isdecimal() for character in text)


def _meant(typed: str) -> list[str]:
    said = words(typed)
    return [word for word in said if word not in _SMALL_WORDS] or said


def _matching(typed: str, state: str) -> ProviderQuerySet:
    """Every word must be in it; the beginning of a CCN will do as well."""
    providers = Provider.objects.filter(state=state) if state else Provider.objects.all()
    by_name = Q()
    for word in _meant(typed):
        by_name &= _word(word)
    text = squeeze(typed)
    if len(text) >= 2 and _BEGINS_LIKE_A_CCN.fullmatch(text):
        return providers.filter(by_name | Q(ccn__startswith=text))
    return providers.filter(by_name)


def _word(word: str) -> Q:
    """Part of a word will do, but a letter must stand alone: "N&R". "Mobile AL" means a state."""
    postal = _STATES_BY_NAME.get(word, word.upper())
    in_text = Q(search_text__contains=word)
    if len(word) == 1:
        in_text = Q(search_text__contains=f" {word} ") | Q(search_text__startswith=f"{word} ")
    return in_text | Q(state=postal) if postal in STATE_NAMES else in_text


def _page(typed: str, state: str, after: str) -> Found:
    providers = _matching(typed, state)
    last = providers.filter(ccn=after).first() if after.isalnum() else None
    rows = _rows(providers, squeezed(typed), last)
    shown = rows[:PAGE_SIZE]
    has_more = len(rows) > PAGE_SIZE
    return Found(
        providers=shown,
        total=providers[: MOST_COUNTED + 1].count() if has_more or after else len(shown),
        next_after=shown[-1].ccn if has_more else "",
        by_legal_name=_by_legal_name(shown, _meant(typed)),
    )


def _rows(providers: ProviderQuerySet, said: str, last: Provider | None) -> list[Provider]:
    """Names that hold all that was typed as it stands come before names that hold its words; one
    more than a page of them. Each part by itself, so that of names that half the country has the
    first ones are read in their order, by an index, and not all of them to be put in order.
    """
    as_it_stands = Q(squeezed_name__contains=said)
    rows: list[Provider] = []
    if last is None or said in last.squeezed_name:
        rows = _first(providers.filter(as_it_stands), last)
        last = None
    if said and len(rows) <= PAGE_SIZE:
        rows += _first(providers.filter(~as_it_stands), last)
    return rows[: PAGE_SIZE + 1]


def _first(providers: ProviderQuerySet, last: Provider | None) -> list[Provider]:
    if last is not None:
        # By the second condition the index is read from that name on.
        further = Q(name__gt=last.name) | Q(ccn__gt=last.ccn)
        providers = providers.filter(further, name__gte=last.name)
    return list(providers.order_by("name", "ccn")[: PAGE_SIZE + 1])


def _by_legal_name(providers: Sequence[Provider], meant: Sequence[str]) -> frozenset[str]:
    """Where a word that was typed stands in the legal name and nowhere else on the row."""
    return frozenset(each.ccn for each in providers if each.legal_name and _hides(each, meant))


def _hides(provider: Provider, meant: Sequence[str]) -> bool:
    row = (provider.name, provider.place, STATE_NAMES.get(provider.state, ""), provider.ccn)
    seen = " ".join([*words(" ".join(row)), squeezed(provider.name), squeezed(provider.city)])
    legal = " ".join(words(provider.legal_name))
    return any(_says(legal, word) and not _says(seen, word) for word in meant)


def _says(text: str, word: str) -> bool:
    """As in the database: part of a word will do, but a letter must stand alone."""
    return f" {word} " in f" {text} " if len(word) == 1 else word in text


def _program_without_accounts(typed: str) -> str:
    """Whoever looks for PBJ is told that it needs no account here."""
    said = set(words(typed))
    if not said & {"pbj", "payroll"}:
        return ""
    program = Program.objects.filter(code="pbj", onboarded=False).first()
    return program.note if program else ""
