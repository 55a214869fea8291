"""The email as it goes over the wire, made from its row and nothing else.

The same row always makes the same headers, so that a repeated email is known for a copy.
"""

from __future__ import annotations

from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr

from django.conf import settings

from accounts import encryption
from accounts.models import OutgoingEmail


def envelope_sender() -> str:
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1]


def sender_domain() -> str:
    return envelope_sender().rpartition("@")[2]


def message_id(email: OutgoingEmail) -> str:
    """By which a copy, and a report that it came back, are known."""
    return f"{email.message_id}@{sender_domain()}"


def build(email: OutgoingEmail) -> bytes:
    """Raises (mostly ValueError) when the row cannot be made into an email."""
    text, html = words_of(email)
    message = EmailMessage(policy=SMTP)
    message["Message-ID"] = f"<{message_id(email)}>"
    message["Date"] = format_datetime(email.created_at)
    message["From"] = settings.DEFAULT_FROM_EMAIL
    message["To"] = Address(addr_spec=email.to_address)
    message["Subject"] = email.subject
    # No holiday replies, please (RFC 3834; the second header is Outlook's).
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    if email.list_unsubscribe:
        # A page that asks first (RFC 2369); nothing is decided by opening it.
        message["List-Unsubscribe"] = f"<{email.list_unsubscribe}>"
    message.set_content(text)
    if html:
        message.add_alternative(html, subtype="html")
    return message.as_bytes()


def words_of(email: OutgoingEmail) -> tuple[str, str]:
    """Its text and its HTML, to be read. Raises Undecipherable."""
    if not email.holds_secret:
        return email.body_text, email.body_html
    return _decrypted(email.body_text), _decrypted(email.body_html)


def _decrypted(words: str) -> str:
    return encryption.decrypt(words) if words else ""
