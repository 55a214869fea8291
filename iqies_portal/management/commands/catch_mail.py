"""A mail server that delivers to a folder: what the demonstration sends can be read there."""

from __future__ import annotations

import signal
import threading
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from iqies_portal.demo import caught_mail


class _Catcher:
    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        content = envelope.content or b""
        caught_mail.keep(content if isinstance(content, bytes) else content.encode())
        return "250 Caught"


class Command(BaseCommand):
    help = "Catch the demonstration's email. It leaves this machine for nobody."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=settings.SMTP_PORT)

    def handle(self, *args: Any, port: int, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("The mail catcher never runs in production.")
        controller = Controller(_Catcher(), hostname="127.0.0.1", port=port, ident="mail catcher")
        controller.start()
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_received: stop.set())
        self.stderr.write(f"Catching mail on 127.0.0.1:{port}")
        stop.wait()
        controller.stop()
