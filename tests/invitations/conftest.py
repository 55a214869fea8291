from __future__ import annotations

import pytest

from accounts.models import User
from providers.models import Provider
from tests import builders as make


@pytest.fixture
def home() -> Provider:
    return make.provider(name="BURNS NURSING HOME")


@pytest.fixture
def pso(home: Provider) -> User:
    return make.pso(home, make.person(full_name="Paula Stone"))
