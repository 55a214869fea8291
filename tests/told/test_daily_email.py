"""The daily email: what is held, what it says, and when it leaves. The clock is Eastern Time;
November 9, 2026 is a Monday, the 11th Veterans Day, the 26th Thanksgiving."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from access_requests import workflow
from access_requests.digest import preferring
from accounts import agent_steps, notices
from accounts.models import AuditEvent, Held, Notice, OutgoingEmail
from tests import builders as make
from tests.pages.browsing import browser_of, words
from tests.told.approvers import DAILY, EACH, asked_at, at, beat, daily_pso, digests, emails_about

pytestmark = pytest.mark.django_db


def test_what_waits_for_a_decision_is_held_and_goes_in_one_email_the_next_morning() -> None:
    here = make.provider()
    pso = daily_pso(here)
    asked = [asked_at(f"2026-11-09T1{hour}:00", here) for hour in range(2, 5)]
    assert not any(emails_about(each, pso) for each in asked)
    assert beat("2026-11-09T16:00") == 0
    assert beat("2026-11-10T06:59") == 0
    assert beat("2026-11-10T07:00") == 1
    [email] = digests(pso)
    assert email.to_address == pso.email
    assert email.subject == "3 requests wait for you"
    for each in asked:
        assert each.requester.full_name in email.body_text
        assert each.get_absolute_url() in email.body_text
        assert each.get_absolute_url() in email.body_html
    assert "waiting 1 business day" in email.body_text


def test_each_email_by_itself_for_whoever_has_not_chosen() -> None:
    here = make.provider()
    daily_pso(here)
    with at("2026-11-09T11:00"):
        fellow = make.pso(here)
    asked = asked_at("2026-11-09T12:00", here)
    assert len(emails_about(asked, fellow)) == 1


def test_what_is_decided_about_oneself_and_security_notices_never_wait() -> None:
    here = make.provider()
    person = daily_pso(here)
    elsewhere = make.provider()
    decider = make.pso(elsewhere)
    asked = asked_at("2026-11-09T12:00", elsewhere, person)
    workflow.return_for_information(asked.pk, by=decider, question="Which unit?")
    workflow.answer(asked.pk, by=person, text="The west wing.")
    workflow.reject(asked.pk, by=decider, reason="other", explanation="Not known here.")
    told = Notice.objects.filter(recipient=person, request_id=asked.pk)
    assert [each.kind for each in told.order_by("pk")] == [
        "request_received",
        "question_asked",
        "request_rejected",
    ]
    assert all(each.email is not None for each in told)


def test_an_answered_question_is_held_too() -> None:
    here = make.provider()
    pso = daily_pso(here)
    asked = asked_at("2026-11-09T12:00", here)
    workflow.return_for_information(asked.pk, by=pso, question="Which unit?")
    workflow.answer(asked.pk, by=asked.requester, text="The west wing.")
    held = Notice.objects.filter(recipient=pso, is_for_digest=True)
    assert {each.kind for each in held} == {"request_to_decide", "question_answered"}


def test_what_was_decided_meanwhile_is_left_out_and_says_so() -> None:
    here = make.provider()
    pso = daily_pso(here)
    fellow = make.pso(here)
    gone, stays = asked_at("2026-11-09T12:00", here), asked_at("2026-11-09T13:00", here)
    workflow.approve(gone.pk, by=fellow)
    beat("2026-11-10T07:00")
    [email] = digests(pso)
    assert email.subject == "1 request waits for you"
    assert gone.requester.full_name not in email.body_text
    assert stays.requester.full_name in email.body_text
    left_out = Notice.objects.get(recipient=pso, request_id=gone.pk)
    assert left_out.email_state == Held.LEFT_OUT
    assert "settled before the daily email" in left_out.email_state_label


def test_nothing_leaves_when_nothing_waits_any_more_and_the_next_day_is_not_lost() -> None:
    here = make.provider()
    pso = daily_pso(here)
    gone = asked_at("2026-11-09T12:00", here)
    workflow.approve(gone.pk, by=pso)
    assert beat("2026-11-10T07:00") == 0
    assert digests(pso) == []
    asked_at("2026-11-10T09:00", here)
    assert beat("2026-11-12T07:00") == 1


def test_a_pso_who_gave_the_role_up_gets_none() -> None:
    here = make.provider()
    pso = daily_pso(here)
    make.pso(here)
    asked_at("2026-11-09T12:00", here)
    workflow.give_up(pso.role_assignments.get().pk, by=pso)
    assert beat("2026-11-10T07:00") == 0
    assert digests(pso) == []


def test_whoever_has_no_active_account_any_more_gets_none() -> None:
    here = make.provider()
    pso = daily_pso(here)
    asked_at("2026-11-09T12:00", here)
    pso.is_active = False
    pso.save()
    assert beat("2026-11-10T07:00") == 0
    assert Notice.objects.filter(recipient=pso, is_for_digest=True, left_out_at=None).count() == 0


@pytest.mark.parametrize(
    ("came", "too_early", "leaves"),
    [
        # Over a weekend; over Veterans Day; on the Wednesday before Thanksgiving.
        ("2026-11-13T15:00", "2026-11-15T12:00", "2026-11-16T07:00"),
        ("2026-11-10T15:00", "2026-11-11T12:00", "2026-11-12T07:00"),
        ("2026-11-25T15:00", "2026-11-26T12:00", "2026-11-27T07:00"),
        # In the night: the same morning.
        ("2026-11-17T02:00", "2026-11-17T06:30", "2026-11-17T07:05"),
    ],
)
def test_it_leaves_on_the_next_business_morning(came: str, too_early: str, leaves: str) -> None:
    here = make.provider()
    pso = daily_pso(here)
    asked_at(came, here)
    assert beat(too_early) == 0
    assert beat(leaves) == 1
    assert len(digests(pso)) == 1


def test_at_most_one_a_day_and_a_late_worker_still_writes_it() -> None:
    here = make.provider()
    pso = daily_pso(here)
    asked_at("2026-11-09T12:00", here)
    assert beat("2026-11-10T15:00") == 1
    asked_at("2026-11-10T15:30", here)
    assert beat("2026-11-10T16:00") == 0
    assert beat("2026-11-10T23:59") == 0
    assert beat("2026-11-12T07:00") == 1
    assert digests(pso)[1].subject == "2 requests wait for you, 1 of them new"


def test_what_comes_during_the_day_waits_for_the_morning_even_when_there_was_none_today() -> None:
    here = make.provider()
    daily_pso(here)
    asked_at("2026-11-10T09:00", here)
    assert beat("2026-11-10T09:05") == 0
    assert beat("2026-11-12T07:00") == 1


def test_going_back_sends_what_was_held_and_still_waits_at_once() -> None:
    here = make.provider()
    pso = daily_pso(here)
    fellow = make.pso(here)
    gone, stays = asked_at("2026-11-09T12:00", here), asked_at("2026-11-09T13:00", here)
    workflow.approve(gone.pk, by=fellow)
    with at("2026-11-09T14:00"):
        assert preferring.choose(pso, EACH)
        assert not preferring.choose(pso, EACH)
    [email] = digests(pso)
    assert stays.requester.full_name in email.body_text
    assert gone.requester.full_name not in email.body_text
    asked = asked_at("2026-11-09T15:00", here)
    assert len(emails_about(asked, pso)) == 1
    assert beat("2026-11-10T07:00") == 0
    changes = AuditEvent.objects.filter(type="preferences_changed", person=pso).order_by("pk")
    assert [each.details for each in changes] == [{"approvals": "daily"}, {"approvals": "each"}]


def test_what_a_step_held_while_the_choice_changed_is_not_forgotten() -> None:
    """A step that read the old choice commits after the new one."""
    here = make.provider()
    pso = daily_pso(here)
    asked_at("2026-11-09T12:00", here)
    preference = pso.email_preference
    preference.approvals = EACH
    preference.save()
    assert beat("2026-11-09T12:05") == 1
    assert len(digests(pso)) == 1


def test_a_letter_about_several_requests_is_carried_while_anything_waits() -> None:
    """It names no single request, so the queue itself says whether it is still of use."""
    here = make.provider()
    pso = daily_pso(here)
    asked = asked_at("2026-11-09T12:00", here)
    several = {"kind": "reminder", "subject": "Two wait", "body": "b", "may_be_gathered": True}
    with at("2026-11-09T13:00"):
        [notice] = notices.tell_each([notices.Message(recipient=pso, **several)])
    beat("2026-11-10T07:00")
    notice.refresh_from_db()
    assert notice.digest is not None
    with at("2026-11-10T13:00"):
        [second] = notices.tell_each([notices.Message(recipient=pso, **several)])
    workflow.approve(asked.pk, by=pso)
    assert beat("2026-11-12T07:00") == 0
    second.refresh_from_db()
    assert second.email_state == Held.LEFT_OUT


def test_a_reviewers_daily_email_is_of_the_cases_that_wait_for_cms() -> None:
    reviewer = make.reviewer()
    with at("2026-11-09T10:00"):
        preferring.choose(reviewer, DAILY)
        case = make.submit(make.person(), make.provider(), "pso")
    assert beat("2026-11-10T07:00") == 1
    [email] = digests(reviewer)
    assert case.provider.ccn in email.body_text


def test_many_are_cut_short_and_counted() -> None:
    pso = make.person()
    _chain, homes = make.chain(12)
    with at("2026-11-09T10:00"):
        for home in homes:
            make.pso(home, pso)
        preferring.choose(pso, DAILY)
    for home in [*homes, *homes]:
        asked_at("2026-11-09T12:00", home)
    beat("2026-11-10T07:00")
    [email] = digests(pso)
    assert email.subject == "24 requests wait for you"
    assert "... and 4 more that are new." in email.body_text
    assert "... and 2 more CCNs." in email.body_text


def test_the_page_of_a_request_shows_what_became_of_its_daily_email() -> None:
    here = make.provider()
    pso = daily_pso(here)
    asked = asked_at("2026-11-09T12:00", here)
    assert "Waits for the daily email" in words(browser_of(pso).get(asked.get_absolute_url()))
    beat("2026-11-10T07:00")
    [email] = digests(pso)
    email.state, email.sent_at = OutgoingEmail.State.BOUNCED, email.created_at
    email.save()
    [told] = [
        each for each in notices.deliveries_for_request(asked.pk) if each.recipient.pk == pso.pk
    ]
    assert (told.state, told.sent_at) == ("bounced", email.created_at)
    assert "Bounced" in words(browser_of(pso).get("/notices/"))
    agent = browser_of(make.agent())
    case = words(agent.get(f"/service-center/people/{asked.requester.pk}/"))
    assert "1 came back" in case


def test_a_daily_email_that_is_sent_again_is_what_its_notices_show() -> None:
    here = make.provider()
    pso = daily_pso(here)
    asked_at("2026-11-09T12:00", here)
    beat("2026-11-10T07:00")
    [email] = digests(pso)
    email.state, email.sent_at = OutgoingEmail.State.BOUNCED, email.created_at
    email.save()
    agent_steps.send_again(email, person=pso, by=make.agent())
    [copy] = digests(pso)
    assert copy.pk != email.pk
    assert (copy.subject, copy.state) == (email.subject, OutgoingEmail.State.WAITING)


def test_it_takes_as_many_statements_for_many_requests_as_for_few() -> None:
    taken = []
    for number in (2, 12):
        here = make.provider()
        daily_pso(here)
        for _ in range(number):
            asked_at("2026-11-09T12:00", here)
        with CaptureQueriesContext(connection) as captured:
            assert beat("2026-11-10T07:00") == 1
        taken.append(len(captured))
    assert taken[0] == taken[1]
