from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest
from devtools.sockets import free_port
from django.conf import LazySettings

from iqies_portal import celery_app
from tests.mail.sink import MailSink


@pytest.fixture
def sink(settings: LazySettings) -> Iterator[MailSink]:
    """A mail server of the test's own, which the settings point at."""
    sink = MailSink()
    sink.start()
    settings.SMTP_HOST = "127.0.0.1"
    settings.SMTP_PORT = sink.port
    settings.SMTP_TIMEOUT_SECONDS = 2
    yield sink
    sink.stop()


@pytest.fixture
def broker_down() -> Iterator[None]:
    """Nobody listens where this process takes the broker to be."""
    yield from _broker_at(f"redis://127.0.0.1:{free_port()}/0")


@pytest.fixture
def silent_broker() -> Iterator[None]:
    """Somebody listens, but never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield from _broker_at(f"redis://127.0.0.1:{listener.getsockname()[1]}/0")


def _broker_at(url: str) -> Iterator[None]:
    before = celery_app.conf.broker_write_url
    celery_app.conf.broker_write_url = url
    _forget_connections()
    yield
    celery_app.conf.broker_write_url = before
    _forget_connections()


def _forget_connections() -> None:
    """Both pools: that of the producers asks the other for its size, and so makes it."""
    celery_app._pool = None
    celery_app.amqp._producer_pool = None
