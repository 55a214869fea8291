"""A notice for each thing that happened to a person, and one email that says them all.

A step that decides many requests would else send somebody who asked at a hundred CCNs a hundred
emails. Each notice belongs to its request, whose page shows whether the email left.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import timezone

from accounts import notices
from accounts.mail import outbox
from accounts.models import Notice, OutgoingEmail, User
from accounts.notices import Message


@dataclass(frozen=True, kw_only=True)
class Joint:
    """The words of the email; `messages` are all for its recipient."""

    recipient: User
    subject: str
    body: str
    path: str
    messages: tuple[Message, ...]


def tell(joints: Iterable[Joint], singles: Iterable[Message]) -> None:
    """In two statements however many there are; none of these may wait for the daily email."""
    owed = [(_email(each), each.messages) for each in joints]
    alone = [(_email(each), each) for each in singles]
    outbox.store([email for email, _messages in (*owed, *alone) if email is not None])
    rows = [
        _notice(message, is_for_digest=email is not None, digest=email)
        for email, messages in owed
        for message in messages
    ]
    rows += [_notice(message, email=email) for email, message in alone]
    Notice.objects.bulk_create(rows)


def _notice(message: Message, **way: object) -> Notice:
    return Notice(
        recipient=message.recipient,
        kind=message.kind,
        subject=notices.one_line(message.subject),
        body=message.body,
        path=message.path,
        request_id=message.request_id,
        created_at=timezone.now(),
        **way,
    )


def _email(said: Joint | Message) -> OutgoingEmail | None:
    if not notices.has_mail(said.recipient):
        return None
    return notices.email_to(
        said.recipient.email,
        greeting=said.recipient.full_name,
        subject=said.subject,
        body=said.body,
        path=said.path,
    )
