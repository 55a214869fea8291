"""Codes are sent within their life or not at all, and their words are not kept."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from allauth.account import app_settings as allauth_settings
from devtools.sockets import free_port
from django.conf import LazySettings
from django.utils import timezone

from accounts import sign_up
from accounts.mail.delivery import SECRET_LIFE, deliver
from accounts.models import OutgoingEmail
from tests.mail.builders import owed, owed_secret
from tests.mail.sink import MailSink

pytestmark = pytest.mark.django_db

State = OutgoingEmail.State


def test_secret_is_purged_with_its_being_sent(sink: MailSink) -> None:
    email = owed_secret(body_text="Your code is 123456")
    deliver()
    assert "123456" in sink.taken[0].get_body(("plain",)).get_content()  # type: ignore[union-attr]
    email.refresh_from_db()
    assert (email.state, email.body_text, email.body_html) == (State.SENT, "", "")


def test_secret_is_purged_when_it_fails(sink: MailSink) -> None:
    sink.answer = lambda _to, _message: "554 No"
    email = owed_secret()
    deliver()
    email.refresh_from_db()
    assert (email.state, email.body_text, email.body_html) == (State.FAILED, "", "")


def test_a_code_whose_key_is_gone_fails_and_does_not_stop_those_behind_it(
    sink: MailSink, settings: LazySettings
) -> None:
    email = owed_secret(body_text="Your code is 123456")
    owed("A decision")
    settings.ENCRYPTION_KEYS = ["another key"]
    assert deliver() == 1
    email.refresh_from_db()
    assert (email.state, email.last_error) == (State.FAILED, "Undecipherable")
    assert (email.body_text, email.body_html) == ("", "")
    assert sink.subjects() == ["A decision"]


def test_stale_secret_is_never_sent_even_while_the_server_is_down(
    settings: LazySettings,
) -> None:
    settings.SMTP_PORT = free_port()
    email = owed_secret()
    with time_machine.travel(timezone.now() + SECRET_LIFE + timedelta(seconds=1)):
        owed("not a secret")
        deliver()
    email.refresh_from_db()
    assert (email.state, email.body_text, email.body_html) == (State.FAILED, "", "")
    assert OutgoingEmail.objects.get(subject="not a secret").state == State.WAITING


def test_no_code_lives_longer_than_its_email() -> None:
    lives = [
        allauth_settings.EMAIL_VERIFICATION_BY_CODE_TIMEOUT,
        allauth_settings.PASSWORD_RESET_BY_CODE_TIMEOUT,
        allauth_settings.LOGIN_BY_CODE_TIMEOUT,
        sign_up.CODE_SECONDS,
    ]
    assert timedelta(seconds=max(lives)) <= SECRET_LIFE
