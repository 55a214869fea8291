"""Codes for a new password.

A code stands for the account as it was when it was asked for: once the password has changed or
the address is no longer the account's, it opens nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial, wraps
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.password_reset_by_code import PasswordResetVerificationProcess
from allauth.account.models import EmailAddress
from allauth.account.signals import password_reset
from django.contrib import messages
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponseBase
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from accounts import after_answer
from accounts.limits import DAY, MINUTE
from accounts.mailed_codes import MailedCodes
from accounts.models import User

CODES = MailedCodes("reset-code", new_ones=((10, DAY), (3, 15 * MINUTE)))
_PASSWORD = "password"  # noqa: S105


def people_of(email: str) -> list[User]:
    """Who may choose a new password by this address. The same statements for every address."""
    email = email.lower()
    rows = list(EmailAddress.objects.filter(email=email).select_related("user"))
    others = list(User.objects.filter(email=email))
    verified = [each.user for each in rows if each.verified]
    found = verified or [*(each.user for each in rows), *others]
    return [each for each in dict.fromkeys(found) if each.is_active]


def ask(request: HttpRequest, person: User | None, email: str) -> None:
    """Nobody has this address: the same, but for the email."""
    state = PasswordResetVerificationProcess.initial_state(person, email)
    process = PasswordResetVerificationProcess(request, state=state, user=person)
    if CODES.may_send(email):
        code = get_adapter().generate_password_reset_code()
        CODES.keep(email, code)
        after_answer.do(request, partial(_send, person, email, code))
    else:
        code = CODES.newest(email)
    if person:
        process.state["code"] = code
    process.state[_PASSWORD] = _digest(person.password if person else "")
    process.persist()


def asked_for(request: HttpRequest) -> str:
    """The address that this browser asked for; empty: none."""
    process = PasswordResetVerificationProcess.resume(request)
    return str(process.state["email"]) if process else ""


def still_stands(request: HttpRequest) -> bool:
    """Whether the account is as it was when the code was asked for; from now until the end of
    the caller's transaction."""
    process = PasswordResetVerificationProcess.resume(request)
    if process is None or process.user is None:
        return False
    email = process.state["email"].lower()
    person = User.objects.select_for_update(no_key=True).get(pk=process.user.pk)
    has_address = (
        person.email.lower() == email
        or EmailAddress.objects.filter(user=person, email=email).exists()
    )
    return has_address and constant_time_compare(
        process.state.get(_PASSWORD, ""), _digest(person.password)
    )


def only_while_it_stands(
    complete: Callable[..., HttpResponseBase],
) -> Callable[..., HttpResponseBase]:
    """For the page where the new password is typed, after the code."""

    @wraps(complete)
    def view(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        process = PasswordResetVerificationProcess.resume(request)
        is_due = request.method == "POST" and process and process.state.get("code_confirmed")
        if process and is_due and not still_stands(request):
            process.abort()
            messages.error(
                request,
                _("The account was changed since you asked for the code. Ask for a new one here."),
            )
        # Without a process, it leads back to the page where a code is asked for.
        return complete(request, *args, **kwargs)

    return view


def _send(person: User | None, email: str, code: str) -> None:
    if person:
        get_adapter().send_mail("account/email/password_reset_code", email, {"code": code})


@receiver(password_reset)
def _used(user: User, **kwargs: Any) -> None:
    CODES.forget(user.email)


def _digest(password_hash: str) -> str:
    return salted_hmac("reset-code", password_hash, algorithm="sha256").hexdigest()
