"""Signing up. The account is made once the code that was emailed is typed in, not before.

Until then nothing is stored but the session: a mistyped address takes no User ID away, and
nobody can find out by signing up whether an address has an account (rule 7). Whoever types an
address reads the same; its mailbox gets the code, or a letter that there is an account already.
"""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass, replace
from typing import Any

from allauth.account import signals
from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.internal.userkit import filter_users_by_email
from allauth.account.models import EmailAddress, Login
from allauth.core.internal import ratelimit
from allauth.core.internal.cryptokit import compare_user_code, generate_user_code
from django.conf import settings
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _

from accounts import audit, terms, throttle, user_id
from accounts.adapter import AccountAdapter, user_ids_of
from accounts.limits import DAY, MINUTE
from accounts.mailed_codes import MailedCodes
from accounts.models import User

SESSION_KEY = "sign_up"
CODE_SECONDS = 15 * 60
# What was typed is forgotten after so long, whether its code is still good or not.
KEPT_SECONDS = 60 * 60
TRIES = 5
CODES = MailedCodes("sign-up-code", new_ones=((10, DAY), (4, 10 * MINUTE)))


class WrongCode(Exception):
    """The sentence says what to do next."""


class UserIdGone(Exception):
    """Taken or ruled out since the form was sent. The sentence says why."""


class AddressGone(Exception):
    """Somebody has made an account with this address since the code was sent."""


@dataclass(frozen=True, kw_only=True)
class SignUp:
    """What the session keeps. The password as the hasher made it, never as it was typed."""

    user_id: str
    email: str
    full_name: str
    password: str
    terms_version: str
    next_url: str
    begun_at: float
    code: str = ""
    # Counts the tries of this code, whichever browser window they come from.
    code_name: str = ""
    code_sent_at: float = 0.0

    @property
    def code_is_old(self) -> bool:
        return time.time() - self.code_sent_at > CODE_SECONDS

    def typed(self) -> dict[str, str]:
        """For the form, when the person goes back to it."""
        return {"username": self.user_id, "email": self.email, "full_name": self.full_name}


def begun(request: HttpRequest) -> SignUp | None:
    kept = request.session.get(SESSION_KEY)
    if not kept:
        return None
    sign_up = SignUp(**kept)
    if time.time() - sign_up.begun_at > KEPT_SECONDS:
        forget(request)
        return None
    return sign_up


def begin(request: HttpRequest, **typed: Any) -> None:
    """Keep what was typed and send the code.

    Whoever comes back to change the User ID alone needs no second code: the first one still
    proves the address.
    """
    before = begun(request)
    sign_up = SignUp(**typed, terms_version=settings.TERMS_VERSION, begun_at=time.time())
    if before and before.email == sign_up.email and not before.code_is_old:
        sign_up = replace(
            sign_up,
            code=before.code,
            code_name=before.code_name,
            code_sent_at=before.code_sent_at,
        )
    else:
        sign_up = _with_new_code(request, sign_up) or _with_newest_code(sign_up)
    _keep(request, sign_up)


def send_new_code(request: HttpRequest, sign_up: SignUp) -> bool:
    """The old code is worth nothing from now on. False: the mailbox got enough of them, and the
    newest is the one that counts."""
    renewed = _with_new_code(request, sign_up)
    _keep(request, renewed or _with_newest_code(sign_up))
    return renewed is not None


def forget(request: HttpRequest) -> None:
    request.session.pop(SESSION_KEY, None)


def check_code(request: HttpRequest, sign_up: SignUp, typed: str) -> None:
    """Raises WrongCode. Each sign-up may try its code a few times, counted where all processes see
    it; and since sign-ups share codes, all of them together are limited like other mailed codes."""
    if sign_up.code_is_old:
        raise WrongCode(_("This code is too old. Send a new code below."))
    may_try = ratelimit.consume(
        request,
        app="allauth.account",
        action="sign_up_code_tries",
        key=sign_up.code_name,
        config={"sign_up_code_tries": f"{TRIES}/{CODE_SECONDS}s/key"},
    )
    if not may_try:
        raise WrongCode(_("Too many wrong codes. Send a new code below."))
    try:
        attempt = throttle.start(throttle.MAILED_CODE, sign_up.email, request)
    except throttle.TooManyTries as refusal:
        raise WrongCode(" ".join(refusal.messages)) from refusal
    if not compare_user_code(actual=typed, expected=sign_up.code):
        raise WrongCode(_("This code is not right. Look at the newest email we sent you."))
    attempt.was_right()


def finish(request: HttpRequest, sign_up: SignUp) -> HttpResponse:
    """The code was right: make the account and sign in, in the caller's transaction.

    Raises UserIdGone or AddressGone, and then nothing is lost. What is sent twice (a double
    click) makes one account and signs in both times.
    """
    try:
        with transaction.atomic():
            user = _made_before(sign_up) or _make(request, sign_up)
    except IntegrityError:
        # Somebody was faster by a moment; now that they are done it can be seen who.
        user = _made_before(sign_up) or _make(request, sign_up)
    forget(request)
    CODES.forget(sign_up.email)
    terms.remember(request, sign_up.terms_version)
    record_authentication(request, user, method="password", username=user.username)
    login = Login(user=user, redirect_url=sign_up.next_url or None, signup=True)
    # Ends with the browser, as after signing in with the password.
    request.session.set_expiry(0)
    response: HttpResponse = perform_login(request, login)
    return response


def _make(request: HttpRequest, sign_up: SignUp) -> User:
    verdict = user_id.judge(sign_up.user_id)
    if verdict.reasons:
        raise UserIdGone(" ".join(verdict.reasons))
    if filter_users_by_email(sign_up.email):
        raise AddressGone
    user = User.objects.create(
        username=sign_up.user_id,
        email=sign_up.email,
        full_name=sign_up.full_name,
        password=sign_up.password,
    )
    EmailAddress.objects.create(user=user, email=sign_up.email, verified=True, primary=True)
    signals.user_signed_up.send(sender=User, request=request, user=user)
    audit.record("email_verified", actor=user, person=user)
    terms.accept(user, version=sign_up.terms_version)
    AccountAdapter(request).send_mail(
        "account/email/account_created", user.email, {"user_id": user.username}
    )
    return user


def _made_before(sign_up: SignUp) -> User | None:
    """By this very sign-up: no two hashes of a password are the same."""
    return User.objects.filter(username=sign_up.user_id, password=sign_up.password).first()


def _with_new_code(request: HttpRequest, sign_up: SignUp) -> SignUp | None:
    """None: enough were sent to this mailbox for now."""
    code, email = generate_user_code(), sign_up.email
    if not CODES.may_send(email):
        return None
    CODES.keep(email, code)
    letter = "account/email/sign_up_code"
    said: dict[str, Any] = {"code": code}
    # Asked for in any case, and a code is made: both ways take the same time, and a code that
    # nobody was sent is as hard to guess as any.
    user_ids = user_ids_of(email)
    if filter_users_by_email(email):
        letter = "account/email/account_already_exists"
        said = {"email": email, "user_ids": user_ids}
    with transaction.atomic():
        AccountAdapter(request).send_mail(letter, email, said)
    return _with_code(sign_up, code)


def _with_newest_code(sign_up: SignUp) -> SignUp:
    """The one that is on its way to the mailbox, whoever asked for it: typed into this browser by
    whoever reads the mailbox, it proves as much. No new tries for a code that was here before."""
    newest = CODES.newest(sign_up.email)
    if newest and newest == sign_up.code and not sign_up.code_is_old:
        return sign_up
    # None is on its way: one that nobody knows. The page says the same, and the person asks again.
    return _with_code(sign_up, newest or generate_user_code())


def _with_code(sign_up: SignUp, code: str) -> SignUp:
    return replace(sign_up, code=code, code_name=get_random_string(22), code_sent_at=time.time())


def _keep(request: HttpRequest, sign_up: SignUp) -> None:
    request.session[SESSION_KEY] = asdict(sign_up)
