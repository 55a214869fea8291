"""Production starts, and only when it was told what it needs; its pages travel safely."""

from __future__ import annotations

import http.client
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from devtools import processes
from devtools.sockets import free_port
from django.conf import LazySettings, settings
from django.core.checks import run_checks

from tests import services

TOLD = {
    "ENVIRONMENT": "production",
    "SECRET_KEY": "signs-sessions-" * 4,
    "AUDIT_KEY": "a" * 60,
    "ENCRYPTION_KEYS": f"{'e' * 60},{'f' * 60}",
    "PUBLIC_URL": "https://portal.example",
    "DATABASE_URL": "postgres://portal:secret@database.example/portal",
    "REDIS_URL": "redis://cache.example/0",
    "SMTP_HOST": "mail.example",
    "DEFAULT_FROM_EMAIL": "no-reply@portal.example",
}
# What stands in this process's environment is of the tests.
OF_THE_SYSTEM = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
HTTPS = {"Host": "portal.example", "X-Forwarded-Proto": "https"}


def started(*arguments: str, **told: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=settings.BASE_DIR,
        env=OF_THE_SYSTEM | told,
        capture_output=True,
        text=True,
    )


def test_production_settings_pass_every_check() -> None:
    arguments = ["manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    done = started(*arguments, **TOLD)
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout


@pytest.mark.parametrize("missing", [name for name in TOLD if name != "ENVIRONMENT"])
def test_production_does_not_start_without(missing: str) -> None:
    told = {name: value for name, value in TOLD.items() if name != missing}
    done = started("-c", "import iqies_portal.settings", **told)
    assert done.returncode != 0
    assert f"{missing} must be set in production" in done.stderr


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("DEMO", "1", "never runs in production"),
        ("PUBLIC_URL", "http://portal.example", "must begin with https://"),
        ("AUDIT_KEY", "only-for-development-and-tests", "AUDIT_KEY must be set"),
        ("ENVIRONMENT", "prod", "must be development, test or production"),
    ],
)
def test_production_does_not_start_with(name: str, value: str, said: str) -> None:
    done = started("-c", "import iqies_portal.settings", **TOLD | {name: value})
    assert done.returncode != 0
    assert said in done.stderr


def test_production_asks_everyone_for_a_second_factor_whatever_it_is_told() -> None:
    shown = "from django.conf import settings; print(settings.SECOND_FACTOR_FOR)"
    told = TOLD | {"SECOND_FACTOR_FOR": "deciders"}
    done = started("-c", shown, **told, DJANGO_SETTINGS_MODULE="iqies_portal.settings")
    assert done.stdout.strip() == "everyone", done.stderr


@pytest.mark.parametrize(
    ("name", "value", "found"),
    [
        ("SECRET_KEY", "short", "portal.E001"),
        ("ENCRYPTION_KEYS", ["e" * 60, "short"], "portal.E001"),
        ("ENCRYPTION_KEYS", ["s" * 60], "portal.E002"),
        ("ALLAUTH_TRUSTED_PROXY_COUNT", 0, "portal.E004"),
        ("SECOND_FACTOR_FOR", "deciders", "portal.E005"),
        ("PEOPLE_WITHOUT_FACTOR", frozenset({"pso1"}), "portal.E005"),
        ("EMAIL_PROVIDERS_FILE", Path("nowhere.json"), "portal.E006"),
        (
            "CACHES",
            {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}},
            "portal.E003",
        ),
    ],
)
def test_check_finds(settings: LazySettings, name: str, value: object, found: str) -> None:
    settings.SECRET_KEY, settings.AUDIT_KEY = "s" * 60, "a" * 60
    settings.ENCRYPTION_KEYS = ["e" * 60]
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    settings.SECOND_FACTOR_FOR, settings.PEOPLE_WITHOUT_FACTOR = "everyone", frozenset()
    assert portal_findings() == set()
    setattr(settings, name, value)
    assert portal_findings() == {found}


def portal_findings() -> set[str]:
    messages = run_checks(include_deployment_checks=True)
    return {str(each.id) for each in messages if str(each.id).startswith("portal.")}


@pytest.fixture
def production(transactional_db: None, tmp_path: Path) -> Iterator[int]:
    """The port of a production server on the tests' database."""
    port = free_port()
    told = {"DATABASE_URL": services.database_url(), "REDIS_URL": settings.REDIS_URL}
    server = processes.start(
        "web",
        [
            *(sys.executable, "-m", "gunicorn", "iqies_portal.wsgi", "--no-control-socket"),
            *("--bind", f"127.0.0.1:{port}"),
        ],
        env=OF_THE_SYSTEM | TOLD | told,
        log=tmp_path / "web.log",
    )
    try:
        services.wait_for(lambda: is_alive(port), f"the server: {processes.tail(server.log)}")
        yield port
    finally:
        processes.stop_all([server])


def is_alive(port: int) -> bool:
    try:
        return got(port, "/healthz", {"Host": "portal.example"}).status == 200
    except OSError:
        return False


def got(port: int, path: str, headers: dict[str, str]) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", path, headers=headers)
    response = connection.getresponse()
    response.read()
    connection.close()
    return response


def test_a_production_server_speaks_tls_only_and_its_cookies_stay_there(production: int) -> None:
    plain = got(production, "/accounts/login/", {"Host": "portal.example"})
    assert plain.status == 301
    assert plain.headers["Location"] == "https://portal.example/accounts/login/"

    page = got(production, "/accounts/login/", HTTPS)
    assert page.status == 200
    assert page.headers["Strict-Transport-Security"].startswith("max-age=31536000")
    cookies = page.headers.get_all("Set-Cookie")
    assert cookies
    for cookie in cookies:
        assert cookie.startswith("__Host-")
        said = {part.strip() for part in cookie.split(";")[1:]}
        assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= said
        assert not any(part.startswith("Domain") for part in said)

    assert got(production, "/", HTTPS | {"Host": "elsewhere.example"}).status == 400
    assert got(production, "/demo/mail/", HTTPS).status in {302, 404}
