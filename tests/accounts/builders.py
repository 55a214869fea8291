"""People as sign-up makes them, and the emails it owes them."""

from __future__ import annotations

import re
from typing import Any

from django.test import Client

from accounts.mail.message import words_of
from accounts.models import OutgoingEmail

PASSWORD = "correct horse battery"
SIGN_UP = {
    "username": "patdoe77",
    "email": "pat@sunny-hill.example",
    "full_name": "Pat Doe",
    "password1": PASSWORD,
}


def newest_email(to: str = "pat@sunny-hill.example") -> OutgoingEmail:
    return readable(OutgoingEmail.objects.filter(to_address=to).latest("id"))


def readable(email: OutgoingEmail) -> OutgoingEmail:
    """With the words its reader gets: those of a code are stored encrypted."""
    email.body_text, email.body_html = words_of(email)
    return email


def code_in(email: OutgoingEmail) -> str:
    found = re.search(r"^([A-Z0-9]{4}-[A-Z0-9]{4})$", email.body_text, re.MULTILINE)
    assert found, email.body_text
    return found[1]


def signed_up(client: Client, **typed: str) -> None:
    """An account whose address is verified; the client is signed in with it."""
    said = SIGN_UP | typed
    client.post("/accounts/signup/", said)
    confirm_sign_up(client, said["email"])


def confirm_sign_up(client: Client, email: str = SIGN_UP["email"]) -> Any:
    return client.post("/accounts/signup/code/", {"code": code_in(newest_email(email))})


def verify(client: Client, email: str) -> None:
    """An address that an account has, or changes to."""
    client.post("/accounts/confirm-email/", {"code": code_in(newest_email(email))})
