"""All of a form that still waits is withdrawn in one step; the rest stays as it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from access_requests import workflow
from access_requests.groups import filing
from access_requests.models import (
    AccessRequest,
    EventType,
    RejectionReason,
    RequestGroup,
    Status,
)
from accounts.models import AuditEvent, Notice, OutgoingEmail, User
from providers.models import Provider
from tests import builders as make
from tests.access_requests.racing import during
from tests.groups.builders import signed_in, started

LINK = "requests that still wait"


def filed(requester: User, homes: Sequence[Provider], *codes: str) -> RequestGroup:
    group = started(requester, homes, *codes)
    filing.file_some(group.pk, most=100)
    return RequestGroup.objects.get(pk=group.pk)


def asked_in(group: RequestGroup) -> list[AccessRequest]:
    return list(AccessRequest.objects.filter(group_line__group=group).order_by("pk"))


def statuses(group: RequestGroup) -> list[str]:
    return [each.status for each in asked_in(group)]


def page_of(group: RequestGroup) -> str:
    return f"{group.get_absolute_url()}withdraw/"


def confirm(client: Client, group: RequestGroup, shown: Sequence[AccessRequest] = ()) -> str:
    """The words of the page to which the confirmed step leads."""
    said = {"shown": " ".join(str(each.pk) for each in shown)}
    answer: Any = client.post(page_of(group), said, follow=True)
    assert answer.redirect_chain == [(group.get_absolute_url(), 302)]
    return " ".join(answer.content.decode().split())


def shown_on(page: str) -> set[str]:
    return set(page.split('name="shown" value="')[1].split('"')[0].split())


def five(requester: User, pso: User) -> tuple[RequestGroup, list[AccessRequest]]:
    """One approved, one rejected, one returned with a question, one waits for the PSO, and one for
    a PSO at all."""
    homes = [make.provider() for _ in range(5)]
    for home in homes[:4]:
        make.pso(home, pso)
    group = filed(requester, homes)
    asked = asked_in(group)
    workflow.approve(asked[0].pk, by=pso)
    reason = RejectionReason.WRONG_ROLE
    workflow.reject(asked[1].pk, by=pso, reason=reason, explanation="Ask for another.")
    workflow.return_for_information(asked[2].pk, by=pso, question="Why?")
    return group, asked


@pytest.mark.django_db
def test_what_still_waits_is_withdrawn_and_the_rest_stays() -> None:
    requester = make.person()
    group, asked = five(requester, make.person())
    client = signed_in(requester)
    assert f"Take back all 3 {LINK}" in " ".join(
        client.get(group.get_absolute_url()).content.decode().split()
    )
    page = client.get(page_of(group)).content.decode()
    assert "3 requests of this form still wait and would be withdrawn." in page
    assert shown_on(page) == {str(each.pk) for each in asked[2:]}
    for said in ("Waiting for a PSO: 1", "Approved: 1", "Rejected: 1"):
        assert f"<li>{said}</li>" in page
    before = Notice.objects.count(), OutgoingEmail.objects.count()
    page = confirm(client, group, asked[2:])
    assert "3 requests were withdrawn. You can ask again at any time." in page
    assert "before you confirmed" not in page
    assert statuses(group) == [Status.APPROVED, Status.REJECTED, *[Status.WITHDRAWN] * 3]
    assert (Notice.objects.count(), OutgoingEmail.objects.count()) == before
    lines = AuditEvent.objects.filter(type=EventType.WITHDRAWN)
    assert {each.request_id for each in lines} == {each.pk for each in asked[2:]}
    assert {each.actor for each in lines} == {requester}
    assert {each.details["together"] for each in lines} == {3}
    assert LINK not in page
    assert "there is nothing to withdraw" in client.get(page_of(group)).content.decode()
    # Sent once more: those are withdrawn already, and nobody decided them.
    page = confirm(client, group, asked[2:])
    assert "No request of this form waits any more. Nothing was changed." in page
    assert "before you confirmed" not in page
    assert AuditEvent.objects.filter(type=EventType.WITHDRAWN).count() == 3


@pytest.mark.django_db
def test_another_form_of_the_same_person_is_left_alone() -> None:
    """Whatever ids are sent with the step."""
    requester, home = make.person(), make.provider()
    group = filed(requester, [home])
    other = filed(requester, [home], "assessment_submitter")
    single = make.submit(requester, make.provider())
    theirs = make.submit(make.person(), home)
    client = signed_in(requester)
    confirm(client, group, [*asked_in(other), single, theirs])
    client.post(page_of(group), {"shown": "x -1 99999999999 999999999999999999"})
    assert statuses(group) == [Status.WITHDRAWN]
    assert statuses(other) == [Status.PENDING]
    assert not AccessRequest.objects.filter(
        pk__in=[single.pk, theirs.pk], status=Status.WITHDRAWN
    ).exists()


@pytest.mark.django_db
def test_nobody_else_has_the_page() -> None:
    home = make.provider()
    pso = make.pso(home)
    group = filed(make.person(), [home])
    for other in (pso, make.person(), make.reviewer(), make.agent()):
        client = signed_in(other)
        assert client.get(page_of(group)).status_code == 404
        assert client.post(page_of(group)).status_code == 404
        assert "Take back" not in client.get(group.get_absolute_url()).content.decode()
    assert statuses(group) == [Status.PENDING]


@pytest.mark.django_db
def test_a_form_that_is_being_filed_waits_until_all_of_it_is() -> None:
    """Else the worker would file more behind the step."""
    requester = make.person()
    group = started(requester, [make.provider() for _ in range(3)])
    filing.file_some(group.pk, most=1)
    client = signed_in(requester)
    assert "Take back" not in client.get(group.get_absolute_url()).content.decode()
    assert client.get(page_of(group)).url == group.get_absolute_url()
    assert "once all is filed" in confirm(client, group, asked_in(group))
    assert statuses(group) == [Status.PENDING]


@pytest.mark.django_db
def test_the_same_statements_for_2_and_for_40() -> None:
    taken = []
    for size in (2, 40):
        requester = make.person()
        group = filed(requester, [make.provider() for _ in range(size)])
        client = signed_in(requester)
        client.get(page_of(group))
        with CaptureQueriesContext(connection) as shown:
            client.get(page_of(group))
        with CaptureQueriesContext(connection) as written:
            client.post(page_of(group))
        assert statuses(group) == [Status.WITHDRAWN] * size
        taken.append((len(shown), len(written)))
    assert taken[0] == taken[1]
    assert max(taken[0]) <= 12, taken


@pytest.mark.django_db(transaction=True)
def test_one_decided_while_withdrawing_stays_decided_and_is_named() -> None:
    """The PSO had begun before and commits while this step waits."""
    requester, pso = make.person(), make.person()
    homes = [make.provider() for _ in range(4)]
    for home in homes:
        make.pso(home, pso)
    group = filed(requester, homes)
    asked = asked_in(group)
    client = signed_in(requester)
    # One was decided while the page was being read.
    workflow.approve(asked[0].pk, by=pso)
    page = during(
        lambda: workflow.approve(asked[2].pk, by=pso), lambda: confirm(client, group, asked)
    )
    assert "2 requests were withdrawn." in page
    said = "; ".join(f"CCN {homes[at].ccn}, Assessment Viewer (Approved)" for at in (0, 2))
    assert f"2 had ended before you confirmed, and stay as they are: {said}." in page
    approved, withdrawn = Status.APPROVED, Status.WITHDRAWN
    assert statuses(group) == [approved, withdrawn, approved, withdrawn]
    lines = AuditEvent.objects.filter(type=EventType.WITHDRAWN)
    assert {each.request_id for each in lines} == {asked[1].pk, asked[3].pk}


@pytest.mark.django_db
def test_nothing_is_half_written(monkeypatch: pytest.MonkeyPatch) -> None:
    requester = make.person()
    group = filed(requester, [make.provider() for _ in range(3)])

    def dies(*_args: object, **_kwargs: object) -> None:
        raise RuntimeError("the trail cannot be written")

    monkeypatch.setattr("access_requests.workflow.together.record_withdrawals", dies)
    with pytest.raises(RuntimeError, match="the trail"):
        signed_in(requester).post(page_of(group))
    assert statuses(group) == [Status.PENDING] * 3
