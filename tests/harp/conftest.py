"""HARP's stand-in in a second process, and a portal that is configured for it."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import requests
from devtools import processes
from devtools.sockets import free_port
from django.conf import LazySettings

from tests import services
from tests.harp import urls
from tests.stand_in_harp.__main__ import CLIENT_ID, CLIENT_SECRET

NOBODY_THERE = "http://127.0.0.1:9"


@dataclass(frozen=True)
class Harp:
    url: str
    process: processes.Child

    def stop(self) -> None:
        processes.stop_all([self.process])


@contextmanager
def running_harp(portal_url: str) -> Iterator[Harp]:
    port = free_port()
    with TemporaryDirectory(prefix="iqies-portal-harp-") as folder:
        process = processes.start(
            "harp",
            [sys.executable, "-m", "tests.stand_in_harp", str(port), portal_url],
            env={**os.environ, "STAND_IN_HARP_DATA": folder},
            log=Path(folder) / "harp.log",
        )
        harp = Harp(f"http://127.0.0.1:{port}", process)
        try:
            services.wait_for(lambda: _answers(harp.url), "the stand-in for HARP to answer")
            yield harp
        except BaseException:
            print(processes.tail(process.log, lines=100))  # noqa: T201 - shown with the failure
            raise
        finally:
            harp.stop()


def _answers(url: str) -> bool:
    with suppress(requests.ConnectionError):
        return requests.get(url + "/.well-known/openid-configuration", timeout=5).ok
    return False


@pytest.fixture(scope="session")
def harp(live_server: Any) -> Iterator[Harp]:
    with running_harp(live_server.url) as harp:
        yield harp


def configure(settings: LazySettings, server: str) -> None:
    # Imported above, before any test configures a HARP: the portal's own addresses have none.
    settings.ROOT_URLCONF = urls.__name__
    settings.HARP_OIDC_SERVER = server
    settings.HARP_OIDC_CLIENT_ID = CLIENT_ID
    settings.HARP_OIDC_CLIENT_SECRET = CLIENT_SECRET
    policy = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    settings.CONTENT_SECURITY_POLICY = {
        "DIRECTIVES": policy | {"form-action": [*policy["form-action"], server]}
    }


@pytest.fixture
def portal_with_harp(portal_url: str, harp: Harp, settings: LazySettings) -> str:
    """The portal, served to real clients, with HARP's stand-in behind its button."""
    configure(settings, harp.url)
    return portal_url


@pytest.fixture
def harp_configured(settings: LazySettings) -> None:
    """For what never gets as far as HARP."""
    configure(settings, NOBODY_THERE)
