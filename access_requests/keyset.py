"""Page keys in addresses: the last row's key, readable and forgiving."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import urlencode

from django.http import HttpRequest


def write(at: datetime, pk: int) -> str:
    """A key such as 20261123T031500.123456-42."""
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%S.%f}-{pk}"


def read(text: str) -> tuple[datetime, int] | None:
    """The key, or None for the first page and for anything unreadable."""
    at, _, number = text.partition("-")
    pk = read_id(number)
    try:
        moment = datetime.strptime(at, "%Y%m%dT%H%M%S.%f").replace(tzinfo=UTC)
    except ValueError:
        return None
    return None if pk is None else (moment, pk)


def read_id(text: str) -> int | None:
    """A key that is a row's number alone, within what the database can hold."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def next_url(request: HttpRequest, key: str) -> str:
    return f"{request.path}?{urlencode({'after': key})}"
