"""Timing several targets in one run, taking turns in random order.

Machines are noisy, so only ratios within one run count: of each block the median for each target,
of all blocks the median of the ratios. The base stands among the targets twice; where the two
differ, the run is void.
"""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable

Target = Callable[[], object]

WARM_UP = 20
# How far the ratio of a target to itself may be off.
VOID = 0.07


def measured(
    targets: dict[str, Target], *, blocks: int, runs_per_block: int
) -> dict[str, list[float]]:
    """For each target the median of each block, in seconds."""
    for target in targets.values():
        for _ in range(WARM_UP):
            target()
    times: dict[str, list[float]] = {name: [] for name in targets}
    for _ in range(blocks):
        order = [name for name in targets for _ in range(runs_per_block)]
        random.shuffle(order)
        block: dict[str, list[float]] = {name: [] for name in targets}
        for name in order:
            started = time.perf_counter()
            targets[name]()
            block[name].append(time.perf_counter() - started)
        for name, taken in block.items():
            times[name].append(statistics.median(taken))
    return times


def milliseconds(taken: list[float]) -> float:
    return statistics.median(taken) * 1000


def ratio(taken: list[float], base: list[float]) -> float:
    return statistics.median(one / other for one, other in zip(taken, base, strict=True))


def is_valid(base: list[float], again: list[float]) -> bool:
    """Says so where it is not."""
    valid = abs(ratio(again, base) - 1) <= VOID
    if not valid:
        print("  VOID: the same target twice differs too much; the machine is busy")
    return valid
