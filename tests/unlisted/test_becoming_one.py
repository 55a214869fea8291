"""A provisional provider becomes one with the row that a roster brought: what comes over from it,
and that nobody is asked about another row than the one that goes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from unittest import mock

import pytest
from django.test import Client

from access_requests.contacts import steps as contact_steps
from access_requests.models import (
    AccessRequest,
    CampaignLetter,
    CampaignTarget,
    Contact,
    DeskEvent,
    EmploymentReport,
    Invitation,
    RoleAssignment,
    UnlistedProvider,
)
from access_requests.unlisted import certifying, ending
from access_requests.unlisted.certifying import NotCompared
from accounts.models import AuditEvent, User
from providers.ccn import Reading, read
from providers.models import Provider
from tests import builders as make
from tests.campaigns import builders as campaigns

pytestmark = pytest.mark.django_db


@pytest.fixture
def reviewer() -> User:
    return make.reviewer()


@pytest.fixture
def home() -> Provider:
    return make.provider("PTX00012", provisional_id="PTX00012", state="TX", city="AUSTIN")


@pytest.fixture
def listed() -> Provider:
    return make.provider("455999", name="LONE STAR MANOR", state="TX")


def give(home: Provider, listed: Provider | None, by: User) -> Provider:
    reading = read("455999")
    assert isinstance(reading, Reading)
    return certifying.give_ccn(home.pk, reading, same_as=listed.pk if listed else None, by=by)


def test_contacts_come_over_and_nobody_is_known_twice(
    home: Provider, listed: Provider, reviewer: User
) -> None:
    kept = campaigns.contact(home, "office@home.example", by=reviewer)
    twice = campaigns.contact(listed, "office@home.example", by=reviewer)
    other = campaigns.contact(listed, "owner@home.example", by=reviewer)
    contact_steps.remove(other.pk, by=reviewer, why="Left.")
    third = campaigns.contact(listed, "nurse@home.example", by=reviewer)
    give(home, listed, reviewer)
    assert set(Contact.objects.filter(provider=home)) == {kept, twice, other, third}
    assert set(Contact.objects.filter(removed_at=None)) == {kept, third}
    line = AuditEvent.objects.filter(type=DeskEvent.CCN_GIVEN).latest("pk")
    assert line.details["contacts"] == 3


@pytest.mark.parametrize("both", [True, False], ids=["both meant", "one meant"])
def test_what_campaigns_sent_comes_over(
    listed: Provider, reviewer: User, both: bool, request: pytest.FixtureRequest
) -> None:
    campaigns.contact(listed, "office@home.example", by=reviewer)
    if both:
        campaigns.contact(request.getfixturevalue("home"), "owner@home.example", by=reviewer)
    campaigns.started()
    assert CampaignTarget.objects.count() == 1 + both
    home = request.getfixturevalue("home")
    give(home, listed, reviewer)
    target = CampaignTarget.objects.get()
    assert target.provider == home
    assert set(target.letters.all()) == set(CampaignLetter.objects.all())
    assert CampaignLetter.objects.count() == 1 + both


def test_a_report_that_ended_there_comes_over(
    home: Provider, listed: Provider, reviewer: User
) -> None:
    report = make.unlisted(make.person(), "", typed="455999")
    ending.is_on_roster(report.pk, provider_id=listed.pk, by=reviewer)
    give(home, listed, reviewer)
    assert UnlistedProvider.objects.get().provider == home


def test_cases_of_people_never_move() -> None:
    """A table that is added later keeps the two apart until somebody says what it means."""
    stay = {each.related_model for each in certifying.what_stays()}
    # Whoever invites to a CCN has a role or a request there.
    assert stay == {AccessRequest, RoleAssignment, EmploymentReport, Invitation}


def test_a_row_that_nobody_compared_is_not_taken_over(
    home: Provider, listed: Provider, reviewer: User
) -> None:
    for compared in (None, home):
        with pytest.raises(NotCompared, match="Compare the two"):
            give(home, compared, reviewer)
    assert Provider.objects.count() == 2


def meanwhile(step: str, what: Callable[[], object]) -> Any:
    """Something that commits between the form and the locks: before the fresh factor is asked."""
    return mock.patch(
        f"access_requests.unlisted.{step}.second_factor.require_fresh",
        side_effect=lambda _: what(),
    )


def test_a_row_that_comes_between_form_and_lock_is_shown_first(
    client: Client, home: Provider, reviewer: User
) -> None:
    client.force_login(reviewer)
    address = f"/not-listed/provisional/{home.pk}/"
    with meanwhile(
        "provisional_views", lambda: make.provider("455999", name="LONE STAR MANOR", state="TX")
    ):
        response = client.post(address, {"ccn": "455999", "is_same": "on"})
    assert response.status_code == 409
    page = response.content.decode()
    assert "Lone Star Manor" in page
    assert "Compare the two above" in page
    assert 'name="is_same" checked' not in page
    assert Provider.objects.count() == 2


@pytest.mark.parametrize("way", ["on-roster", "add"])
def test_the_chosen_provider_has_just_become_one_with_another(
    way: str, client: Client, home: Provider, reviewer: User
) -> None:
    """Its row is gone when the step would lock it: said beside the field, nothing is lost."""
    report = make.unlisted(make.person(), typed="455999")
    client.force_login(reviewer)
    said = {"add-ccn": "455999", "add-name": "Quiet", "add-city": "Austin", "add-state": "TX"}
    if way == "on-roster":
        make.provider("455999", state="TX")
        said = {"roster-ccn": "455999"}
    gone = mock.patch(
        "access_requests.unlisted.ending.lock_provider", side_effect=Provider.DoesNotExist
    )
    with gone:
        response = client.post(f"{report.get_absolute_url()}{way}/", said)
    assert response.status_code == 422
    assert "has just become one with another provider" in response.content.decode()
    report.refresh_from_db()
    assert report.is_open
