"""Browsers in which a person has signed in fully before, told from all others by a cookie.

Wrong tries that come from elsewhere are not held against them, so nobody can keep a person out
of their account by guessing at it. The cookie opens nothing: it holds a random name for the
browser and, for each account that was signed in to there (people share computers), a mark that
only the portal can make.
"""

from __future__ import annotations

import time
from typing import Any

from allauth.account.signals import password_reset
from django.conf import settings
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponseBase
from django.utils.crypto import constant_time_compare, get_random_string, salted_hmac

from accounts.models import User

_SECONDS = 365 * 24 * 3600
_NAME_LENGTH = 22
_MARK_LENGTH = 22
# At a computer that more people share, the first of them are strangers again.
_ACCOUNTS = 40
_SESSION_KEY = "known_device"
_SECONDS_IN_SESSION = 3600
# One name for all of them: whoever holds the mailbox gains nothing by resetting again and again.
_MAILBOX = "mailbox"


def device_of(request: HttpRequest, account: str) -> str | None:
    """The browser's name, if this account (its User ID) was signed in to there before.

    Who has just chosen a new password by a code from their mailbox counts for an hour too: the
    way in for a person whose account is being guessed at while they are at a new computer.
    """
    name, marks = _read(request)
    if any(constant_time_compare(mark, _mark(name, account)) for mark in marks):
        return name
    proven = request.session.get(_SESSION_KEY, {})
    if proven.get("account") == account and time.time() < proven["until"]:
        return _MAILBOX
    return None


def remember(request: HttpRequest, response: HttpResponseBase, account: str) -> None:
    name, marks = _read(request)
    name = name or get_random_string(_NAME_LENGTH)
    mark = _mark(name, account)
    newest = [mark, *(each for each in marks if each != mark)][:_ACCOUNTS]
    response.set_cookie(
        settings.KNOWN_DEVICE_COOKIE_NAME,
        ".".join([name, *newest]),
        max_age=_SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


@receiver(password_reset)
def _mailbox_was_proven(request: HttpRequest, user: User, **kwargs: Any) -> None:
    request.session[_SESSION_KEY] = {
        "account": user.username,
        "until": time.time() + _SECONDS_IN_SESSION,
    }


def _read(request: HttpRequest) -> tuple[str, list[str]]:
    cookie = request.COOKIES.get(settings.KNOWN_DEVICE_COOKIE_NAME, "")
    name, *marks = cookie.split(".")
    if len(name) != _NAME_LENGTH or not name.isalnum() or len(marks) > _ACCOUNTS:
        return "", []
    return name, marks


def _mark(name: str, account: str) -> str:
    return salted_hmac("known-device", f"{name}:{account}", algorithm="sha256").hexdigest()[
        :_MARK_LENGTH
    ]
