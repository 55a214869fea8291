"""What became of a form: who sees which of its lines, and a page of them at a time."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from access_requests import policy, workflow
from access_requests.groups import filing, outcome
from access_requests.models import AccessRequest, GroupLine, Status
from accounts.models import AuditEvent, User
from tests import builders as make
from tests.groups.builders import group_of, signed_in, started
from tests.groups.sending import PSO, SUBMITTER, send

pytestmark = pytest.mark.django_db


def text_of(person: User, path: str) -> str:
    return signed_in(person).get(path).content.decode()


def test_who_sees_a_form() -> None:
    """A PSO: what concerns their CCNs. CMS: all of it, each look audited. Others: nothing."""
    here, there = make.provider(), make.provider()
    pso_here = make.pso(here)
    make.pso(there)
    requester = make.person(full_name="Pat Doe")
    group = group_of(requester, here, there)
    path = group.get_absolute_url()
    page = signed_in(pso_here).get(path).content.decode()
    assert here.ccn in page
    assert there.ccn not in page
    assert "Pat Doe" in page
    for stranger in (make.person(), make.pso(make.provider())):
        assert signed_in(stranger).get(path).status_code == 404
    reviewer = make.reviewer()
    page = signed_in(reviewer).get(path).content.decode()
    assert here.ccn in page
    assert there.ccn in page
    looks = AuditEvent.objects.filter(type="person_viewed", actor=reviewer, person=requester)
    assert looks.count() == 2


def test_the_administrator_is_named_to_cms_alone() -> None:
    """Named once, for the first of these CCNs: the PSO of the second has nothing to do with it."""
    alone, led = make.provider(), make.provider()
    pso = make.pso(led)
    requester = make.person()
    group = started(requester, [alone, led], PSO, SUBMITTER)
    filing.file_some(group.pk, most=4)
    named = AccessRequest.objects.filter(requester=requester).exclude(administrator_name="")
    assert [(each.provider, each.role_id) for each in named] == [(alone, PSO)]
    theirs = AccessRequest.objects.filter(requester=requester, provider=led)
    hidden = [each.get_absolute_url() for each in (group, *theirs)]
    assert not any("Ada Winter" in text_of(pso, path) for path in hidden)
    # Now it has a PSO, and what waited there is that PSO's.
    new = make.pso(alone)
    shown = [group.get_absolute_url(), named.get().get_absolute_url()]
    assert not any("Ada Winter" in text_of(new, path) for path in shown)
    for person in (requester, make.reviewer()):
        assert all("Ada Winter" in text_of(person, path) for path in shown)


def test_outcomes_follow_the_decisions() -> None:
    homes = [make.provider() for _ in range(2)]
    pso = make.pso(homes[0])
    make.pso(homes[1], pso)
    requester = make.person()
    group = group_of(requester, *homes)
    workflow.approve(
        AccessRequest.objects.get(group_line__group=group, provider=homes[0]).pk, by=pso
    )
    client = signed_in(requester)
    page = client.get(f"{group.get_absolute_url()}?show=approved").content.decode()
    assert homes[0].ccn in page
    assert homes[1].ccn not in page
    assert (
        AccessRequest.objects.get(provider=homes[0], requester=requester).status == Status.APPROVED
    )


def test_pages_take_the_same_queries_for_2_lines_and_for_15() -> None:
    numbers = []
    for size in (2, 15):
        homes = [make.provider() for _ in range(size)]
        requester = make.person()
        group = started(requester, homes)
        filing.file_some(group.pk, most=size)
        client = signed_in(requester)
        asked = AccessRequest.objects.filter(requester=requester)[0]
        taken = []
        for path in (group.get_absolute_url(), "/requests/many/mine/", "/requests/"):
            client.get(path)
            with CaptureQueriesContext(connection) as captured:
                assert client.get(path).status_code == 200
            taken.append(len(captured))
        assert client.get(asked.get_absolute_url()).status_code == 200
        ccns = " ".join(home.ccn for home in homes)
        with CaptureQueriesContext(connection) as captured:
            send(client, "review", ccns, roles=[SUBMITTER])
        numbers.append([*taken, len(captured)])
    assert numbers[0] == numbers[1]
    assert max(numbers[0][:3]) <= 8, numbers


def test_a_long_form_in_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outcome, "PAGE_SIZE", 2)
    homes = [make.provider() for _ in range(5)]
    requester = make.person()
    group = group_of(requester, *homes)
    client, seen, path = signed_in(requester), [], f"{group.get_absolute_url()}?show=no-pso"
    while path:
        page = client.get(path).content.decode()
        seen.append([home.ccn for home in homes if home.ccn in page])
        following = re.search(r'href="([^"]+)"\s+rel="next"', page)
        path = unescape(following[1]) if following else ""
    assert seen == [[home.ccn for home in homes[at : at + 2]] for at in (0, 2, 4)]
    for damaged in ("?after=x", "?after=99999999999999999", "?show=nothing"):
        assert client.get(group.get_absolute_url() + damaged).status_code == 200


def test_what_waits_for_a_pso_is_told_apart_and_problems_stand_first() -> None:
    """Of each kind the line with the problem was typed last."""
    led, alone, own = (make.provider() for _ in range(3))
    make.pso(led)
    requester = make.pso(own)
    group = started(requester, [led, alone, own], SUBMITTER)
    GroupLine.objects.create(
        group=group,
        position=9,
        typed="4.40E+233",
        role=make.role(SUBMITTER),
        outcome=GroupLine.Outcome.REFUSED,
        refusal="A spreadsheet turned it into a number.",
    )
    filing.file_some(group.pk, most=9)
    first = started(requester, [alone], PSO)
    filing.file_some(first.pk, most=1)
    shares = {each.key: each.number for each in outcome.shares(group.lines.all())}
    assert shares == {"open": 1, "no-pso": 2, "not-filed": 1}
    # CMS decides who is to be the first one.
    assert [each.key for each in outcome.shares(first.lines.all())] == ["open"]
    page = text_of(requester, group.get_absolute_url())
    lines = page[page.index("Line by line") :]
    order = [lines.index(each) for each in ("4.40E+233", alone.ccn, own.ccn, led.ccn)]
    assert order == sorted(order)
    assert "invite somebody who works for the provider to become its PSO" in page
    assert f"/invitations/new/?ccn={alone.ccn}&amp;role=pso" in lines
    assert f"/invitations/new/?ccn={led.ccn}" not in lines
    make.pso(alone)
    assert "no-pso" in {each.key for each in outcome.shares(group.lines.all())}
    requests = AccessRequest.objects.filter(requester=requester)
    one_by_one = {
        each.pk
        for each in policy.with_standing(requests, requester)
        if policy.waiting_on(each) in {policy.Waiting.FIRST_PSO, policy.Waiting.SECOND_PSO}
    }
    assert {each.pk for each in policy.waiting_for_a_pso(requests)} == one_by_one


def test_single_requests_are_found_among_those_of_forms(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("access_requests.views.requests.PAGE_SIZE", 1)
    requester, homes = make.person(), [make.provider() for _ in range(2)]
    single = [make.submit(requester, home).get_absolute_url() for home in homes]
    group = group_of(requester, *homes)
    listed = text_of(requester, "/requests/")
    assert "Show single requests only" in listed
    of_form = AccessRequest.objects.filter(group_line__group=group).latest("pk")
    assert of_form.get_absolute_url() in listed
    seen, path = [], "/requests/?kind=single"
    while path:
        page = text_of(requester, path)
        seen += re.findall(r'href="(/requests/\d+/)"', page)
        following = re.search(r'href="([^"]+)"\s+rel="next"', page)
        path = unescape(following[1]) if following else ""
    assert list(dict.fromkeys(seen)) == [*reversed(single)]
