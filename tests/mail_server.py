"""A real mail server that a test can read as a person reads their mail."""

from __future__ import annotations

from email.message import EmailMessage

from tests.mail.sink import MailSink
from tests.services import wait_for


class MailServer(MailSink):
    """It can be stopped and started again, on the same port."""

    def to(self, address: str) -> list[EmailMessage]:
        with self.lock:
            return [message for message in self.taken if address in str(message["To"])]

    def wait_for(self, address: str, subject: str = "") -> EmailMessage:
        """The newest message to this address whose subject holds these words."""

        def look() -> EmailMessage | None:
            fit = [each for each in self.to(address) if subject in str(each["Subject"])]
            return fit[-1] if fit else None

        return wait_for(look, f"an email to {address} about “{subject}”")


def text_of(message: EmailMessage) -> str:
    """The words of the plain part."""
    body = message.get_body(preferencelist=("plain",))
    assert body is not None
    return str(body.get_content())
