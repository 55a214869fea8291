"""Email that has left, and email that has come back."""

from __future__ import annotations

from django.utils import timezone

from accounts import bounce_folder
from accounts.bounces import Taken
from accounts.models import OutgoingEmail, User
from tests.mail import returned
from tests.mail.builders import owed

State = OutgoingEmail.State


def sent(to: str = "person@example.org") -> OutgoingEmail:
    email = owed(to_address=to)
    OutgoingEmail.objects.filter(pk=email.pk).update(state=State.SENT, sent_at=timezone.now())
    email.refresh_from_db()
    return email


def state_of(email: OutgoingEmail) -> str:
    return OutgoingEmail.objects.get(pk=email.pk).state


def bounced(person: User) -> None:
    assert bounce_folder.take(returned.postfix(sent(person.email))) == Taken.BOUNCED
