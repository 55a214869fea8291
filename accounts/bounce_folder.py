"""The folder into which a mail server puts what is returned to our sender's address (Maildir)."""

from __future__ import annotations

import logging
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path

from django.core.cache import cache

from accounts import bounce_reader, bounces
from accounts.bounces import Taken

logger = logging.getLogger(__name__)

MOST_AT_ONCE = 500
# Strangers can fill the folder. A sweep ends in good time, and one at a time is enough: the worker
# has decisions to send.
_SECONDS = 20.0
_LOCK, _LOCK_SECONDS = "bounce-sweep", 120


def take(raw: bytes) -> Taken:
    report = bounce_reader.read(raw)
    return bounces.take(report) if report else Taken.NOT_OURS


def sweep(folder: Path) -> Counter[Taken]:
    """Take what is new. A report that was taken is deleted, since it names a person; the rest is
    put among what was seen (`cur`), for somebody to look at.

    Two sweeps at once, or one that was killed, do no harm: a report counts once.
    """
    if not cache.add(_LOCK, 1, _LOCK_SECONDS):
        return Counter()
    try:
        return _sweep(folder, until=time.monotonic() + _SECONDS)
    finally:
        cache.delete(_LOCK)


def _sweep(folder: Path, *, until: float) -> Counter[Taken]:
    counted: Counter[Taken] = Counter()
    for file in sorted((folder / "new").iterdir())[:MOST_AT_ONCE]:
        if time.monotonic() > until:
            break
        # Another sweep may have been faster.
        with suppress(FileNotFoundError):
            with file.open("rb") as opened:
                taken = take(opened.read(bounce_reader.MOST_BYTES))
            counted[taken] += 1
            if taken == Taken.NOT_OURS:
                file.rename(_seen(folder, file))
            else:
                file.unlink()
    if counted:
        logger.info("returned email taken", extra={"count": counted.total()})
    return counted


def _seen(folder: Path, file: Path) -> Path:
    seen = folder / "cur"
    seen.mkdir(exist_ok=True)
    return seen / f"{file.name}:2,S"
