"""A packed file, unpacked piece by piece: never more than a worker has room for.

A few packed kilobytes can be gigabytes, one setting of xz asks for as much memory, and a file can
be packed in a million parts that hold nothing.
"""

from __future__ import annotations

import lzma
import zlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import PurePath
from typing import Final, NoReturn

from django.utils.translation import gettext as _

from providers.roster.layouts import Unusable

# The largest file of CMS's has 15 MB.
MOST_BYTES: Final = 64 * 1024 * 1024
# xz at its strongest takes 65 MB.
_MOST_MEMORY: Final = 96 * 1024 * 1024
_MOST_PARTS: Final = 10_000
_OUT: Final = 1024 * 1024
_IN: Final = 64 * 1024


def unpacked(name: str, raw: bytes) -> bytes:
    """As it is, where its name says that it is not packed."""
    parts = _KINDS.get(PurePath(name).suffix.lower())
    if parts is None:
        if len(raw) > MOST_BYTES:
            refuse_large()
        return raw
    pieces, size = [], 0
    try:
        for piece in _joined(parts, memoryview(raw)):
            size += len(piece)
            if size > MOST_BYTES:
                refuse_large()
            pieces.append(piece)
    except (zlib.error, lzma.LZMAError, EOFError) as error:
        raise Unusable(_("It is damaged: it cannot be unpacked.")) from error
    return b"".join(pieces)


def refuse_large() -> NoReturn:
    raise Unusable(
        _("Unpacked it has more than %(size)d MB: no list of CMS’s is so large.")
        % {"size": MOST_BYTES // 1024 // 1024}
    )


# What comes out of one part, piece by piece, each with how many bytes it took.
_Part = Callable[[memoryview], Iterator[tuple[bytes, int]]]


def _joined(part: _Part, raw: memoryview) -> Iterator[bytes]:
    """Of parts that are packed one after the other. Zeros may fill up the end."""
    at = 0
    for _number in range(_MOST_PARTS):
        for piece, taken in part(raw[at:]):
            at += taken
            yield piece
        if at == len(raw) or (raw[at] == 0 and not bytes(raw[at:]).strip(b"\x00")):
            return
    raise EOFError


def _gunzipped(raw: memoryview) -> Iterator[tuple[bytes, int]]:
    unpacker = zlib.decompressobj(wbits=31)
    at = 0
    while not unpacker.eof:
        packed = raw[at : at + _IN]
        if not packed:
            raise EOFError
        piece = unpacker.decompress(packed, _OUT)
        taken = len(packed) - len(unpacker.unconsumed_tail) - len(unpacker.unused_data)
        at += taken
        yield piece, taken


def _unxzed(raw: memoryview) -> Iterator[tuple[bytes, int]]:
    unpacker = lzma.LZMADecompressor(memlimit=_MOST_MEMORY)
    at = 0
    while not unpacker.eof:
        packed = raw[at : at + _IN] if unpacker.needs_input else raw[:0]
        if unpacker.needs_input and not packed:
            raise EOFError
        piece = unpacker.decompress(packed, _OUT)
        at += len(packed)
        yield piece, len(packed) - len(unpacker.unused_data)


_KINDS: Final[Mapping[str, _Part]] = {".gz": _gunzipped, ".xz": _unxzed}
