"""What a person is told: one set of words, in the portal and by email."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.conf import LazySettings
from django.utils import timezone

from accounts import notices
from accounts.models import Notice, OutgoingEmail
from accounts.notices import Message
from tests.mail.builders import a_person

pytestmark = pytest.mark.django_db

MaxQueries = Callable[..., AbstractContextManager[Any]]


def test_notice_and_email_say_the_same(settings: LazySettings) -> None:
    settings.PUBLIC_URL = "https://portal.example"
    notice = notices.tell(
        recipient=a_person(full_name="Maria O'Neill"),
        kind="request_approved",
        subject="You are approved",
        body="First words.\n\nReason: <b>none</b>",
        path="/requests/7/",
        request_id=7,
    )
    assert (notice.subject, notice.request_id) == ("You are approved", 7)
    email = OutgoingEmail.objects.get(notice=notice)
    assert (email.subject, email.priority) == ("You are approved", 10)
    for body in (email.body_text, email.body_html):
        assert "First words." in body
        assert "https://portal.example/requests/7/" in body
        assert settings.SERVICE_CENTER_PHONE in body
    assert "Hello Maria O'Neill," in email.body_text
    assert "Reason: <b>none</b>" in email.body_text
    assert "Reason: &lt;b&gt;none&lt;/b&gt;" in email.body_html


def test_subject_is_one_line() -> None:
    notice = notices.tell(recipient=a_person(), kind="k", subject="Two\r\nlines", body="Words")
    assert notice.subject == "Two lines"
    assert OutgoingEmail.objects.get().subject == "Two lines"


@pytest.mark.parametrize("fields", [{"is_active": False}, {"email": ""}])
def test_whoever_has_no_active_account_is_not_mailed(fields: dict[str, Any]) -> None:
    notice = notices.tell(
        recipient=a_person(**fields), kind="k", subject="S", body="B", request_id=3
    )
    assert notice.email is None
    assert not OutgoingEmail.objects.exists()
    [delivery] = notices.deliveries_for_request(3)
    assert delivery.state == ""
    assert "Not emailed" in delivery.state_label


@pytest.mark.parametrize("number", [1, 50])
def test_two_statements_however_many_people(
    number: int, django_assert_num_queries: MaxQueries
) -> None:
    people = [a_person() for _ in range(number)]
    with django_assert_num_queries(2):
        told = notices.tell_many(recipients=people, kind="k", subject="S", body="B")
    assert len(told) == Notice.objects.count() == OutgoingEmail.objects.count() == number
    assert {notice.email.to_address for notice in told if notice.email} == {
        person.email for person in people
    }


def test_the_same_message_goes_once() -> None:
    person = a_person()
    notices.tell_many(recipients=[person, person], kind="k", subject="S", body="B")
    assert OutgoingEmail.objects.count() == 1
    messages = [
        Message(recipient=person, kind="k", subject="S", body="B", request_id=number)
        for number in (1, 2, 2)
    ]
    assert len(notices.tell_each(messages)) == 2


def test_telling_nobody_is_nothing() -> None:
    assert notices.tell_each([]) == []


@pytest.mark.parametrize("number", [1, 50])
def test_deliveries_of_a_request_in_one_query(
    number: int, django_assert_num_queries: MaxQueries
) -> None:
    people = [a_person() for _ in range(number)]
    notices.tell_many(recipients=people, kind="approved", subject="S", body="B", request_id=5)
    notices.tell(recipient=people[0], kind="other", subject="S", body="B", request_id=6)
    now = timezone.now()
    OutgoingEmail.objects.filter(to_address=people[0].email, notice__request_id=5).update(
        state="sent", sent_at=now
    )
    with django_assert_num_queries(1):
        deliveries = notices.deliveries_for_request(5)
        first = deliveries[0]
        said = (first.recipient, first.kind, first.state, first.state_label, first.sent_at)
    assert len(deliveries) == number
    assert said == (people[0], "approved", "sent", "Sent", now)
