"""A file as it comes in by the page: refused at once where its header says enough."""

from __future__ import annotations

from typing import Final

from providers.roster import files
from providers.roster.layouts import recognise

MOST_BYTES: Final = 40 * 1024 * 1024
SUFFIXES: Final = (".csv", ".csv.gz", ".csv.xz")


def recognised(name: str, raw: bytes) -> str:
    """The code of the layout; "" where two have the same header, and the rows will tell.

    Raises Unusable with what the file is instead.
    """
    layouts = recognise(files.header_of(name, raw)).layouts
    return layouts[0].code if len(layouts) == 1 else ""
