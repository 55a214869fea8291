"""What an agent does to an account is done by who has shown a second factor within the hour."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import AuditEvent, FactorReset, User
from tests import builders as make
from tests.accounts import factors, resets

pytestmark = pytest.mark.django_db

SHOW = "/accounts/2fa/reauthenticate/"


@pytest.fixture
def app(agent: User) -> factors.App:
    return factors.with_app(agent)


@pytest.fixture
def stale_desk(desk: Client, app: factors.App) -> Client:
    session = desk.session
    records = session["account_authentication_methods"]
    session["account_authentication_methods"] = [
        {**each, "at": each["at"] - 3601} for each in records
    ]
    session.save()
    return desk


@pytest.fixture
def whom() -> User:
    return resets.with_factor()


def done(person: User) -> set[str]:
    lines = AuditEvent.objects.filter(person=person).exclude(type="person_viewed")
    return set(lines.values_list("type", flat=True))


@pytest.mark.parametrize("step", ["unlock", "send-again", "stop-reset", "clear-bounce"])
def test_each_step_asks_for_it_first(stale_desk: Client, whom: User, step: str) -> None:
    resets.started(whom)
    before = done(whom)
    path = f"/service-center/people/{whom.pk}/{step}/"
    answer = stale_desk.post(path, {"ticket": "INC-7", "email": "1"})
    assert answer["Location"].startswith(SHOW)
    assert done(whom) == before
    assert FactorReset.objects.get().stopped_at is None


def test_and_is_done_once_it_is_shown(stale_desk: Client, whom: User, app: factors.App) -> None:
    resets.started(whom)
    show = stale_desk.post(f"/service-center/people/{whom.pk}/stop-reset/")["Location"]
    stale_desk.post(show, {"code": app.code()})
    assert FactorReset.objects.get().stopped_at is not None


@pytest.mark.parametrize("step", ["unlock", "send-again", "clear-bounce"])
def test_nobody_shows_one_for_what_they_may_not_do(whom: User, step: str) -> None:
    reviewer, client = make.reviewer(), Client()
    client.force_login(reviewer)
    path = f"/service-center/people/{whom.pk}/{step}/"
    assert client.post(path, {"ticket": "INC-7"}).status_code == 403
