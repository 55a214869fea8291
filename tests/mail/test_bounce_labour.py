"""Strangers can mail anything to our sender's address; reading it must not keep the worker busy."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.cache import cache

from accounts import bounce_folder, bounce_reader

pytestmark = pytest.mark.django_db


def nested(depth: int, filler: bytes) -> bytes:
    parts = [
        b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (level, level)
        for level in range(depth)
    ]
    return b"".join(parts) + filler


@pytest.mark.parametrize(
    "raw",
    [
        nested(900, b"x\r\n" * 300_000),
        nested(12, b"\n" * 1_000_000),
        nested(0, b"\r" * 1_000_000),
        b"Content-Type: multipart/mixed; BOUNDARY*0*=b\r\n" * 500,
    ],
    ids=["many parts", "many lines", "other lines", "many boundaries"],
)
def test_what_would_take_long_is_not_read(raw: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[bytes] = []
    monkeypatch.setattr(bounce_reader, "message_from_bytes", read.append)
    assert bounce_reader.read(raw) is None
    assert read == []


def test_one_sweep_at_a_time(tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "1.eml").write_bytes(b"Subject: Hello\n\nHello.\n")
    cache.add("bounce-sweep", 1, 60)
    assert bounce_folder.sweep(tmp_path).total() == 0
    cache.delete("bounce-sweep")
    assert bounce_folder.sweep(tmp_path).total() == 1
    assert cache.get("bounce-sweep") is None


def test_a_sweep_ends_in_good_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "1.eml").write_bytes(b"Subject: Hello\n\nHello.\n")
    monkeypatch.setattr(bounce_folder, "_SECONDS", -1.0)
    assert bounce_folder.sweep(tmp_path).total() == 0
    assert (tmp_path / "new" / "1.eml").exists()
