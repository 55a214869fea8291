"""A file as it comes in by the page: refused at once where its header says enough."""

from __future__ import annotations

import lzma
import zlib
from collections.abc import Iterator
from pathlib import PurePath
from typing import Final

from django.utils.translation import gettext as _

from providers.roster import files
from providers.roster.layouts import Unusable, recognise

# The largest file of CMS's has 15 MB. Unpacked it has to fit into a worker's memory several times.
MOST_BYTES: Final = 40 * 1024 * 1024
MOST_UNPACKED: Final = 160 * 1024 * 1024
SUFFIXES: Final = (".csv", ".csv.gz", ".csv.xz")
_PIECE: Final = 1024 * 1024


def recognised(name: str, raw: bytes) -> str:
    """The code of the layout; "" where two have the same header, and the rows will tell.

    Raises Unusable with what the file is instead.
    """
    _refuse_bomb(name, raw)
    layouts = recognise(files.from_bytes(name, raw).header).layouts
    return layouts[0].code if len(layouts) == 1 else ""


def _refuse_bomb(name: str, raw: bytes) -> None:
    """A few packed kilobytes can be gigabytes, and one setting of xz asks for as much memory."""
    pieces = {".gz": _gunzipped, ".xz": _unxzed}.get(PurePath(name).suffix.lower())
    if pieces is None:
        return
    size = 0
    try:
        for length in pieces(raw):
            size += length
            if size > MOST_UNPACKED:
                raise Unusable(
                    _("Unpacked it has more than %(size)d MB: no list of CMS’s is so large.")
                    % {"size": MOST_UNPACKED // 1024 // 1024}
                )
    except (zlib.error, lzma.LZMAError, EOFError) as error:
        raise Unusable(_("It is damaged: it cannot be unpacked.")) from error


def _gunzipped(raw: bytes) -> Iterator[int]:
    """Lengths of the pieces that come out, never more than one of them in memory."""
    unpacker = zlib.decompressobj(wbits=31)
    rest = raw
    while rest:
        yield len(unpacker.decompress(rest, _PIECE))
        rest = unpacker.unconsumed_tail
        if unpacker.eof:
            # Several packed one after the other, as gzip reads them.
            rest, unpacker = unpacker.unused_data.lstrip(b"\x00"), zlib.decompressobj(wbits=31)


def _unxzed(raw: bytes) -> Iterator[int]:
    rest = raw
    while rest:
        unpacker = lzma.LZMADecompressor(memlimit=256 * 1024 * 1024)
        while not unpacker.eof:
            piece = unpacker.decompress(rest, _PIECE)
            rest = b""
            if not piece and unpacker.needs_input:
                return
            yield len(piece)
        rest = unpacker.unused_data
