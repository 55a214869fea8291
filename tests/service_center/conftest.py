from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client

from accounts.models import User
from providers.models import Provider
from tests import builders as make
from tests.pages.browsing import browser_of, words

Search = Callable[[str], Any]


@pytest.fixture
def agent(db: None) -> User:
    return make.agent("agent7")


@pytest.fixture
def desk(agent: User) -> Client:
    """The agent's browser."""
    return browser_of(agent)


@pytest.fixture
def home(db: None) -> Provider:
    return make.provider("015009", name="BURNS NURSING HOME")


@pytest.fixture
def search(desk: Client) -> Search:
    """Type it and press the button; the answer at the end of the way."""

    def typed(text: str) -> Any:
        response = desk.post("/service-center/", {"q": text})
        return desk.get(response["Location"], follow=True)

    return typed


@pytest.fixture
def reads(search: Search) -> Callable[[str], str]:
    return lambda text: words(search(text))


def path_of(response: Any) -> str:
    return urlsplit(response.redirect_chain[-1][0]).path if response.redirect_chain else ""
