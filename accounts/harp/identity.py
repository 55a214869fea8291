"""Whom HARP says somebody is: its claims, by the names that settings give them."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from allauth.account.internal.emailkit import valid_email_or_none
from django.conf import settings

# Of the columns' lengths; there is room for what is put behind a User ID that is taken here.
LONGEST_USER_ID: Final = 140
LONGEST_SUBJECT: Final = 255


class Unusable(Exception):
    """HARP did not say what no account can be without."""


@dataclass(frozen=True, kw_only=True)
class Identity:
    """All that the portal takes from HARP. Names and the like are as HARP has them."""

    subject: str
    user_id: str
    full_name: str = ""
    email: str = ""
    email_is_verified: bool = False
    phone: str = ""
    # Whether HARP has seen proof of who the person is.
    is_proofed: bool = False
    # When they signed in at HARP, in seconds; 0: HARP did not say.
    signed_in_at: float = 0
    # Whether HARP asked for a second factor then.
    has_shown_factor: bool = False


def identity_from(claims: dict[str, Any]) -> Identity:
    """Raises Unusable."""
    user_id = _text(claims, "user_id").lower()
    subject = claims.get("sub")
    if not user_id or len(user_id) > LONGEST_USER_ID:
        raise Unusable("user_id")
    if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST_SUBJECT:
        raise Unusable("sub")
    email = (valid_email_or_none(_text(claims, "email")) or "").lower()
    return Identity(
        subject=subject,
        user_id=user_id,
        full_name=_full_name(claims)[:150],
        email=email,
        email_is_verified=bool(email) and _claim(claims, "email_verified") in (True, "true"),
        phone=_text(claims, "phone")[:30],
        is_proofed=_is_among(_claim(claims, "identity"), settings.HARP_PROOFED_VALUES),
        signed_in_at=_instant(claims.get("auth_time")),
        has_shown_factor=any(
            _is_among(claims.get(name), settings.HARP_MFA_VALUES) for name in ("amr", "acr")
        ),
    )


def _claim(claims: dict[str, Any], what: str) -> Any:
    return claims.get(settings.HARP_CLAIMS[what])


def _text(claims: dict[str, Any], what: str) -> str:
    """On one line, with nothing in it that cannot be seen."""
    said = _claim(claims, what)
    if not isinstance(said, str):
        return ""
    shown = "".join(each if each.isprintable() else " " for each in said)
    return " ".join(shown.split())


def _full_name(claims: dict[str, Any]) -> str:
    parts = [_text(claims, "given_name"), _text(claims, "family_name")]
    return _text(claims, "name") or " ".join(filter(None, parts))


def _is_among(said: Any, values: Iterable[str]) -> bool:
    """A claim is one value or a list of them; 2 is read as "2"."""
    given = said if isinstance(said, list) else [said]
    wanted = {value.lower() for value in values}
    return any(str(each).lower() in wanted for each in given if isinstance(each, str | int))


def _instant(said: Any) -> float:
    """Never later than now: a clock that is ahead makes nothing fresher."""
    is_number = isinstance(said, int | float) and not isinstance(said, bool)
    return min(float(said), time.time()) if is_number and said > 0 else 0
