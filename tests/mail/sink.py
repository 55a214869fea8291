"""A real SMTP server that keeps what it gets and answers as a test tells it to."""

from __future__ import annotations

import asyncio
import email
import threading
from collections import Counter
from collections.abc import Callable
from email.message import EmailMessage
from email.policy import default

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from devtools.sockets import free_port

TAKEN = "250 Taken"


class MailSink:
    """`answer(to, message)` gives the answer to DATA; None cuts the connection instead.
    `answer_to_address(to)` gives the answer to RCPT. `pause` is how long DATA takes."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.taken: list[EmailMessage] = []
        self.connections = 0
        self.at_once = self.most_at_once = 0
        self.pause = 0.0
        self.answer: Callable[[str, EmailMessage], str | None] = lambda _to, _message: TAKEN
        self.answer_to_address: Callable[[str], str] = lambda _to: "250 OK"
        self.answer_to_sender = "250 OK"
        self.answer_to_greeting = ""
        self.port = free_port()
        self._controller: Controller | None = None

    async def handle_EHLO(
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        hostname: str,
        responses: list[str],
    ) -> list[str]:
        self.connections += 1
        if self.answer_to_greeting:
            return [self.answer_to_greeting]
        session.host_name = hostname
        return responses

    async def handle_HELO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str
    ) -> str:
        if not self.answer_to_greeting:
            session.host_name = hostname
        return self.answer_to_greeting or "250 OK"

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.answer_to_sender.startswith("250"):
            envelope.mail_from = address
        return self.answer_to_sender

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self.answer_to_address(address)
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        content = envelope.content
        assert isinstance(content, bytes)
        message = email.message_from_bytes(content, policy=default)
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        await asyncio.sleep(self.pause)
        self.at_once -= 1
        answer = self.answer(envelope.rcpt_tos[0], message)
        if answer is None:
            assert server.transport is not None
            server.transport.abort()
            return TAKEN
        if answer.startswith("250"):
            with self.lock:
                self.taken.append(message)
        return answer

    def start(self) -> None:
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()

    def stop(self) -> None:
        if self._controller is not None:
            self._controller.stop(no_assert=True)
            self._controller = None

    def subjects(self) -> list[str]:
        with self.lock:
            return [str(message["Subject"]) for message in self.taken]

    def copies(self) -> Counter[str]:
        """How often each Message-ID arrived."""
        with self.lock:
            return Counter(str(message["Message-ID"]) for message in self.taken)
