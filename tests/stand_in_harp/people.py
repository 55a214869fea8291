"""Who has an account at the stand-in for HARP, and what it says of them. One password for all."""

from __future__ import annotations

from typing import Any

PASSWORD = "known to HARP alone"
PROOFED = {"identity_assurance_level": 2}
TWO_FACTORS = {"amr": ["pwd", "mfa"]}


def _claims(user_id: str, name: str, email: str, **more: Any) -> dict[str, Any]:
    given, _, family = name.partition(" ")
    return {
        "preferred_username": user_id,
        "name": name,
        "given_name": given,
        "family_name": family,
        "email": email,
        "email_verified": True,
    } | more


# By the name they type at HARP.
PEOPLE: dict[str, dict[str, Any]] = {
    "NoraNew77": _claims(
        "NoraNew77", "Nora New", "nora@burns-home.example", **PROOFED, **TWO_FACTORS
    ),
    "patdoe77": _claims("patdoe77", "Pat Doe", "pat@sunny-hill.example", **PROOFED),
    "kim#lee": _claims("kim#lee", "Kim Lee", "kim@burns-home.example"),
    "burnsnursinghome": _claims("burnsnursinghome", "Bea Burns", "bea@burns-home.example"),
    "una.verified": _claims(
        "una.verified", "Una Verified", "una@burns-home.example", email_verified=False
    ),
    "onefactor1": _claims("onefactor1", "Ona Factor", "ona@burns-home.example", amr=["pwd"]),
    "nouserid": {"name": "No User ID", "email": "none@burns-home.example", "email_verified": True},
}
