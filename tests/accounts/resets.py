"""People with a second factor, and resets of it."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import decrypt

from accounts import factor_reset
from accounts.models import AuditEvent, FactorReset, Notice, OutgoingEmail, User
from tests import builders as make
from tests.accounts.factors import App, with_app

STARTED, STOPPED = "factor_reset_started", "factor_reset_stopped"
DONE, SOON = "factor_reset_done", "factor_reset_soon"


def with_factor(username: str = "", **fields: Any) -> User:
    """An authenticator app and its recovery codes."""
    user = make.person(username, **fields)
    with_app(user)
    return user


def app_code_of(person: User) -> str:
    """What the person's authenticator app shows now."""
    app = Authenticator.objects.get(user=person, type=Authenticator.Type.TOTP)
    return App(decrypt(app.data["secret"])).code()


def started(person: User | None = None, by: User | None = None) -> FactorReset:
    """The email that warns the person has left at once."""
    reset = unannounced(person, by)
    owed = OutgoingEmail.objects.filter(notice__recipient=reset.user, state="waiting")
    owed.update(state=OutgoingEmail.State.SENT, sent_at=reset.asked_at)
    return reset


def unannounced(person: User | None = None, by: User | None = None) -> FactorReset:
    """The email that warns the person still waits."""
    return factor_reset.start(person or with_factor(), by=by or make.agent(), ticket="INC-7")


def told(person: User) -> list[str]:
    notices = Notice.objects.filter(recipient=person).order_by("pk")
    return list(notices.values_list("kind", flat=True))


def steps_of(person: User) -> list[str]:
    """In the audit trail."""
    lines = AuditEvent.objects.filter(person=person, type__startswith="factor_reset")
    return list(lines.order_by("pk").values_list("type", flat=True))


def factors_of(person: User) -> int:
    return Authenticator.objects.filter(user=person).count()
