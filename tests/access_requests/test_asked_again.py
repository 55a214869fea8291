"""Asking and withdrawing in turn fills nobody's mailbox."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from access_requests import asking_rules, workflow
from access_requests.groups import filing
from access_requests.models import AccessRequest, RequestGroup
from access_requests.statement import NotEligible
from accounts import notices
from accounts.models import Notice, User
from tests import builders as make
from tests.groups.builders import FORM, signed_in, started

pytestmark = pytest.mark.django_db
TO_DECIDE = ["request_to_decide", "group_to_decide"]


def emailed(person: User) -> list[bool]:
    """Of each notice that something waits for their decision: whether an email went with it."""
    told = Notice.objects.filter(recipient=person, kind__in=TO_DECIDE).order_by("pk")
    return [each.email is not None for each in told]


def withdraw_all(person: User) -> None:
    for each in AccessRequest.objects.open().filter(requester=person):
        workflow.withdraw(each.pk, by=person)


def test_what_was_withdrawn_and_asked_again_is_a_notice_without_an_email() -> None:
    home = make.provider()
    pso, person = make.pso(home), make.person()
    Notice.objects.filter(recipient=pso).update(kind="of_before")
    asked = [make.submit(person, home)]
    for _number in range(2):
        withdraw_all(person)
        asked.append(make.submit(person, home))
    assert emailed(pso) == [True, False, False]
    [_received, told] = notices.deliveries_for_request(asked[-1].pk)
    assert told.state_label == "Not emailed: an email about the same had left a few days before"
    # Another role, and somebody else's request, are news.
    make.submit(person, home, "assessment_submitter")
    make.submit(make.person(), home)
    assert emailed(pso)[3:] == [True, True]
    withdraw_all(person)
    with time_machine.travel(timezone.now() + timedelta(days=7, minutes=1), tick=False):
        make.submit(person, home)
    assert emailed(pso)[5:] == [True]


def test_nor_does_a_form_for_several_ccns_unless_something_in_it_is_new() -> None:
    homes = [make.provider() for _ in range(3)]
    pso, person = make.pso(homes[0]), make.person()
    make.pso(homes[1], pso)
    make.pso(homes[2], pso)
    Notice.objects.filter(recipient=pso).update(kind="of_before")
    for several in (homes[:2], homes[:2], homes):
        filing.file_some(started(person, several).pk, most=3)
        withdraw_all(person)
    assert emailed(pso) == [True, False, True]


def test_requests_of_a_day_are_counted_with_those_withdrawn(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(asking_rules, "MOST_A_DAY", 3)
    homes = [make.provider() for _ in range(2)]
    person = make.person()
    waiting = started(person, homes)
    with pytest.raises(NotEligible, match="at most 3 requests in 24 hours"):
        started(person, homes, "assessment_submitter")
    filing.file_some(waiting.pk, most=2)
    withdraw_all(person)
    with pytest.raises(NotEligible, match="submitted 2, those withdrawn included"):
        started(person, homes)
    make.submit(person, homes[0])
    client = signed_in(person)
    one = client.post("/requests/new/", {**FORM, "ccn": homes[1].ccn, "role": "assessment_viewer"})
    assert one.status_code == 422
    assert "in 24 hours" in one.content.decode()
    assert RequestGroup.objects.count() == 1
    with time_machine.travel(timezone.now() + timedelta(days=1, minutes=1), tick=False):
        assert make.submit(person, homes[1]).pk
