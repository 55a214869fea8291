"""What a PSO reads before giving the role up."""

from __future__ import annotations

import pytest

from access_requests import workflow
from access_requests.coverage import leaving
from access_requests.invitations import inviting
from access_requests.models import RoleAssignment
from accounts.models import User
from providers.models import Provider
from tests import builders as make
from tests.invitations.builders import invite
from tests.pages.browsing import browser_of, words

pytestmark = pytest.mark.django_db

INVITE = "/invitations/new/?ccn={}&amp;role=pso"


def give_up_url(pso: User, home: Provider | None = None) -> str:
    roles = pso.role_assignments.filter(role="pso")
    return f"/roles/{(roles.filter(provider=home) if home else roles).get().pk}/give-up/"


def test_the_last_one_reads_whom_it_concerns_and_invites_a_successor() -> None:
    home = make.provider()
    pso = make.pso(home)
    make.holder(home)
    asked = make.submit(make.person(full_name="Bea Long"), home)
    workflow.return_for_information(asked.pk, by=pso, question="Which unit?")
    response = browser_of(pso).get(give_up_url(pso))
    page = words(response)
    assert "This is the last PSO of this CCN" in page
    assert "1 request for a working role waits" in page
    assert "0 PSO requests go to CMS" in page
    assert "1 person keeps their role here" in page
    assert "Bea Long Assessment Viewer" in page
    assert INVITE.format(home.ccn) in response.content.decode()


def test_invitations_of_the_one_who_leaves_end_with_the_role_and_no_others() -> None:
    home = make.provider()
    waits = make.person()
    make.submit(waits, home)
    invite(waits, home, code="pso")
    pso = make.pso(home)
    assert "to become PSO is open" not in words(browser_of(pso).get(give_up_url(pso)))
    invite(pso, home, code="pso", address="taylor@sunrise-care.example")
    said = words(browser_of(pso).get(give_up_url(pso)))
    assert "1 invitation to become PSO is open" in said
    assert "It ends when you leave. Wait until it is accepted and approved." in said
    assert "olga@" not in said


def test_all_invitations_that_end_with_the_role_are_listed_whoever_else_could_follow(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    home, elsewhere = make.provider(), make.provider()
    pso = make.person()
    # Sent while they waited; it stands as long as they have a role here.
    waiting = make.submit(pso, home)
    invite(pso, home, code="pso", name="Ella Early", address="ella@sunrise-care.example")
    make.pso(home, pso)
    workflow.withdraw(waiting.pk, by=pso)
    make.pso(elsewhere, pso)
    invite(pso, elsewhere, address="other@sunrise-care.example")
    work = invite(pso, home, name="Wes Worker", address="wes@sunrise-care.example")
    gone = invite(pso, home, name="Gone Guest", address="gone@sunrise-care.example")
    inviting.withdraw([gone.invitations.get().pk], by=pso)
    make.submit(make.person(), home, "pso")

    def said() -> str:
        return words(browser_of(pso).get(give_up_url(pso, home)))

    assert "These people have already asked for the PSO role." in said()
    assert "2 invitations that you sent are open." in said()
    assert "Ella Early , Provider Security Official" in said()
    assert f'href="{work.get_absolute_url()}"' in (
        browser_of(pso).get(give_up_url(pso, home)).content.decode()
    )
    for other in ("other@", "Gone Guest"):
        assert other not in said()
    monkeypatch.setattr(leaving, "MOST_NAMED", 1)
    assert "Wes Worker" not in said()
    assert "And 1 more." in said()
    # Where others stay, these end as well; one from the time of waiting stands with another role.
    make.pso(home, fellow := make.person())
    workflow.approve(make.submit(pso, home).pk, by=fellow)
    assert "One PSO stays." in said()
    assert "1 invitation that you sent is open." in said()
    assert "Wes Worker" in said()


def test_a_successor_who_has_asked_already_is_to_be_decided_first() -> None:
    home = make.provider()
    pso = make.pso(home)
    asked = make.submit(make.person(full_name="Carl Short"), home, "pso")
    response = browser_of(pso).get(give_up_url(pso))
    assert "These people have already asked for the PSO role." in words(response)
    assert f'href="{asked.get_absolute_url()}"' in response.content.decode()
    assert INVITE.format(home.ccn) not in response.content.decode()
    workflow.approve(asked.pk, by=pso)
    page = words(browser_of(pso).get(give_up_url(pso)))
    assert "This is the last PSO" not in page
    assert "One PSO stays." in page


def test_whoever_became_the_last_while_reading_reads_again_first() -> None:
    home = make.provider()
    pso, fellow = make.pso(home), make.pso(home)
    client = browser_of(pso)
    page = client.get(give_up_url(pso))
    assert 'name="read" value="not-last"' in page.content.decode()
    workflow.give_up(RoleAssignment.objects.get(user=fellow).pk, by=fellow)
    again = client.post(give_up_url(pso), {"read": "not-last"})
    assert again.status_code == 409
    assert "You are the last one now" in words(again)
    assert RoleAssignment.objects.active().filter(user=pso).exists()
    assert client.post(give_up_url(pso), {"read": "last"}).status_code == 302
    assert not RoleAssignment.objects.active().filter(user=pso).exists()
