"""A server that knows delivery reports is told which ones we want, over real SMTP."""

from __future__ import annotations

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from devtools.sockets import free_port
from django.conf import LazySettings

from accounts.mail.delivery import deliver
from accounts.mail.message import message_id
from tests.mail.builders import owed
from tests.mail.sink import MailSink

pytestmark = pytest.mark.django_db


class ReportingServer(SMTP):
    said: list[str] = []

    async def smtp_MAIL(self, arg: str) -> None:
        self.said.append(arg)
        await super().smtp_MAIL(arg.split()[0])

    async def smtp_RCPT(self, arg: str) -> None:
        self.said.append(arg)
        await super().smtp_RCPT(arg.split()[0])


class ReportingController(Controller):
    def factory(self) -> SMTP:
        return ReportingServer(self.handler)


class Offer:
    async def handle_EHLO(
        self, _server: SMTP, session: Session, _envelope: Envelope, name: str, said: list[str]
    ) -> list[str]:
        session.host_name = name
        return [said[0], "250-DSN", *said[1:]]

    async def handle_DATA(self, *_: object) -> str:
        return "250 Taken"


def test_failures_alone_by_our_number_and_without_our_words(settings: LazySettings) -> None:
    ReportingServer.said.clear()
    controller = ReportingController(Offer(), hostname="127.0.0.1", port=free_port())
    controller.start()
    settings.SMTP_HOST, settings.SMTP_PORT = "127.0.0.1", controller.port
    email = owed()
    try:
        assert deliver() == 1
    finally:
        controller.stop(no_assert=True)
    sender, recipient = ReportingServer.said
    assert sender.split()[2:] == [f"ENVID={message_id(email)}", "RET=HDRS"]
    assert recipient.split()[1:] == ["NOTIFY=FAILURE"]


def test_other_servers_are_asked_for_nothing(sink: MailSink) -> None:
    """The sink refuses what it has not offered."""
    owed()
    assert deliver() == 1
