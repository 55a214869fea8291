"""HARP's claims, as they are mapped by settings."""

from __future__ import annotations

import time
from typing import Any

import pytest
from django.conf import LazySettings

from accounts.harp.identity import Identity, Unusable, identity_from
from tests.harp.claims import NORA


def read(**claims: Any) -> Identity:
    return identity_from(NORA | claims)


def test_what_is_taken_over() -> None:
    assert read(picture="https://x.example/me.png", birthdate="1980-01-01") == Identity(
        subject="harp-1",
        user_id="noranew77",
        full_name="Nora New",
        email="nora@burns-home.example",
        email_is_verified=True,
    )


def test_claims_of_other_names(settings: LazySettings) -> None:
    settings.HARP_CLAIMS = settings.HARP_CLAIMS | {"user_id": "uid", "identity": "ial"}
    identity = read(uid="Other#ID", ial="IAL2")
    assert (identity.user_id, identity.is_proofed) == ("other#id", True)


@pytest.mark.parametrize("missing", ["preferred_username", "sub"])
@pytest.mark.parametrize("value", [None, "", 7, ["x"], "x" * 500])
def test_without_a_user_id_or_a_subject_nobody_is_anybody(missing: str, value: Any) -> None:
    with pytest.raises(Unusable):
        read(**{missing: value})


@pytest.mark.parametrize(
    ("claims", "name"),
    [
        ({"name": "  Nora\tvan\nNew "}, "Nora van New"),
        ({"name": "", "given_name": "Nora", "family_name": "New"}, "Nora New"),
        ({"name": None, "family_name": "New"}, "New"),
        ({"name": {"first": "Nora"}}, ""),
        ({"name": "N" * 400}, "N" * 150),
    ],
)
def test_names(claims: dict[str, Any], name: str) -> None:
    assert read(**claims).full_name == name


@pytest.mark.parametrize(
    ("email", "verified", "expected"),
    [
        ("Nora@Burns-Home.Example", True, ("nora@burns-home.example", True)),
        ("nora@burns-home.example", "true", ("nora@burns-home.example", True)),
        ("nora@burns-home.example", "yes", ("nora@burns-home.example", False)),
        ("nora@burns-home.example", None, ("nora@burns-home.example", False)),
        ("no address", True, ("", False)),
        (None, True, ("", False)),
    ],
)
def test_addresses(email: Any, verified: Any, expected: tuple[str, bool]) -> None:
    identity = read(email=email, email_verified=verified)
    assert (identity.email, identity.email_is_verified) == expected


@pytest.mark.parametrize(
    ("claims", "is_proofed"),
    [
        ({}, False),
        ({"identity_assurance_level": 1}, False),
        ({"identity_assurance_level": 2}, True),
        ({"identity_assurance_level": "IAL2"}, True),
        ({"identity_assurance_level": ["ial1", "ial2"]}, True),
        ({"identity_assurance_level": {"level": 2}}, False),
    ],
)
def test_proofing(claims: dict[str, Any], is_proofed: bool) -> None:
    assert read(**claims).is_proofed is is_proofed


@pytest.mark.parametrize(
    ("claims", "has_shown_factor"),
    [
        ({}, False),
        ({"amr": ["pwd"]}, False),
        ({"amr": ["pwd", "mfa"]}, True),
        ({"amr": "mfa"}, True),
        ({"acr": "aal2"}, True),
        ({"acr": "aal1"}, False),
        ({"amr": {"mfa": True}}, False),
    ],
)
def test_second_factor(claims: dict[str, Any], has_shown_factor: bool) -> None:
    assert read(**claims).has_shown_factor is has_shown_factor


def test_a_sign_in_at_harp_is_never_later_than_now() -> None:
    assert read(auth_time=1_700_000_000).signed_in_at == 1_700_000_000
    assert read(auth_time=time.time() + 3600).signed_in_at <= time.time()
    assert read(auth_time="yesterday").signed_in_at == 0
    assert read().signed_in_at == 0
