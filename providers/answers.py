"""The answer to a typed CCN (rule 1): which of seven it is, and the sentence a person reads."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Q
from django.utils import timezone

from providers import near_matches, sentences
from providers.ccn import Reading, Unreadable, provisional_id, read, squeeze
from providers.models import Program, Provider
from providers.programs import Onboarding, onboarding_of_kind
from providers.verdicts import Verdict


@dataclass(frozen=True, slots=True)
class Answer:
    typed: str
    answer: Verdict
    message: str
    ccn: str = ""
    state: str = ""
    kind: str = ""
    provider: Provider | None = None
    near_matches: Sequence[Provider] = ()

    @property
    def is_ok(self) -> bool:
        return self.answer == Verdict.OK


def answer_for(typed: str, *, at: datetime | None = None) -> Answer:
    """At most three queries. A name typed instead of a CCN is met with providers of that name."""
    [answer] = answers_for([typed], at=at)
    if answer.answer == Verdict.UNREADABLE and not answer.near_matches:
        return replace(answer, near_matches=near_matches.of_name(answer.typed))
    return answer


def answers_for(values: Sequence[str], *, at: datetime | None = None) -> list[Answer]:
    """In order, with three queries whatever the number of values."""
    at = at or timezone.now()
    readings = [read(typed) for typed in values]
    provisional = [provisional_id(typed) for typed in values]
    roster = _on_roster((each for each in readings if isinstance(each, Reading)), provisional)
    wants_dates = _any_read(readings) or any(provisional)
    programs = list(Program.objects.order_by("code")) if wants_dates else []
    answers = [
        _answer_to_provisional(reading.typed, identifier, roster.get(identifier), programs, at)
        if identifier
        else _answer_to_unreadable(reading)
        if isinstance(reading, Unreadable)
        else _answer_to_reading(reading, roster, programs, at)
        for reading, identifier in zip(readings, provisional, strict=True)
    ]
    near = near_matches.among([_meant(*pair) for pair in zip(readings, answers, strict=True)])
    return [
        replace(answer, near_matches=found) if found else answer
        for answer, found in zip(answers, near, strict=True)
    ]


def _any_read(readings: Iterable[Reading | Unreadable]) -> bool:
    return any(isinstance(reading, Reading) and reading.is_served for reading in readings)


def _on_roster(readings: Iterable[Reading], provisional: Iterable[str]) -> dict[str, Provider]:
    """By CCN and by provisional identifier. A branch is looked up with its agency."""
    ccns = {ccn for reading in readings for ccn in (reading.ccn, reading.agency) if ccn}
    identifiers = {each for each in provisional if each}
    if not ccns and not identifiers:
        return {}
    wanted = Q(ccn__in=ccns)
    if identifiers:
        wanted |= Q(provisional_id__in=identifiers)
    found = list(Provider.objects.filter(wanted))
    return {each.ccn: each for each in found} | {
        each.provisional_id: each for each in found if each.provisional_id
    }


def _answer_to_provisional(
    typed: str,
    identifier: str,
    provider: Provider | None,
    programs: list[Program],
    at: datetime,
) -> Answer:
    """Once CMS has given the provider its CCN, the answer names that one."""
    if provider is None:
        message = sentences.no_such_provisional(identifier)
        state = identifier[1:3]
        return Answer(typed, Verdict.NOT_ON_ROSTER, message, ccn=identifier, state=state)
    verdict, message = _judged_on_roster(provider, onboarding_of_kind(provider.kind, programs, at))
    return Answer(
        typed=typed,
        answer=verdict,
        message=message,
        ccn=provider.ccn,
        state=provider.state,
        kind=provider.kind,
        provider=provider,
    )


def _judged_on_roster(provider: Provider, onboarding: Onboarding) -> tuple[Verdict, str]:
    if not provider.is_open:
        return Verdict.CLOSED, sentences.closed(provider)
    if not onboarding.pso_open:
        return Verdict.NOT_ONBOARDING, sentences.not_onboarding_at(provider, onboarding)
    return Verdict.OK, sentences.ok(provider, onboarding)


def _answer_to_unreadable(reading: Unreadable) -> Answer:
    return Answer(reading.typed, reading.verdict, reading.message, ccn=reading.ccn)


def _answer_to_reading(
    reading: Reading, roster: dict[str, Provider], programs: list[Program], at: datetime
) -> Answer:
    provider = roster.get(reading.ccn)
    onboarding = onboarding_of_kind(reading.kind, programs, at)
    verdict, message = _judged(reading, provider, roster.get(reading.agency), onboarding)
    return Answer(
        typed=reading.typed,
        answer=verdict,
        message=message,
        ccn=reading.ccn,
        state=reading.state,
        kind=reading.kind.value,
        provider=provider,
    )


def _judged(
    reading: Reading, provider: Provider | None, agency: Provider | None, onboarding: Onboarding
) -> tuple[Verdict, str]:
    """A program that is not open says so before the roster is asked: it may not be loaded yet."""
    if not reading.is_served:
        return Verdict.NOT_SERVED, sentences.not_served(reading)
    if provider is not None:
        return _judged_on_roster(provider, onboarding)
    if not onboarding.pso_open:
        return Verdict.NOT_ONBOARDING, sentences.not_onboarding(reading, onboarding)
    if agency is not None:
        return Verdict.NOT_ON_ROSTER, sentences.branch(reading, agency)
    return Verdict.NOT_ON_ROSTER, sentences.not_on_roster(reading)


def _meant(reading: Reading | Unreadable, answer: Answer) -> Sequence[str]:
    """CCNs that may have been meant: what the reader thinks, else one slip of the finger."""
    if provisional_id(reading.typed):
        return ()
    if isinstance(reading, Unreadable):
        return reading.likely or near_matches.slips(squeeze(reading.typed))
    if answer.answer == Verdict.NOT_ON_ROSTER and reading.agency:
        return [reading.agency]
    if answer.answer == Verdict.NOT_ON_ROSTER or (
        answer.answer == Verdict.NOT_ONBOARDING and answer.provider is None
    ):
        return near_matches.slips(reading.ccn)
    return ()
