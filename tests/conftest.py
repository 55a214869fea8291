"""What every test may ask for: real services, people's browsers, and honest skipping."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
import redis
from allauth.account.internal.userkit import user_id_to_str
from django.conf import LazySettings, settings
from django.db.models.signals import post_migrate
from django.test import Client
from playwright.sync_api import Browser, Page, sync_playwright

from access_requests import reference as access_request_rows
from access_requests.pso_queue import choices
from accounts import terms
from providers import reference as provider_rows
from tests import services
from tests.browsing import Browsers
from tests.mail_server import MailServer

REFERENCE_ROWS = {"access_requests": access_request_rows, "providers": provider_rows}


def pytest_configure(config: pytest.Config) -> None:
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    if worker:
        services.use_redis_database(int(worker.removeprefix("gw")))
    post_migrate.connect(load_reference_rows)
    # Every new test client would look through thousands of files; the live server finds its own.
    settings.WHITENOISE_USE_FINDERS = False
    settings.STATIC_ROOT = None


def load_reference_rows(sender: Any, **_: Any) -> None:
    """A transactional test ends by emptying every table; migrations fill some only once."""
    rows = REFERENCE_ROWS.get(sender.name)
    if rows is not None:
        rows.load()


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, Any, None]:
    report = (yield).get_result()
    if os.environ.get("REQUIRE_REAL") == "1" and not_run_reason(report):
        report.outcome = "failed"


def not_run_reason(report: pytest.TestReport) -> str | None:
    """What the report says was not run for want of something real, if it says that."""
    if report.outcome not in {"skipped", "failed"} or not isinstance(report.longrepr, tuple):
        return None
    reason = str(report.longrepr[2]).removeprefix("Skipped: ")
    return reason if reason.startswith(services.NOT_RUN) else None


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    reports = [
        *terminalreporter.getreports("skipped"),
        *terminalreporter.getreports("failed"),
        *terminalreporter.getreports("error"),
    ]
    for reason in sorted({reason for each in reports if (reason := not_run_reason(each))}):
        terminalreporter.write_line(reason)
    failed_checks = os.environ.get("FAILED_CHECKS")
    if failed_checks:
        terminalreporter.write_line(f"FAILED CHECKS: {failed_checks}", red=True)


@pytest.fixture(scope="session")
def redis_client() -> Iterator[redis.Redis]:
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        yield client


@pytest.fixture(autouse=True)
def empty_cache(redis_client: redis.Redis) -> None:
    """Rate limits and the like begin anew. The broker's keys, in the same database, stay."""
    cached = list(redis_client.scan_iter(":1:*", count=1000))
    if cached:
        redis_client.delete(*cached)
    choices.forget()


@pytest.fixture(autouse=True)
def signed_in_with_both_factors(monkeypatch: pytest.MonkeyPatch) -> None:
    """force_login() stands for somebody who has just typed a password and shown a factor, and has
    accepted the terms.

    What happens to a person without one is tested by signing in over the pages.
    """
    plain = Client.force_login

    def force_login(client: Client, user: Any, backend: str | None = None) -> None:
        plain(client, user, backend)
        session = client.session
        session["account_authentication_methods"] = [
            {"method": "mfa", "type": "totp", "at": time.time(), "reauthenticated": True}
        ]
        session["account_authentication_methods_user"] = user_id_to_str(user)
        session[terms.SESSION_KEY] = settings.TERMS_VERSION
        session.save()

    monkeypatch.setattr(Client, "force_login", force_login)


@pytest.fixture(autouse=True)
def real_email_backend(settings: LazySettings) -> None:
    """Django's test runner puts one of its own in place; ours is part of what is tested."""
    settings.EMAIL_BACKEND = "accounts.mail.backend.OutboxBackend"


@pytest.fixture(scope="session")
def cms_data() -> Path:
    return services.cms_data_folder()


@pytest.fixture
def smtp_server(settings: LazySettings) -> Iterator[MailServer]:
    """A real mail server which this process delivers to; so do workers started from here."""
    server = MailServer()
    server.start()
    settings.SMTP_HOST, settings.SMTP_PORT = "127.0.0.1", server.port
    yield server
    server.stop()


@pytest.fixture
def worker_environment(transactional_db: None, smtp_server: MailServer) -> dict[str, str]:
    return {"SMTP_HOST": "127.0.0.1", "SMTP_PORT": str(smtp_server.port)}


@pytest.fixture
def celery_worker_process(worker_environment: dict[str, str]) -> Iterator[Any]:
    """A real worker, which sees only what is committed. Its mail goes to `smtp_server`."""
    with services.running_worker(**worker_environment) as worker:
        yield worker


@pytest.fixture
def portal_url(live_server: Any, settings: LazySettings) -> str:
    """The portal served to real clients; the links in its emails lead there too."""
    settings.PUBLIC_URL = str(live_server.url)
    return settings.PUBLIC_URL


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    program = services.browser_program()
    # Its API keeps an event loop in this thread, which Django takes for asynchronous code.
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        launched = playwright.chromium.launch(
            executable_path=program, headless=True, args=services.BROWSER_FLAGS
        )
        yield launched
        launched.close()


@pytest.fixture
def browsers(browser: Browser, portal_url: str) -> Iterator[Browsers]:
    """A script error, or something that the security policy blocked, fails the test."""
    browsers = Browsers(browser, portal_url)
    yield browsers
    browsers.close()
    assert not browsers.errors, "\n".join(browsers.errors)


@pytest.fixture
def new_page(browsers: Browsers) -> Callable[..., Page]:
    """Opens another person's browser: `new_page(size=PHONE, javascript=False)`."""
    return browsers.open


@pytest.fixture
def page(browsers: Browsers) -> Page:
    return browsers.open()


@pytest.fixture
def axe(browsers: Browsers) -> Callable[[Page], None]:
    """Fails the test where axe finds anything on the page as it stands."""
    return browsers.check
