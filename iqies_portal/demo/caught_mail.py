"""The mail that the demonstration's catcher keeps: a Maildir, one file per email."""

from __future__ import annotations

import email
import re
import secrets
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import default
from itertools import islice
from pathlib import Path

from django.conf import settings

_KEY = re.compile(r"[0-9]+-[0-9a-f]+")


def folder() -> Path:
    path: Path = settings.DATA_DIR / "mail"
    return path


@dataclass(frozen=True)
class CaughtMail:
    key: str
    arrived_at: datetime
    message: EmailMessage

    @property
    def to(self) -> str:
        return str(self.message.get("To", ""))

    @property
    def subject(self) -> str:
        return str(self.message.get("Subject", ""))

    @property
    def text(self) -> str:
        return self._body("plain")

    @property
    def html(self) -> str:
        return self._body("html")

    def _body(self, kind: str) -> str:
        part = self.message.get_body((kind,))
        return str(part.get_content()) if part else ""


def keep(message: bytes) -> str:
    """Write one email the Maildir way: complete in tmp/, then moved to new/ in one step.

    The name sorts by arrival and fits into a URL as it is.
    """
    for part in ("tmp", "new", "cur"):
        (folder() / part).mkdir(parents=True, exist_ok=True)
    key = f"{time.time_ns()}-{secrets.token_hex(4)}"
    unfinished = folder() / "tmp" / f"{key}.eml"
    unfinished.write_bytes(message)
    unfinished.rename(folder() / "new" / unfinished.name)
    return key


def newest(limit: int, *, to: str = "") -> list[CaughtMail]:
    """The newest emails first; `to` keeps those whose address contains it."""
    files = sorted((folder() / "new").glob("*.eml"), reverse=True)
    matching = (mail for mail in map(_read, files) if to.lower() in mail.to.lower())
    return list(islice(matching, limit))


def find(key: str) -> CaughtMail | None:
    file = folder() / "new" / f"{key}.eml"
    return _read(file) if _KEY.fullmatch(key) and file.is_file() else None


def _read(file: Path) -> CaughtMail:
    message = email.message_from_bytes(file.read_bytes(), policy=default)
    return CaughtMail(
        key=file.stem,
        arrived_at=datetime.fromtimestamp(file.stat().st_mtime, UTC),
        message=message,
    )
