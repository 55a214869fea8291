"""Whoever signs in with the invited address finds the invitation without its link; nobody else."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from access_requests import workflow
from access_requests.invitations import accepting, mine, throttle
from access_requests.models import AccessRequest, Invitation
from accounts.models import User
from providers.models import Provider
from tests import builders as make
from tests.invitations.builders import invite
from tests.pages.browsing import browser_of, words

pytestmark = pytest.mark.django_db

FORM = {"job_title": "Nurse", "employer": "Sunrise Care LLC"}
CARD = "Paula Stone invites you to Assessment Submitter at Burns Nursing Home"


@pytest.fixture
def olga() -> User:
    return make.person(email="Olga@Sunrise-Care.example", full_name="Olga Meyer")


def on_home(user: User) -> str:
    return words(browser_of(user).get("/"))


def test_from_home_to_the_request_without_the_link(home: Provider, pso: User, olga: User) -> None:
    letter = invite(pso, home)
    browser = browser_of(olga)
    page = browser.get("/")
    assert CARD in words(page)
    assert "Find your provider" not in words(page)
    url = re.search(r'href="(/invitations/mine/\d+/accept/)"', page.content.decode())
    assert url is not None
    form = browser.get(url[1])
    assert form.status_code == 200
    assert "another address" not in words(form)
    assert f"/invitations/mine/{letter.pk}/#decline" in form.content.decode()
    sent = browser.post(url[1], FORM)
    assert sent["Location"] == AccessRequest.objects.get(requester=olga).get_absolute_url()
    assert "invites you" not in on_home(olga)
    assert "You accepted this invitation" in words(browser.get(f"/invitations/mine/{letter.pk}/"))


def test_it_can_be_declined_there(home: Provider, pso: User, olga: User) -> None:
    letter = invite(pso, home)
    browser = browser_of(olga)
    page = browser.get(f"/invitations/mine/{letter.pk}/")
    assert f'action="/invitations/mine/{letter.pk}/decline/"' in page.content.decode()
    after = browser.post(f"/invitations/mine/{letter.pk}/decline/", follow=True)
    assert "The invitation is declined" in words(after)
    assert Invitation.objects.get().ended_how == "declined"
    assert "invites you" not in on_home(olga)


@pytest.mark.parametrize("who", ["other", "unverified", "inviter", "reviewer"])
def test_to_anybody_else_there_is_nothing(home: Provider, pso: User, olga: User, who: str) -> None:
    letter = invite(pso, home)
    people = {"other": make.person(), "inviter": pso, "unverified": olga}
    user = people.get(who) or make.reviewer()
    if who == "unverified":
        olga.emailaddress_set.update(verified=False)
    browser = browser_of(user)
    assert "invites you to" not in on_home(user)
    path = f"/invitations/mine/{letter.pk}/"
    assert browser.get(path).status_code == 404
    assert browser.get(f"{path}accept/").status_code == 404
    assert browser.post(f"{path}accept/", FORM | {"is_meant": "on"}).status_code == 404
    assert browser.post(f"{path}decline/").status_code == 404
    assert Invitation.objects.get().is_open


@pytest.mark.parametrize("how", ["expired", "declined", "inviter_left", "forgotten"])
def test_only_what_can_be_accepted_is_on_it(
    home: Provider, pso: User, olga: User, how: str
) -> None:
    letter = invite(pso, home)
    later = timezone.now() + timedelta(days=40 if how == "expired" else 0)
    if how == "declined":
        accepting.decline(letter, by=None)
    if how == "inviter_left":
        workflow.give_up(pso.role_assignments.get().pk, by=pso)
    if how == "forgotten":
        letter.address = ""
        letter.save()
    with time_machine.travel(later, tick=False):
        assert "invites you to" not in on_home(olga)


def test_a_pso_is_told_as_well_and_of_how_many_ccns(olga: User) -> None:
    theirs = make.provider()
    make.pso(theirs, olga)
    chain_pso, homes = make.person(full_name="Paula Stone"), [make.provider() for _ in range(3)]
    for each in homes:
        make.pso(each, chain_pso, by=make.reviewer())
    invite(chain_pso, *homes)
    assert "Paula Stone invites you to Assessment Submitter" in on_home(olga)
    assert "and 2 more CCNs" in on_home(olga)


@pytest.mark.parametrize(("given_up", "said"), [(1, "and 1 more CCN"), (2, "")])
def test_it_counts_only_ccns_that_can_be_accepted(olga: User, given_up: int, said: str) -> None:
    inviter, homes = make.person(full_name="Paula Stone"), [make.provider() for _ in range(3)]
    for each in homes:
        make.pso(each, inviter, by=make.reviewer())
    invite(inviter, *homes)
    for role in inviter.role_assignments.filter(provider__in=homes[:given_up]):
        workflow.give_up(role.pk, by=inviter)
    # The sweep has not run yet.
    page = on_home(olga)
    assert "Paula Stone invites you to Assessment Submitter" in page
    assert said in page
    assert ("more CCN" in page) is bool(said)


def test_home_takes_no_query_more_however_many_invite(
    olga: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    make.pso(make.provider(), olga)
    browser = browser_of(olga)

    def taken() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert browser.get("/").status_code == 200
        return len(captured)

    without = taken()
    monkeypatch.setattr(throttle, "TO_AN_ADDRESS", ((99, 60),))
    for _ in range(mine.MOST_SHOWN + 1):
        other = make.provider()
        invite(make.pso(other), other)
    assert taken() == without <= 8
    assert browser.get("/").content.decode().count("/invitations/mine/") == mine.MOST_SHOWN


def test_it_is_found_by_the_index_on_addresses(olga: User) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    assert "invitation_letter_to_address" in mine.letters_to(olga).explain()
