from __future__ import annotations

from itertools import count
from typing import Any

from accounts.mail import outbox
from accounts.models import OutgoingEmail, User

_numbers = count(1)


def owed(subject: str = "A decision", **fields: Any) -> OutgoingEmail:
    """An email in the outbox."""
    email = OutgoingEmail(
        **{
            "to_address": "person@example.org",
            "subject": subject,
            "body_text": "Words",
            "body_html": "<p>Words</p>",
        }
        | fields
    )
    outbox.store([email])
    return email


def owed_secret(**fields: Any) -> OutgoingEmail:
    return owed("A code", holds_secret=True, priority=OutgoingEmail.Priority.CODE, **fields)


def owed_campaign(subject: str = "A campaign") -> OutgoingEmail:
    return owed(subject, priority=OutgoingEmail.Priority.CAMPAIGN)


def a_person(**fields: Any) -> User:
    number = next(_numbers)
    return User.objects.create(
        **{
            "username": f"mailperson{number}",
            "email": f"mailperson{number}@example.org",
            "full_name": f"Person {number}",
        }
        | fields
    )
