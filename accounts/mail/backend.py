"""Django's mail (allauth's among it) goes the same way as ours: into the outbox."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from accounts.mail import outbox
from accounts.models import OutgoingEmail


class OutboxBackend(BaseEmailBackend):
    """Stores each message, one row per recipient, in the caller's transaction; never sends.

    A message that carries `holds_secret = True` (a code, a reset link) goes before everything
    else; its words are kept encrypted, and purged once it is sent. Its subject is kept as it is
    and must not hold the secret. The sender is always DEFAULT_FROM_EMAIL;
    attachments and further headers are not kept, because nothing here sends any.
    """

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        outbox.store([row for message in email_messages for row in _rows(message)])
        return len(email_messages)


def _rows(message: EmailMessage) -> list[OutgoingEmail]:
    holds_secret = bool(getattr(message, "holds_secret", False))
    return [
        OutgoingEmail(
            to_address=address,
            subject=str(message.subject),
            body_text=str(message.body),
            body_html=_html(message),
            holds_secret=holds_secret,
            priority=(
                OutgoingEmail.Priority.CODE if holds_secret else OutgoingEmail.Priority.DECISION
            ),
        )
        for address in message.recipients()
    ]


def _html(message: EmailMessage) -> str:
    for content, kind in getattr(message, "alternatives", []):
        if kind == "text/html":
            return str(content)
    return ""
