"""One connection to the mail server, reused; and what its answers mean for us."""

from __future__ import annotations

import smtplib
import ssl
from contextlib import suppress

from django.conf import settings

from accounts.mail.message import envelope_sender, sender_domain

_CLOSING = 421
_TOO_BIG = 552


class MailServerDown(Exception):
    """Nothing can be sent now: no connection, no sign-in, or our sender is not accepted."""


class CutOff(Exception):
    """The connection broke while this message was in hand. Whose fault it is, is not known."""


class Refused(Exception):
    """The server answered that it does not take this message."""

    def __init__(self, code: int, text: bytes | str) -> None:
        words = text.decode(errors="replace") if isinstance(text, bytes) else text
        super().__init__(f"{code} {words}")
        self.code = code

    @property
    def is_permanent(self) -> bool:
        return self.code >= 500


class MailServer:
    def __init__(self) -> None:
        self._smtp: smtplib.SMTP | None = None

    def send(self, to_address: str, message: bytes, *, envelope_id: str = "") -> None:
        """Raises MailServerDown, CutOff or Refused.

        Servers close a connection after so many messages or so much idleness, so a break on a
        connection that was in use already says nothing: it is tried again on a new one.
        """
        was_in_use = self._smtp is not None
        try:
            self._send(to_address, message, envelope_id)
        except CutOff:
            if not was_in_use:
                raise
            self._send(to_address, message, envelope_id)

    def close(self) -> None:
        if self._smtp is not None:
            with suppress(OSError, smtplib.SMTPException):
                self._smtp.quit()
            self.drop()

    def drop(self) -> None:
        """Without a word: what the server would answer now is not known."""
        if self._smtp is not None:
            self._smtp.close()
            self._smtp = None

    def _send(self, to_address: str, message: bytes, envelope_id: str) -> None:
        smtp = self._smtp or self._connect()
        options = _options(smtp, envelope_id)
        try:
            smtp.sendmail(envelope_sender(), [to_address], message, *options)
        except smtplib.SMTPRecipientsRefused as refused:
            raise self._judged(*refused.recipients[to_address]) from refused
        except smtplib.SMTPSenderRefused as refused:
            # The same sender for every message: only "too big" is about this one.
            if refused.smtp_code in (_CLOSING, _TOO_BIG):
                raise self._judged(refused.smtp_code, refused.smtp_error) from refused
            raise MailServerDown(f"sender refused: {refused.smtp_code}") from refused
        except smtplib.SMTPResponseException as refused:
            raise self._judged(refused.smtp_code, refused.smtp_error) from refused
        except (smtplib.SMTPServerDisconnected, OSError) as broken:
            self.drop()
            raise CutOff(type(broken).__name__) from broken

    def _judged(self, code: int, text: bytes | str) -> CutOff | Refused:
        if code == _CLOSING:
            self.drop()
            return CutOff(str(code))
        return Refused(code, text)

    def _connect(self) -> smtplib.SMTP:
        try:
            # A name of our own: without it smtplib asks the DNS for ours, which can take long.
            smtp = smtplib.SMTP(
                settings.SMTP_HOST,
                settings.SMTP_PORT,
                local_hostname=sender_domain(),
                timeout=settings.SMTP_TIMEOUT_SECONDS,
            )
            self._smtp = smtp
            if settings.SMTP_STARTTLS:
                smtp.starttls(context=ssl.create_default_context())
            # A greeting that is refused here is not the fault of a message; sendmail() would
            # greet by itself and blame the message it has in hand.
            smtp.ehlo_or_helo_if_needed()
            if settings.SMTP_USER:
                smtp.login(settings.SMTP_USER, settings.SMTP_PASSWORD)
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            raise MailServerDown(type(error).__name__) from error
        return smtp


def _options(smtp: smtplib.SMTP, envelope_id: str) -> tuple[list[str], list[str]]:
    """Of MAIL and RCPT, where the server knows RFC 3461: tell us of failures alone, by this
    number, and without our words, which may hold a code."""
    if not envelope_id or not smtp.has_extn("dsn"):
        return [], []
    return [f"ENVID={envelope_id}", "RET=HDRS"], ["NOTIFY=FAILURE"]
