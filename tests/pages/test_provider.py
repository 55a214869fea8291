"""/providers/<ccn>/: what everybody may know of a provider, and what its own people may."""

from __future__ import annotations

import re

import pytest

from access_requests import workflow
from access_requests.models import EventType
from access_requests.views import provider as provider_page
from accounts.models import AuditEvent, User
from providers.models import Provider
from tests import builders
from tests.pages.browsing import browser_of, words
from tests.pages.cast import Cast, gather

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> Cast:
    return gather()


def page_of(provider: Provider, user: User) -> str:
    response = browser_of(user).get(provider.get_absolute_url())
    assert response.status_code == 200
    return words(response)


@pytest.mark.parametrize("kind", ["stranger", "requester", "pso_elsewhere", "former_pso"])
def test_strangers_see_name_address_and_how_many_psos(scene: Cast, kind: str) -> None:
    page = page_of(scene.here, scene[kind])
    assert "Sunrise 015009" in page
    assert "Mobile, AL" in page
    assert "Two or more PSOs" in page
    for name in ("P psohere", "P psofellow", "P holder", "P vendor"):
        assert name not in page
    assert "People with a role here" not in page
    assert "Open requests here" not in page


@pytest.mark.parametrize("kind", ["holder", "vendor"])
def test_whoever_holds_a_role_there_sees_the_psos_names_alone(scene: Cast, kind: str) -> None:
    page = page_of(scene.here, scene[kind])
    assert "P psohere" in page
    assert "P psofellow" in page
    other = {"holder": "P vendor", "vendor": "P holder"}[kind]
    assert other not in page
    assert "P requester" not in page
    assert "Your roles here" in page


@pytest.mark.parametrize("kind", ["pso_here", "reviewer", "agent"])
def test_psos_and_cms_see_its_people_and_requests(scene: Cast, kind: str) -> None:
    page = page_of(scene.here, scene[kind])
    for name in ("P psohere", "P psofellow", "P holder", "P vendor", "P requester"):
        assert name in page
    assert "P psoformer" not in page
    assert ("Revoke" in page) == (kind != "agent")
    assert ("Ask for a role here" in page) == (kind == "pso_here")


def test_who_has_a_request_is_said_to_the_reader() -> None:
    here = builders.provider()
    pso, reviewer = builders.pso(here), builders.reviewer()
    builders.submit(builders.person(full_name="Ann Waits"), here)
    assert "Ann Waits" in page_of(here, pso)
    assert re.search(r"Ann Waits .*? 2\d{3} You ", page_of(here, pso))
    assert re.search(r"Ann Waits .*? 2\d{3} The PSO of this CCN ", page_of(here, reviewer))
    builders.pso(here)
    assert re.search(r"Ann Waits .*? 2\d{3} The 2 PSOs of this CCN ", page_of(here, reviewer))


def test_cms_looking_at_people_is_put_on_record(scene: Cast) -> None:
    looks = AuditEvent.objects.filter(type=EventType.PERSON_VIEWED, ccn=scene.here.ccn)
    page_of(scene.here, scene["pso_here"])
    assert not looks.exists()
    page_of(scene.here, scene["agent"])
    assert looks.get().actor == scene["agent"]


@pytest.mark.parametrize("spelling", ["01-5009", "015009B", " 015009", "%00015009"])
def test_other_spellings_lead_to_its_one_page(scene: Cast, spelling: str) -> None:
    response = browser_of(scene["stranger"]).get(f"/providers/{spelling}/")
    assert response["Location"] == "/providers/015009/"


@pytest.mark.parametrize(
    "ccn", ["015999", "nonsense", "%00", "0" * 300, "..", "%E2%98%83", "%27%20OR%201=1"]
)
def test_an_unknown_ccn_is_not_found(scene: Cast, ccn: str) -> None:
    response = browser_of(scene["stranger"]).get(f"/providers/{ccn}/")
    assert response.status_code == 404
    assert "Page not found" in words(response)


def test_a_closed_provider_says_so_and_offers_nothing() -> None:
    closed = builders.provider(closed_on="2024-05-01")
    page = page_of(closed, builders.person())
    assert "This provider closed on May 1, 2024." in page
    assert "Ask for a role here" not in page


def test_my_own_requests_there_are_listed() -> None:
    here, asker = builders.provider(), builders.person()
    builders.submit(asker, here)
    assert "Your open requests here Assessment Viewer : Pending" in page_of(here, asker)


def test_readiness_follows_the_psos() -> None:
    here, stranger = builders.provider(), builders.person()
    assert "No PSO" in page_of(here, stranger)
    assert "CMS decides who becomes its first" in page_of(here, stranger)
    pso = builders.pso(here)
    assert "This CCN has one PSO." in page_of(here, stranger)
    builders.pso(here)
    assert "This CCN has 2 PSOs." in page_of(here, stranger)
    workflow.give_up(pso.role_assignments.get().pk, by=pso)
    assert "This CCN has one PSO." in page_of(here, stranger)


def test_programs_that_are_not_open_say_so() -> None:
    agency = builders.provider("017009", kind="hha")
    assert "Not open yet; CMS has not set a date" in page_of(agency, builders.person())


def test_lists_that_go_on_say_so(scene: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    builders.submit(builders.person(), scene.here)
    assert "are shown" not in page_of(scene.here, scene["pso_here"])
    monkeypatch.setattr(provider_page, "MOST_PEOPLE", 1)
    monkeypatch.setattr(provider_page, "MOST_REQUESTS", 1)
    page = page_of(scene.here, scene["pso_here"])
    assert "The first 1 are shown." in page
    assert "The 1 that have waited longest are shown." in page
