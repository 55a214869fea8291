"""When a provider may be asked for (rule 3): pure functions over the program rows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from providers.models import Program, Provider


@dataclass(frozen=True, slots=True)
class Onboarding:
    """What is open for a kind of provider at a moment; the earliest open program counts."""

    program: Program | None
    pso_open: bool
    general_open: bool
    pso_opens_at: datetime | None
    general_opens_at: datetime | None


def onboarding_of(provider: Provider, at: datetime) -> Onboarding:
    """One query."""
    return onboarding_of_kind(provider.kind, Program.objects.all(), at)


def onboarding_of_kind(kind: str, programs: Iterable[Program], at: datetime) -> Onboarding:
    """A program without accounts (PBJ) counts for nothing here."""
    serving = [program for program in programs if program.onboarded and kind in program.kinds]
    pso_opens_at = _earliest(program.pso_opens_at for program in serving)
    general_opens_at = _earliest(program.general_opens_at for program in serving)
    general_open = general_opens_at is not None and general_opens_at <= at
    opens_at = general_opens_at if general_open else pso_opens_at
    return Onboarding(
        program=min(
            serving,
            key=lambda program: (
                opens_at not in {program.pso_opens_at, program.general_opens_at},
                program.code,
            ),
            default=None,
        ),
        pso_open=pso_opens_at is not None and pso_opens_at <= at,
        general_open=general_open,
        pso_opens_at=pso_opens_at,
        general_opens_at=general_opens_at,
    )


def _earliest(dates: Iterable[datetime | None]) -> datetime | None:
    return min((date for date in dates if date is not None), default=None)
