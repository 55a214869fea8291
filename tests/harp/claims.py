"""What HARP says of somebody, in tests that do not ask it."""

from __future__ import annotations

from typing import Any

NORA: dict[str, Any] = {
    "sub": "harp-1",
    "preferred_username": "NoraNew77",
    "name": "Nora New",
    "email": "nora@burns-home.example",
    "email_verified": True,
}
