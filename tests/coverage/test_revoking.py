"""Revoking a PSO says beforehand which CCNs then have a single one, and how to find a second."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from access_requests.models import RoleAssignment
from accounts.models import User
from providers.models import Provider
from tests import builders as make
from tests.invitations.builders import invite
from tests.pages.browsing import browser_of, words

pytestmark = pytest.mark.django_db

INVITE = "/invitations/new/?ccn={}&amp;role=pso"
ALONE = "You are then the only PSO of"


def pso_role(user: User, home: Provider) -> RoleAssignment:
    return RoleAssignment.objects.psos().get(user=user, provider=home)


def asked_about(viewer: User, *roles: RoleAssignment) -> Any:
    return browser_of(viewer).post("/people/revoke/", {"role": [each.pk for each in roles]})


def test_several_name_the_ccns_that_have_their_reader_alone_then() -> None:
    reviewer, viewer, second = make.reviewer(), make.person(), make.person()
    lonely, asking, covered, closed = (make.provider() for _ in range(4))
    for home in (lonely, asking, covered, closed):
        make.pso(home, viewer, by=reviewer)
        make.pso(home, second)
    make.pso(covered)
    closed.closed_on = "2026-01-05"
    closed.save()
    candidate = make.submit(make.person(full_name="Erin Kowalski"), asking, "pso")
    roles = [pso_role(second, home) for home in (lonely, asking, covered, closed)]
    response = asked_about(viewer, *roles)
    said, html = words(response), response.content.decode()
    assert f"{ALONE} 2 CCNs" in said
    assert "While you are away nobody decides there" in said
    alert = html.partition("usa-alert--warning")[2].partition("<form")[0]
    assert INVITE.format(lonely.ccn) in alert
    assert candidate.get_absolute_url() in alert
    assert "Erin Kowalski asks to be PSO" in said
    for home in (covered, closed):
        assert home.ccn not in alert
    # With both of the others gone, the covered one is left with its reader, too.
    third = RoleAssignment.objects.psos().filter(provider=covered).latest("pk")
    assert f"{ALONE} 3 CCNs" in words(asked_about(viewer, third, *roles))


def test_working_roles_leave_the_psos_as_they_are() -> None:
    home = make.provider()
    viewer = make.pso(home)
    role = RoleAssignment.objects.get(user=make.holder(home))
    assert ALONE not in words(asked_about(viewer, role))
    assert ALONE not in words(browser_of(viewer).get(f"/roles/{role.pk}/revoke/"))


def test_one_role_says_the_same_on_its_page() -> None:
    home = make.provider()
    viewer, second, third = make.pso(home), make.pso(home), make.pso(home)
    first = f"/roles/{pso_role(second, home).pk}/revoke/"
    assert ALONE not in words(browser_of(viewer).get(first))
    browser_of(viewer).post(first, {"reason": "Left the company."})
    response = browser_of(viewer).get(f"/roles/{pso_role(third, home).pk}/revoke/")
    assert f"{ALONE} a CCN" in words(response)
    assert INVITE.format(home.ccn) in response.content.decode()


def test_an_invitation_that_ends_with_the_role_is_no_next_step() -> None:
    home = make.provider()
    viewer, second = make.pso(home), make.pso(home)
    invite(second, home, code="pso", name="Taylor Quinn")
    role = pso_role(second, home)
    for response in (
        asked_about(viewer, role),
        browser_of(viewer).get(f"/roles/{role.pk}/revoke/"),
    ):
        assert INVITE.format(home.ccn) in response.content.decode()
        assert "Taylor Quinn is invited" not in words(response)
    invite(viewer, home, code="pso", name="Robin Vale", address="robin@sunrise-care.example")
    assert "Robin Vale is invited" in words(asked_about(viewer, role))


def test_cms_reads_that_one_stays() -> None:
    home = make.provider()
    make.pso(home)
    role = pso_role(make.pso(home), home)
    reviewer = make.reviewer()
    said = words(browser_of(reviewer).get(f"/roles/{role.pk}/revoke/"))
    assert "One PSO stays." in said
    assert ALONE not in said


def test_it_costs_the_same_for_one_ccn_and_for_many() -> None:
    reviewer, viewer, second = make.reviewer(), make.person(), make.person()
    homes = [make.provider() for _ in range(5)]
    for home in homes:
        make.pso(home, viewer, by=reviewer)
        make.pso(home, second)
    roles = [pso_role(second, home) for home in homes]

    def taken(*some: RoleAssignment) -> int:
        client = browser_of(viewer)
        with CaptureQueriesContext(connection) as captured:
            response = client.post("/people/revoke/", {"role": [each.pk for each in some]})
        assert ALONE in words(response)
        return len(captured)

    assert taken(roles[0]) == taken(*roles) <= 8
