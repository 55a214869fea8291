"""What changes a person's second factors.

Each step locks the person, so that two pages open at once cannot take the last factor away, and
writes its line of the audit trail and its email in the same transaction. django-allauth's own
steps tell of it only after the commit.

What takes a factor's worth away signs the person out everywhere else: whoever has that factor may
be signed in with it.
"""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter as get_account_adapter
from allauth.mfa import signals
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, clear_totp_secret
from allauth.mfa.webauthn.internal.auth import WebAuthn
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts import audit, second_factor
from accounts.http import person_of
from accounts.models import User
from accounts.sessions import end_sessions

Type = Authenticator.Type


@transaction.atomic
def add_app(request: HttpRequest, secret: str, step: int) -> bool:
    """Whether recovery codes were made along with it. Raises ValidationError: there is an app."""
    person = _lock(request)
    if _app_of(person) is not None:
        raise ValidationError(_("You have an authenticator app already."))
    app = _activate(request, person, secret, step)
    _tell(request, "added", app, email="mfa/email/totp_activated")
    return _with_recovery_codes(request, person)


@transaction.atomic
def replace_app(request: HttpRequest, secret: str, step: int) -> None:
    """The new app is in and the old one out together, so nobody is ever without."""
    person = _lock(request)
    old = _app_of(person)
    if old is not None:
        old.delete()
    app = _activate(request, person, secret, step)
    ended = _sign_out_elsewhere(request, person)
    _tell(request, "replaced", app, email="mfa/email/totp_activated", **ended)


@transaction.atomic
def add_passkey(request: HttpRequest, name: str, credential: dict[str, Any]) -> bool:
    """Whether recovery codes were made along with it."""
    person = _lock(request)
    passkey = WebAuthn.add(person, name, credential).instance
    second_factor.record_shown(request, passkey)
    _tell(request, "added", passkey, email="mfa/email/webauthn_added")
    return _with_recovery_codes(request, person)


@transaction.atomic
def remove(request: HttpRequest, authenticator: Authenticator) -> None:
    """Raises ValidationError for the last one; DoesNotExist when it is gone already."""
    person = _lock(request)
    found = Authenticator.objects.get(pk=authenticator.pk, user=person)
    if not get_adapter().can_delete_authenticator(found):
        raise get_adapter().validation_error("cannot_delete_authenticator")
    found.delete()
    found.pk = authenticator.pk
    kind = "totp_deactivated" if found.type == Type.TOTP else "webauthn_removed"
    ended = _sign_out_elsewhere(request, person)
    _tell(request, "removed", found, email=f"mfa/email/{kind}", **ended)


@transaction.atomic
def make_recovery_codes(request: HttpRequest) -> None:
    """New ones; the old ones are void."""
    person = _lock(request)
    Authenticator.objects.filter(user=person, type=Type.RECOVERY_CODES).delete()
    codes = RecoveryCodes.activate(person).instance
    audit.record("recovery_codes_made", actor=person, person=person)
    _say(signals.authenticator_reset, request, codes)
    ended = _sign_out_elsewhere(request, person)
    _mail(request, "mfa/email/recovery_codes_generated", **ended)


def recovery_codes_left(person: User) -> int | None:
    """None: there are none and never were."""
    codes = Authenticator.objects.filter(user=person, type=Type.RECOVERY_CODES).first()
    return len(RecoveryCodes(codes).get_unused_codes()) if codes else None


def _lock(request: HttpRequest) -> User:
    return User.objects.select_for_update(no_key=True).get(pk=person_of(request).pk)


def _sign_out_elsewhere(request: HttpRequest, person: User) -> dict[str, bool]:
    """What the email says of it."""
    number = end_sessions(person, keep=request.session.session_key or "")
    if number:
        audit.record("sessions_ended", actor=person, person=person, details={"number": number})
    return {"signed_out_elsewhere": bool(number)}


def _app_of(person: User) -> Authenticator | None:
    return Authenticator.objects.filter(user=person, type=Type.TOTP).first()


def _activate(request: HttpRequest, person: User, secret: str, step: int) -> Authenticator:
    app: Authenticator = TOTP.activate(person, secret).instance
    # The code that was just typed is not good for signing in as well.
    app.data["last_step"] = step
    app.save(update_fields=["data"])
    clear_totp_secret(request)
    second_factor.record_shown(request, app)
    return app


def _with_recovery_codes(request: HttpRequest, person: User) -> bool:
    if Authenticator.objects.filter(user=person, type=Type.RECOVERY_CODES).exists():
        return False
    codes = RecoveryCodes.activate(person).instance
    audit.record("recovery_codes_made", actor=person, person=person)
    _say(signals.authenticator_added, request, codes)
    return True


def _tell(
    request: HttpRequest, what: str, authenticator: Authenticator, *, email: str, **said: bool
) -> None:
    person = person_of(request)
    details = {"kind": authenticator.type}
    audit.record(f"second_factor_{what}", actor=person, person=person, details=details)
    signal = signals.authenticator_removed if what == "removed" else signals.authenticator_added
    _say(signal, request, authenticator)
    _mail(request, email, **said)


def _say(signal: Any, request: HttpRequest, authenticator: Authenticator) -> None:
    """To whoever listens for django-allauth's signals."""
    signal.send(
        sender=Authenticator,
        request=request,
        user=person_of(request),
        authenticator=authenticator,
    )


def _mail(request: HttpRequest, template_prefix: str, **said: bool) -> None:
    adapter = get_account_adapter(request)
    adapter.send_notification_mail(template_prefix, person_of(request), context=said)
