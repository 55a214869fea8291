"""The page of an invitation that has ended: it goes by how each CCN of it ended, not by who is PSO
there today, and says of each what can be done now."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from access_requests import workflow
from access_requests.invitations import accepting, inviting, sweeping
from access_requests.models import InvitationLetter
from accounts.models import User
from providers.models import Provider
from tests import builders as make
from tests.invitations.builders import ADDRESS, SAID, invite, link_of
from tests.pages.browsing import browser_of, words

pytestmark = pytest.mark.django_db

ANEW = "Or ask Paula Stone for a new invitation."
LEFT = "Paula Stone can no longer invite you there, so the invitation has ended by itself."


@pytest.fixture
def homes() -> list[Provider]:
    return [
        make.provider("015001", name="ALPHA HOME"),
        make.provider("015002", name="BETA HOME"),
    ]


@pytest.fixture
def pso(homes: list[Provider]) -> User:
    paula, reviewer = make.person(full_name="Paula Stone"), make.reviewer()
    for each in homes:
        make.pso(each, paula, by=reviewer)
    return paula


def leave(pso: User, *homes: Provider) -> None:
    for role in pso.role_assignments.filter(provider__in=homes, status="active"):
        workflow.give_up(role.pk, by=pso)


def close(home: Provider) -> None:
    Provider.objects.filter(pk=home.pk).update(closed_on=timezone.localdate())


def withdraw(letter: InvitationLetter, *homes: Provider) -> None:
    rows = letter.invitations.filter(provider__in=homes)
    inviting.withdraw([each.pk for each in rows], by=letter.invited_by)


@pytest.mark.parametrize("how", ["withdrawn", "expired", "expired and swept", "declined"])
def test_whether_the_inviter_is_still_pso_changes_no_word(
    homes: list[Provider], pso: User, how: str
) -> None:
    make.pso(homes[0])
    olga = make.person(email=ADDRESS)
    letter = invite(pso, homes[0])
    link, days = link_of(letter), 40 if "expired" in how else 0
    if how == "withdrawn":
        withdraw(letter, homes[0])
    if how == "declined":
        accepting.decline(letter, by=None)
    with time_machine.travel(timezone.now() + timedelta(days=days), tick=False):
        if how == "expired and swept":
            sweeping.sweep()

        def read() -> list[str]:
            mine = browser_of(olga).get(f"/invitations/mine/{letter.pk}/")
            return [words(Client().get(link)), words(mine)]

        before = read()
        assert all(ANEW in each for each in before)
        leave(pso, homes[0])
        assert read() == before


@pytest.mark.parametrize("swept", [False, True])
def test_back_in_the_role_they_are_named_no_more(
    homes: list[Provider], pso: User, swept: bool
) -> None:
    link = link_of(invite(pso, homes[0]))
    leave(pso, homes[0])
    if swept:
        sweeping.sweep()
        make.pso(homes[0], pso, by=make.reviewer())
    page = words(Client().get(link))
    assert LEFT in page
    assert ANEW not in page


def test_whoever_wants_no_invitations_is_not_sent_for_one(homes: list[Provider], pso: User) -> None:
    letter = invite(pso, homes[0])
    accepting.decline(letter, by=None, wants_no_more=True)
    page = words(Client().get(link_of(letter)))
    assert "The portal sends no invitations to this address any more." in page
    assert "Ask for the role" in page
    assert ANEW not in page


def test_of_a_closed_and_an_open_provider_the_open_one_can_be_asked_for(
    homes: list[Provider], pso: User
) -> None:
    link = link_of(invite(pso, *homes, code="pso"))
    close(homes[0])
    leave(pso, homes[1])
    page = Client().get(link)
    said = words(page)
    assert "Alpha Home (CCN 015001): The provider has closed" in said
    assert f"Beta Home (CCN 015002): {LEFT}" in said
    assert "at Beta Home (CCN 015002) yourself" in said
    assert "CMS decides, because the provider has no PSO." in said
    assert "/requests/new/?ccn=015002&amp;role=pso" in page.content.decode()
    assert "has taken its place" not in said
    close(homes[1])
    assert "has taken its place" in words(Client().get(link))


def test_each_says_who_decides_there(homes: list[Provider], pso: User) -> None:
    make.pso(homes[0])
    letter = invite(pso, *homes)
    withdraw(letter, homes[0])
    leave(pso, *homes)
    page = Client().get(link_of(letter))
    said = words(page)
    first = "Ask for the role at Alpha Home (CCN 015001) The provider’s PSOs decide."
    second = "Ask for the role at Beta Home (CCN 015002) Nobody can decide until"
    # Only the one that was taken back.
    assert f"{first} {ANEW} {second}" in said
    assert said.count(ANEW) == 1
    for ccn in ("015001", "015002"):
        asked = f"/requests/new/?ccn={ccn}&amp;role=assessment_submitter"
        assert asked in page.content.decode()


def test_beside_what_was_accepted_stands_why_the_rest_ended(
    homes: list[Provider], pso: User
) -> None:
    olga = make.person(email=ADDRESS)
    letter = invite(pso, *homes)
    [outcome] = accepting.accept(
        letter, [letter.invitations.get(provider=homes[0]).pk], SAID, by=olga
    )
    assert outcome.request is not None
    leave(pso, homes[1])
    said = words(browser_of(olga).get(link_of(letter)))
    assert f"Request {outcome.request.pk}: Alpha Home (CCN 015001)" in said
    assert f"Beta Home (CCN 015002): {LEFT}" in said
    assert "at Beta Home (CCN 015002) yourself" in said
    assert "Alpha Home (CCN 015001): This invitation" not in said
    assert "at Alpha Home (CCN 015001) yourself" not in said


def test_where_all_was_accepted_there_is_no_rest(homes: list[Provider], pso: User) -> None:
    olga = make.person(email=ADDRESS)
    letter = invite(pso, *homes)
    accepting.accept(letter, letter.invitations.values_list("pk", flat=True), SAID, by=olga)
    said = words(browser_of(olga).get(link_of(letter)))
    for none in ("The rest of the invitation", "all the same", "has taken its place"):
        assert none not in said
    # To somebody else both are used.
    other = words(browser_of(make.person()).get(link_of(letter)))
    assert other.count("This invitation was already used.") == 1


def test_of_what_was_declined_in_part_the_rest_says_why(homes: list[Provider], pso: User) -> None:
    letter = invite(pso, *homes)
    withdraw(letter, homes[0])
    accepting.decline(letter, by=None)
    said = words(Client().get(link_of(letter)))
    assert "Paula Stone is told that you declined." in said
    assert "Alpha Home (CCN 015001): This invitation was withdrawn." in said
    assert "This invitation was declined." not in said
