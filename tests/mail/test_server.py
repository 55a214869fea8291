"""Signing in to the mail server, and never speaking in clear where TLS was asked for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from devtools.sockets import free_port
from django.conf import LazySettings

from accounts.mail.delivery import deliver
from accounts.models import OutgoingEmail
from tests.mail.builders import owed
from tests.mail.sink import MailSink

pytestmark = [
    pytest.mark.django_db,
    # The server of the test advises what we advise as well.
    pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS"),
]


@pytest.fixture
def strict_server(sink: MailSink, settings: LazySettings) -> Iterator[None]:
    """The sink behind a door: it takes mail only from "portal" with the password "open"."""

    def authenticate(*args: Any) -> AuthResult:
        given = args[-1]
        assert isinstance(given, LoginPassword)
        return AuthResult(success=(given.login, given.password) == (b"portal", b"open"))

    door = Controller(
        sink,
        hostname="127.0.0.1",
        port=free_port(),
        auth_required=True,
        auth_require_tls=False,
        authenticator=authenticate,
    )
    door.start()
    settings.SMTP_PORT = door.port
    yield
    door.stop()


def test_signs_in(strict_server: None, sink: MailSink, settings: LazySettings) -> None:
    settings.SMTP_USER, settings.SMTP_PASSWORD = "portal", "open"
    owed("first")
    owed("second")
    assert deliver() == 2
    assert sink.subjects() == ["first", "second"]


@pytest.mark.parametrize("user", ["portal", ""], ids=["wrong password", "not signed in"])
def test_door_that_stays_shut_is_not_the_emails_fault(
    strict_server: None, sink: MailSink, settings: LazySettings, user: str
) -> None:
    settings.SMTP_USER, settings.SMTP_PASSWORD = user, "wrong"
    email = owed()
    assert deliver() == 0
    email.refresh_from_db()
    assert (email.state, email.attempts) == (OutgoingEmail.State.WAITING, 0)


def test_nothing_is_sent_in_clear_when_tls_is_asked_for(
    sink: MailSink, settings: LazySettings
) -> None:
    settings.SMTP_STARTTLS = True
    owed()
    assert deliver() == 0
    assert sink.taken == []
    assert OutgoingEmail.objects.get().attempts == 0


@pytest.mark.parametrize("answer", ["554 Go away", "421 Too busy"])
def test_refused_greeting_is_not_the_emails_fault(sink: MailSink, answer: str) -> None:
    sink.answer_to_greeting = answer
    email = owed()
    assert deliver() == 0
    email.refresh_from_db()
    assert (email.state, email.attempts) == (OutgoingEmail.State.WAITING, 0)
    sink.answer_to_greeting = ""
    OutgoingEmail.objects.update(next_attempt_at=email.created_at)
    assert deliver() == 1
