"""How far a worker has come with a file. Told outside its transaction, which nobody can look into;
lost without harm.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.core.cache import cache
from django.utils.translation import gettext, gettext_noop

from providers.models import RosterUpload

_LIFE_SECONDS: Final = 3600

# What the import calls its steps, in order, and what is done then.
_COMPARING: Final = {
    "reading": gettext_noop("Reading the file"),
    "comparing": gettext_noop("Comparing it with the list of providers"),
    "writing": gettext_noop("Working out what is different"),
    "keeping": gettext_noop("Keeping the difference"),
}
_IMPORTING: Final = {
    "reading": gettext_noop("Reading the file"),
    "comparing": gettext_noop("Writing what was accepted"),
    "writing": gettext_noop("Making sure that it is what was accepted"),
    "keeping": gettext_noop("Finishing"),
}


@dataclass(frozen=True)
class Progress:
    step: str
    number: int
    steps: int
    label: str
    rows: int

    @property
    def value(self) -> int:
        """In half steps: in the middle of the one that is being done."""
        return 2 * self.number - 1

    @property
    def end(self) -> int:
        return 2 * self.steps


def tell(upload: int, step: str, _done: int = 0, rows: int = 0) -> None:
    cache.set(_key(upload), [step, rows], _LIFE_SECONDS)


def of(upload: RosterUpload) -> Progress | None:
    """None: no worker has begun, or nobody knows."""
    told = cache.get(_key(upload.pk))
    labels = _IMPORTING if upload.state == RosterUpload.State.IMPORTING else _COMPARING
    if not told or told[0] not in labels:
        return None
    step, rows = told
    number = list(labels).index(step) + 1
    return Progress(step, number, len(labels), gettext(labels[step]), rows)


def forget(upload: int) -> None:
    """Before a step begins: what an earlier one told is no news of this."""
    cache.delete(_key(upload))


def _key(upload: int) -> str:
    return f"roster-upload-{upload}"
