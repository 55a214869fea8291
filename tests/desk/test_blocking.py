"""What stops an approval by CMS, alone or among others, and how the page and the trail say so."""

from __future__ import annotations

import pytest
from django.utils import timezone

from access_requests import workflow
from access_requests.desk import together
from access_requests.models import (
    AccessRequest,
    ContactAttempt,
    DeskEvent,
    EmploymentReport,
    EventType,
    Status,
)
from access_requests.policy import Refusal, StepRefused
from access_requests.reports import settling
from accounts.models import AuditEvent, User
from tests import builders as make
from tests.desk import cases
from tests.pages.browsing import browser_of, words

pytestmark = pytest.mark.django_db

DENIED, NOT_REACHED = ContactAttempt.Outcome.DENIED, ContactAttempt.Outcome.NOT_REACHED


@pytest.fixture
def reviewer() -> User:
    return make.reviewer()


def report(asked: AccessRequest) -> EmploymentReport:
    return EmploymentReport.objects.create(
        provider=asked.provider,
        about=asked.requester,
        access_request=asked,
        reported_by=make.person(),
        text="Not here.",
        reported_at=timezone.now(),
    )


def is_refused(asked: AccessRequest, by: User, sentence: str) -> None:
    for with_others in (False, True):
        with pytest.raises(StepRefused, match=sentence) as refused:
            workflow.approve(asked.pk, by=by, with_others=with_others)
        assert refused.value.refusal == Refusal.BLOCKED
    [outcome] = together.approve_together([asked.pk], by=by)
    assert outcome.code == together.LEFT
    client, url = browser_of(by), asked.get_absolute_url()
    page = client.get(url)
    assert f'action="{url}approve/"' not in page.text
    assert sentence in words(page)
    response = client.post(f"{url}approve/", make.as_read(asked))
    assert response.status_code == 409
    assert sentence in words(response)
    asked.refresh_from_db()
    assert asked.status == Status.PENDING


def test_an_open_report_stops_it_until_it_is_settled(reviewer: User) -> None:
    asked = cases.clean_case(reviewer)
    doubt = report(asked)
    is_refused(asked, reviewer, "Settle it first, or reject the request.")
    page = browser_of(reviewer).get(asked.get_absolute_url()).text
    assert page.count(f'href="/reports/{doubt.pk}/"') == 2, "at the check and at the button"
    works_there = EmploymentReport.Outcome.NOT_UPHELD
    settling.settle(doubt.pk, by=reviewer, outcome=works_there, note="On the payroll.")
    said = cases.checklist(asked, reviewer).by_code["not_reported"].evidence
    assert said == "1 report, settled: works there."
    workflow.approve(asked.pk, by=reviewer)


def test_a_report_that_was_upheld_keeps_the_check_from_passing(reviewer: User) -> None:
    asked = cases.case()
    upheld = EmploymentReport.Outcome.UPHELD
    settling.settle(report(asked).pk, by=reviewer, outcome=upheld, note="Left in May.")
    assert cases.state(asked, reviewer, "not_reported") == ("fails", "reviewer")


def test_an_administrator_who_did_not_confirm_stops_it_until_one_does(reviewer: User) -> None:
    asked = cases.clean_case(reviewer)
    cases.call(asked, reviewer, DENIED)
    cases.call(asked, reviewer, NOT_REACHED)
    is_refused(asked, reviewer, "did not confirm this person")
    asked.requester.full_name = "Somebody Else"
    asked.requester.save(update_fields=["full_name"])
    is_refused(asked, reviewer, "did not confirm this person")
    cases.call(asked, reviewer)
    workflow.approve(asked.pk, by=reviewer)


def test_a_case_can_be_rejected_all_the_same(reviewer: User) -> None:
    asked = cases.case()
    report(asked)
    data = {"reject-reason": "other", "reject-explanation": "Not known there."}
    response = browser_of(reviewer).post(f"{asked.get_absolute_url()}reject/", data)
    assert response.status_code == 302


def test_the_trail_says_what_was_not_settled_and_finds_it(reviewer: User) -> None:
    fresh, clean = cases.case(), cases.clean_case(reviewer)
    cases.answer(fresh, reviewer, "email", cases.FAILS, "Nobody knows the domain.")
    for each in (fresh, clean):
        workflow.approve(each.pk, by=reviewer)
    line = AuditEvent.objects.get(type=EventType.APPROVED, request_id=fresh.pk)
    assert (line.details["checks_open"], line.details["checks_failing"]) == (2, 1)
    [found] = AuditEvent.objects.filter(type=DeskEvent.APPROVED_UNSETTLED)
    assert found.request_id == fresh.pk
    line = AuditEvent.objects.get(type=EventType.APPROVED, request_id=clean.pk)
    assert (line.details["checks_open"], line.details["checks_failing"]) == (0, 0)


def test_what_becomes_of_a_rival_is_said_before_and_after(reviewer: User) -> None:
    asked = cases.case(full_name="Ann Fresh")
    rival = cases.case(asked.provider, full_name="Jonas Meyer")
    client = browser_of(reviewer)
    page = client.get(asked.get_absolute_url())
    assert "Jonas Meyer’s request then goes to Ann Fresh to decide." in words(page)
    workflow.return_for_information(rival.pk, by=reviewer, question="Which unit?")
    url = f"{asked.get_absolute_url()}approve/"
    done = client.post(url, make.as_read(asked), follow=True)
    assert "The PSO request of Jonas Meyer is now theirs to decide." in words(done)
    theirs = browser_of(rival.requester).get(rival.get_absolute_url())
    assert "This CCN has a PSO now: the answer goes there." in words(theirs)
