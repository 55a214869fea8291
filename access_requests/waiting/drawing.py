"""The ten business days of the schedule as a line of blocks, with a mark where something comes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from access_requests.waiting import clock

_STEP, _BLOCK = 26, 24


@dataclass(frozen=True)
class Drawing:
    """Measured in units of its own; the page scales it."""

    days: int
    steps: Sequence[int]

    width = _STEP * int(clock.SERVICE_CENTER)
    height = 44

    @property
    def blocks(self) -> list[tuple[int, bool]]:
        """Where each day stands, and whether it is over."""
        return [(n * _STEP, n < self.days) for n in range(clock.SERVICE_CENTER)]

    @property
    def marks(self) -> list[tuple[int, int]]:
        """Which day, and where its number stands."""
        return [(int(step), (int(step) - 1) * _STEP + _BLOCK // 2) for step in self.steps]
