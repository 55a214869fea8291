"""People at browsers without a browser, who sign in over the page."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.test import Client
from django.utils import timezone

from accounts.models import Session, User
from accounts.sessions import digest
from tests import builders as make

PASSWORD = "nine purple lanterns swim"
SIGN_IN = "/accounts/login/"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"


def person(name: str = "patdoe77") -> User:
    user = make.person(name)
    user.set_password(PASSWORD)
    user.save(update_fields=["password"])
    return user


def sign_in(user: User, client: Client | None = None, agent: str = FIREFOX) -> Client:
    client = client or Client()
    typed = {"login": user.username, "password": PASSWORD}
    assert client.post(SIGN_IN, typed, HTTP_USER_AGENT=agent).status_code == 302
    return client


def key_of(client: Client) -> str:
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def is_signed_in(client: Client) -> bool:
    return client.get("/accounts/").status_code == 200


def session_of(client: Client) -> Session:
    return Session.objects.get(pk=digest(key_of(client)))


def end_of(user: User, ago: timedelta = timedelta(seconds=1)) -> None:
    """Their session has ended by itself."""
    assert Session.objects.filter(user=user).update(expire_date=timezone.now() - ago)
