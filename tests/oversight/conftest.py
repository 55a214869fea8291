from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import User
from tests import builders as make
from tests.pages.browsing import browser_of


@pytest.fixture
def reviewer(db: None) -> User:
    return make.reviewer("reviewer7")


@pytest.fixture
def desk(reviewer: User) -> Client:
    """The browser of a CMS reviewer."""
    return browser_of(reviewer)
