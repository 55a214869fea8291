"""A small file that would be a large one in memory is refused before it is."""

from __future__ import annotations

import gzip
import lzma
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from providers.models import Provider
from providers.roster import files, importing, incoming, unpacking
from providers.roster.layouts import Unusable
from tests.providers.builders import enrollment, text_of

MB = 1024 * 1024
HEADER = text_of().encode().strip()
TWO = text_of(enrollment("015009"), enrollment("015010")).encode()

Way = Callable[[Path, str, bytes], object]


def by_page(folder: Path, name: str, raw: bytes) -> object:
    return incoming.recognised(name, raw)


def by_worker(folder: Path, name: str, raw: bytes) -> object:
    return importing.import_content(name, raw, dry_run=True)


def by_command(folder: Path, name: str, raw: bytes) -> object:
    (folder / name).write_bytes(raw)
    return call_command("import_providers", folder / name)


WAYS = pytest.mark.parametrize("way", [by_page, by_worker, by_command])


@WAYS
@pytest.mark.parametrize("filling", [b"\n", b"\r", b"\r\n", b",", b",\n"])
def test_a_few_kilobytes_of_nothing_are_refused_with_a_sentence_and_little_memory(
    tmp_path: Path, way: Way, filling: bytes
) -> None:
    packed = gzip.compress(HEADER + b"\n" + filling * (6 * MB // len(filling)))
    tracemalloc.start()
    try:
        with pytest.raises((Unusable, CommandError), match=r"more than (200,000 lines|5,000,000)"):
            way(tmp_path, "a.csv.gz", packed)
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 40 * MB


def test_the_page_takes_only_the_first_line_apart() -> None:
    content = TWO + (b"," * 24 + b"\n") * 199_000
    tracemalloc.start()
    try:
        assert incoming.recognised("a.csv", content) == "snf_enrollments"
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < MB


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_as_many_lines_as_there_may_be_and_one_more(
    monkeypatch: pytest.MonkeyPatch, end: bytes
) -> None:
    monkeypatch.setattr(files, "MOST_LINES", 3)
    raw = TWO.strip().replace(b"\r\n", b"\n").replace(b"\n", end)
    assert files.from_bytes("a.csv", raw).numbers == [2, 3]
    assert files.from_bytes("a.csv", raw + end).numbers == [2, 3]
    with pytest.raises(Unusable, match="more than 3 lines"):
        files.from_bytes("a.csv", raw + end + end)


def test_blank_lines_keep_the_numbers_of_the_others() -> None:
    head, one, two = TWO.splitlines()
    raw = b"\n".join([head, b"", b"", one, b",,,", b" ", two, b"", b""])
    assert files.from_bytes("a.csv", raw).numbers == [4, 7]


@WAYS
@pytest.mark.parametrize("pack", [gzip.compress, lzma.compress], ids=["gz", "xz"])
def test_what_unpacks_to_too_much_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: Way, pack: Callable[[bytes], bytes]
) -> None:
    monkeypatch.setattr(unpacking, "MOST_BYTES", 2 * MB)
    name = "a.csv.gz" if pack is gzip.compress else "a.csv.xz"
    with pytest.raises((Unusable, CommandError), match="more than 2 MB"):
        way(tmp_path, name, pack(TWO + b"x" * 2 * MB))


def test_a_plain_file_of_the_command_is_not_even_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unpacking, "MOST_BYTES", 100)
    monkeypatch.setattr(Path, "read_bytes", None)
    (tmp_path / "a.csv").write_text("x" * 101)
    with pytest.raises(Unusable, match="no list of CMS’s is so large"):
        files.read(tmp_path / "a.csv")


@pytest.mark.parametrize("pack", [gzip.compress, lzma.compress], ids=["gz", "xz"])
def test_packed_in_parts(pack: Callable[[bytes], bytes]) -> None:
    """As some packers write; the end may be filled up with zeros, and with nothing else."""
    name = "a.csv.gz" if pack is gzip.compress else "a.csv.xz"
    large = b"".join(b"%d," % number for number in range(400_000))
    parts = [large[: 2 * MB], b"", large[2 * MB :]]
    raw = b"".join(map(pack, parts))
    assert unpacking.unpacked(name, raw) == large
    assert unpacking.unpacked(name, raw + b"\x00" * 8) == large
    for damaged in (raw[:-1], raw + b"\x00\x00\x00x", raw + raw[:9], raw[:-3] + b"abc", b""):
        with pytest.raises(Unusable, match="damaged"):
            unpacking.unpacked(name, damaged)
    with pytest.raises(Unusable, match="damaged"):
        unpacking.unpacked(name, pack(b"") * 20_000)


@pytest.mark.django_db
def test_a_list_as_large_as_any_of_cms_is_taken() -> None:
    rows = [enrollment(f"{number:06}") for number in range(15_500, 15_600)]
    raw = text_of(*rows).encode() + b"\n" * 150_000
    importing.import_content("a.csv.xz", lzma.compress(raw, preset=0))
    assert Provider.objects.count() == 100
