"""How a CCN is covered, on its page."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from access_requests import workflow
from access_requests.coverage import standing
from access_requests.invitations import inviting
from access_requests.models import RoleAssignment
from access_requests.waiting import absences
from accounts.models import User
from providers.models import Provider
from tests import builders as make
from tests.invitations.builders import invite
from tests.pages.browsing import browser_of, words

pytestmark = pytest.mark.django_db

INVITE = "/invitations/new/?ccn={}&amp;role=pso"


def card(home: Provider, viewer: User) -> str:
    """What stands in the card, as HTML."""
    page = browser_of(viewer).get(home.get_absolute_url()).content.decode()
    found = page.partition("coverage-card")[2].partition("</section>")[0]
    assert found, "no card"
    return found


def kinds(home: Provider) -> list[str]:
    return [each.kind for each in standing.at(home, make.person()).figures]


def away(user: User, days: int) -> None:
    today = timezone.localdate()
    absences.name(user, today, today + timedelta(days=days))


def test_without_a_pso_two_are_missing() -> None:
    home = make.provider()
    said = card(home, make.person())
    assert "Nobody can decide here" in said
    assert "Two PSOs are missing." in said
    assert f"/requests/new/?ccn={home.ccn}&amp;role=pso" in said
    assert kinds(home) == ["missing", "missing"]


def test_the_only_pso_is_asked_to_invite_and_others_to_become_the_second() -> None:
    home = make.provider()
    pso = make.pso(home)
    said = card(home, pso)
    assert "1 PSO can decide today." in said
    assert INVITE.format(home.ccn) in said
    assert kinds(home) == ["here", "missing"]
    for other in (make.person(), make.holder(home)):
        said = card(home, other)
        assert "Become the second PSO" in said
        assert str(pso) not in said
        assert "/invitations/new/" not in said
    said = card(home, make.reviewer())
    assert str(pso) in said
    assert "Become the second PSO" not in said


def test_a_vendor_is_told_who_can_ask_and_may_invite_them_while_waiting() -> None:
    home = make.provider()
    waiting = make.person()
    asked = make.submit(waiting, home, statement=make.VENDOR)
    said = card(home, waiting)
    assert "As a vendor you cannot be PSO here: an employee of the provider must ask" in said
    assert "Ask to become PSO" not in said
    assert INVITE.format(home.ccn) in said
    form = browser_of(waiting).get(f"/invitations/new/?ccn={home.ccn}&role=pso")
    assert 'name="address"' in form.content.decode()
    # With a PSO who decides the request, a vendor invites nobody; with a role, no more so.
    pso = make.pso(home)
    for _ in ("asked", "holds the role"):
        said = card(home, waiting)
        assert "As a vendor you cannot be PSO here" in said
        assert "Become the second PSO" not in said
        assert "/invitations/new/" not in said
        asked.refresh_from_db()
        if asked.is_open:
            workflow.approve(asked.pk, by=pso)


def test_who_has_asked_already_finds_their_request_and_is_not_asked_again() -> None:
    home = make.provider()
    first, second = make.person(), make.person()
    for asker in (first, second):
        asked = make.submit(asker, home, "pso")
        said = card(home, asker)
        assert f'href="{asked.get_absolute_url()}"' in said
        assert "/requests/new/" not in said
        if asker == first:
            workflow.approve(asked.pk, by=make.reviewer())
    # One whose role as PSO is suspended has it.
    third = make.pso(home)
    RoleAssignment.objects.filter(user=third).update(status="suspended")
    assert "A second PSO is missing." in card(home, third)
    assert "/requests/new/" not in card(home, third)


def test_who_asks_to_be_the_second_or_is_invited_is_the_next_step_everywhere() -> None:
    home = make.provider()
    pso = make.pso(home)
    away(pso, 3)
    pages = ("/", "/coverage/", home.get_absolute_url(), "/waiting/absence/")

    def said(sentence: str, path: str) -> bool:
        found = [browser_of(pso).get(each) for each in pages]
        return all(
            sentence in words(each) and f'href="{path}"' in each.content.decode() for each in found
        )

    invited = INVITE.format(home.ccn)
    assert said("Invite a second PSO", invited)
    letter = invite(pso, home, code="pso", name="Taylor Quinn")
    last = timezone.localdate() + timedelta(days=14)
    assert said(f"is invited , open until {last:%b} {last.day}", letter.get_absolute_url())
    asked = make.submit(make.person(full_name="Erin Kowalski"), home, "pso")
    assert said("Erin Kowalski asks to be PSO. Decide the request", asked.get_absolute_url())
    workflow.return_for_information(asked.pk, by=pso, question="Which unit?")
    assert said("A question waits for their answer. See the request", asked.get_absolute_url())
    workflow.withdraw(asked.pk, by=asked.requester)
    inviting.withdraw([letter.invitations.get().pk], by=pso)
    assert said("Invite a second PSO", invited)


def test_an_absence_is_told_with_its_last_day_and_names_nobody_to_strangers() -> None:
    home = make.provider()
    nora, olga = make.pso(home, make.person(full_name="Nora Pace")), make.pso(home)
    away(nora, 3)
    assert kinds(home) == ["here", "away"]
    stranger, fellow = make.person(), card(home, olga)
    assert "1 PSO can decide today." in fellow
    assert "Nora Pace" in fellow
    assert "away until" in fellow
    said = card(home, stranger)
    assert "2 PSOs decide here." in said
    assert "away" not in said
    asker = make.person()
    make.submit(asker, home)
    said = card(home, asker)
    assert "1 is away." in said
    assert "Nora Pace" not in said

    away(olga, 5)
    assert "away" not in card(home, stranger)
    said = card(home, asker)
    back = timezone.localdate() + timedelta(days=3)
    assert f"No PSO can decide today: away until {back:%B} {back.day}, {back.year}." in said
    assert "requests wait until one of them is back" in said


def test_whose_account_is_not_active_cannot_decide() -> None:
    home = make.provider()
    pso = make.pso(home)
    User.objects.filter(pk=pso.pk).update(is_active=False)
    assert "no account of theirs is active" in card(home, make.reviewer())
    assert "1 PSO decides here." in card(home, make.person())


def test_a_closed_provider_has_no_card_and_a_crowd_is_drawn_short() -> None:
    closed = make.provider(closed_on="2024-05-01")
    page = browser_of(make.person()).get(closed.get_absolute_url()).content.decode()
    assert "coverage-card" not in page
    home = make.provider()
    for _ in range(8):
        make.pso(home)
    there = standing.at(home, make.person())
    assert (there.present, len(there.figures)) == (8, standing.MOST_DRAWN)
    assert "Nothing is missing" in card(home, make.person())


def test_my_ccns_are_for_psos_alone_and_cost_the_same_however_many() -> None:
    reviewer, pso = make.reviewer(), make.person()
    for _ in range(2):
        make.pso(make.provider(), pso, by=reviewer)

    def taken() -> int:
        with CaptureQueriesContext(connection) as captured:
            response = browser_of(pso).get("/coverage/")
        assert response.status_code == 200
        return len(captured)

    few = taken()
    for _ in range(8):
        home = make.provider()
        make.pso(home, pso, by=reviewer)
    make.pso(home)
    assert taken() == few
    page = words(browser_of(pso).get("/coverage/", {"after": "9-' OR 1=1"}))
    assert "9 CCNs with you as their only PSO" in page
    assert "1 CCN with two or more PSOs" in page
    assert browser_of(make.person()).get("/coverage/").status_code == 404
