"""How far a worker has come with a file. Told outside its transaction, which nobody can look into;
lost without harm.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Final

from django.core.cache import cache
from django.utils.translation import gettext, gettext_noop

_LIFE_SECONDS: Final = 3600
_PAUSE_SECONDS: Final = 0.25
_told_at: dict[int, tuple[str, float]] = {}

PHASES: Final = {
    "reading": gettext_noop("Reading the file"),
    "comparing": gettext_noop("Comparing it with the list of providers"),
    "writing": gettext_noop("Writing"),
    "keeping": gettext_noop("Keeping the difference"),
}


@dataclass(frozen=True)
class Progress:
    phase: str
    done: int
    of: int

    @property
    def label(self) -> str:
        return gettext(PHASES.get(self.phase, gettext_noop("Working on the file")))


def tell(upload: int, phase: str, done: int = 0, of: int = 0) -> None:
    """Any number of times: hardly more than four a second are passed on."""
    last_phase, last_at = _told_at.get(upload, ("", 0.0))
    now = time.monotonic()
    if phase == last_phase and now - last_at < _PAUSE_SECONDS:
        return
    _told_at.clear()
    _told_at[upload] = phase, now
    cache.set(_key(upload), [phase, done, of], _LIFE_SECONDS)


def of(upload: int) -> Progress | None:
    """None: no worker has begun, or nobody knows."""
    told = cache.get(_key(upload))
    return Progress(*told) if told else None


def _key(upload: int) -> str:
    return f"roster-upload-{upload}"
