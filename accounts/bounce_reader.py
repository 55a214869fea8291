"""Reading returned mail: delivery status notifications (RFC 3464), in the dialects there are.

A report counts only when it quotes the Message-ID of an email of ours. That number is random and
known to nobody but the recipient's mail system, while anybody at all can send us a report about
anybody's address. Python's own parser does all of it: the library there is for this
(flufl.bounce) finds addresses, and says neither which email came back nor why.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from uuid import UUID

from accounts.mail.message import sender_domain

logger = logging.getLogger(__name__)

# What is returned may be as long as it likes; the report itself comes first. The parser's work
# grows with lines times nested parts, and strangers choose both.
MOST_BYTES = 128_000
_MOST_LINES = 6_000
_MOST_BOUNDARIES = 12
_BOUNDARY = re.compile(rb"boundary\s*(?:\*\d*\*?)?\s*=", re.IGNORECASE)
_MOST_PARTS = 50
_MESSAGE_ID_FIELDS = ("Original-Envelope-Id", "X-Original-Message-ID")
_REFERRING_HEADERS = ("In-Reply-To", "References", "X-Original-Message-ID")
_RETURNED = {
    *("message/rfc822", "message/global"),
    *("text/rfc822-headers", "message/rfc822-headers", "message/global-headers"),
}
_UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
# Not a part of an IP address, or of a version number.
ENHANCED = re.compile(r"(?<![\d.])[45]\.\d{1,3}\.\d{1,3}(?![\d.])")
_SPACES = re.compile(r"\s+")


@dataclass(frozen=True)
class Report:
    """One email of ours that came back for good. `recipients` in lower case, as reported."""

    message_id: UUID
    recipients: frozenset[str]
    status: str
    reason: str


def read(raw: bytes) -> Report | None:
    """None for everything else: delays, reports about others' mail, letters, damage."""
    raw = raw[:MOST_BYTES]
    if _is_laborious(raw):
        logger.warning("a returned email has too many parts to be a report")
        return None
    try:
        return _read(message_from_bytes(raw))
    except Exception as damage:
        # Strangers write this; the parser has had its surprises.
        logger.warning("a returned email cannot be read", extra={"error": type(damage).__name__})
        return None


def _is_laborious(raw: bytes) -> bool:
    return (
        raw.count(b"\n") + raw.count(b"\r") > 2 * _MOST_LINES
        or len(_BOUNDARY.findall(raw)) > _MOST_BOUNDARIES
    )


def _read(message: Message) -> Report | None:
    parts = list(_parts(message))
    fields = [block for part in parts if _is_status(part) for block in _blocks(part)]
    failed = next((block for block in fields if _action(block) == "failed"), None)
    if failed is None:
        return None
    message_id = _message_id(message, fields, parts)
    if message_id is None:
        return None
    diagnostic = _field(failed, "Diagnostic-Code")
    recipients = (_address(failed, "Original-Recipient"), _address(failed, "Final-Recipient"))
    return Report(
        message_id,
        frozenset(address for address in recipients if address),
        _most_exact(_field(failed, "Status"), diagnostic),
        _reason(_field(failed, "Status"), diagnostic),
    )


def _parts(message: Message) -> Iterator[Message]:
    """The report's own parts, without looking into the email that it returns."""
    waiting = [message]
    for _ in range(_MOST_PARTS):
        if not waiting:
            return
        part = waiting.pop(0)
        yield part
        if part.get_content_maintype() == "multipart" and part.is_multipart():
            waiting += part.get_payload()  # type: ignore[arg-type]


def _is_status(part: Message) -> bool:
    return part.get_content_type() in {"message/delivery-status", "message/global-delivery-status"}


def _blocks(part: Message) -> list[Message]:
    """One about the report, then one about each recipient."""
    blocks = part.get_payload()
    if isinstance(blocks, list):
        return [block for block in blocks if isinstance(block, Message)]
    # Sent in base64, or under a type the parser does not take apart.
    text = part.get_payload(decode=True) or b""
    assert isinstance(text, bytes)  # noqa: S101
    return [message_from_bytes(block) for block in re.split(rb"\r?\n\s*\r?\n", text)]


def _field(block: Message, name: str) -> str:
    return _SPACES.sub(" ", str(block.get(name, ""))).strip()


def _action(block: Message) -> str:
    """Some write "failed (permanent)"."""
    words = _field(block, "Action").lower().split()
    return words[0] if words else ""


def _address(block: Message, name: str) -> str:
    """ "rfc822; Pat@x.example" becomes pat@x.example."""
    kind, separator, address = _field(block, name).partition(";")
    return (address if separator else kind).strip().strip("<>").lower()


def _message_id(message: Message, fields: list[Message], parts: list[Message]) -> UUID | None:
    """As the returned headers have it; else as the report refers to it."""
    said = [
        *(_header_of_returned(part) for part in parts if part.get_content_type() in _RETURNED),
        *(_field(block, name) for block in fields for name in _MESSAGE_ID_FIELDS),
        *(_field(message, name) for name in _REFERRING_HEADERS),
    ]
    ours = re.compile(rf"({_UUID})@{re.escape(sender_domain())}", re.IGNORECASE)
    found = next(filter(None, (ours.search(text) for text in said)), None)
    return UUID(found[1]) if found else None


def _header_of_returned(part: Message) -> str:
    payload = part.get_payload()
    if isinstance(payload, list):
        inner = payload[0] if payload else None
        return _field(inner, "Message-ID") if isinstance(inner, Message) else ""
    text = part.get_payload(decode=True) or b""
    assert isinstance(text, bytes)  # noqa: S101
    return _field(message_from_bytes(text), "Message-ID")


def _most_exact(status: str, diagnostic: str) -> str:
    """5.0.0 says only "failed"; what the last server answered often says more."""
    said = ENHANCED.search(status)
    if said is None or said[0].endswith(".0.0"):
        said = ENHANCED.search(diagnostic) or said
    return said[0] if said else ""


def _reason(status: str, diagnostic: str) -> str:
    said = diagnostic.partition(";")[2].strip() or diagnostic or status
    return said[:255]
