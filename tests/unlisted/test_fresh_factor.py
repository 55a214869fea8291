"""A report ends, and a CCN is given, by who has shown a second factor lately."""

from __future__ import annotations

import pytest
from django.test import Client

from access_requests.models import AccessRequest, UnlistedProvider
from accounts.models import User
from providers.models import Provider
from tests import builders as make
from tests.accounts import factors

pytestmark = pytest.mark.django_db

SHOW = "/accounts/2fa/reauthenticate/"
STEPS = {
    "on-roster": {"roster-ccn": "015010"},
    "add": {"add-ccn": "015999", "add-name": "Quiet", "add-city": "Mobile", "add-state": "AL"},
    "answer": {"answer-text": "It is a part of 015010."},
}


@pytest.fixture
def reviewer() -> User:
    return make.reviewer()


@pytest.fixture
def app(reviewer: User) -> factors.App:
    return factors.with_app(reviewer)


@pytest.fixture
def stale_desk(client: Client, reviewer: User, app: factors.App) -> Client:
    client.force_login(reviewer)
    session = client.session
    records = session["account_authentication_methods"]
    session["account_authentication_methods"] = [
        {**each, "at": each["at"] - 3601} for each in records
    ]
    session.save()
    return client


@pytest.mark.parametrize("how", sorted(STEPS))
def test_each_way_to_end_a_report_asks_for_it_first(stale_desk: Client, how: str) -> None:
    make.provider("015010")
    report = make.unlisted(make.person(), typed="015999")
    answer = stale_desk.post(f"{report.get_absolute_url()}{how}/", STEPS[how])
    assert answer["Location"].startswith(SHOW)
    assert UnlistedProvider.objects.get().is_open


def test_so_does_giving_a_ccn(stale_desk: Client) -> None:
    home = make.provider("PAL00001", provisional_id="PAL00001")
    answer = stale_desk.post(f"/not-listed/provisional/{home.pk}/", {"ccn": "015999"})
    assert answer["Location"].startswith(SHOW)
    assert Provider.objects.get().is_provisional


def test_what_was_ticked_is_ended_once_it_is_shown(stale_desk: Client, app: factors.App) -> None:
    report, other, third = (make.unlisted(make.person(), typed="015999") for _ in range(3))
    said = STEPS["add"] | {"also": [other.pk, third.pk]}
    show = stale_desk.post(f"{report.get_absolute_url()}add/", said)["Location"]
    stale_desk.post(show, {"code": app.code()})
    assert AccessRequest.objects.filter(provider__ccn="015999").count() == 3
