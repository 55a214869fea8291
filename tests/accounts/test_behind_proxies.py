"""Whose address counts where more proxies than one stand in front."""

from __future__ import annotations

import pytest
from django.conf import LazySettings
from django.test import Client

pytestmark = pytest.mark.django_db

PLACE = "198.51.100.7"


@pytest.fixture(autouse=True)
def two_proxies(settings: LazySettings) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 2


def be_wrong(forwarded: str, peer: str = "10.0.0.2") -> int:
    return (
        Client()
        .post(
            "/accounts/login/",
            {"login": "nobody77", "password": "x"},
            headers={"X-Forwarded-For": forwarded},
            REMOTE_ADDR=peer,
        )
        .status_code
    )


@pytest.mark.parametrize(
    "forwarded", [PLACE, f"{PLACE}, 10.0.0.1", f"192.0.2.1, {PLACE}, 10.0.0.1"]
)
def test_what_the_proxies_saw(forwarded: str, settings: LazySettings) -> None:
    """Whoever comes past the outer one is told from others by what the inner one saw."""
    assert [be_wrong(forwarded) for _ in range(6)] == [200] * 5 + [429]
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 0
    assert be_wrong("", peer=PLACE) == 429


def test_what_is_no_address_is_refused() -> None:
    assert be_wrong("unknown") == 403
