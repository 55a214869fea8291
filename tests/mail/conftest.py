from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.conf import LazySettings

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
