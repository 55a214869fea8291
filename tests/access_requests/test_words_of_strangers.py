"""What a requester wrote of themselves stands in emails to people who did not ask for one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from access_requests import workflow
from access_requests.groups import filing
from access_requests.waiting import nudging
from accounts.letter_words import without_links
from accounts.models import Notice, OutgoingEmail
from tests import builders as make
from tests.groups.builders import started
from tests.told.approvers import asked_at, beat, daily_pso

KINDS = ["request_to_decide", "request_nudged", "question_answered", "group_to_decide"]
LINK = "evil.example/pay"
SAID = replace(make.EMPLOYED, job_title=f"Open http://{LINK} now", employer=f"www.{LINK}")


@pytest.mark.django_db
def test_no_letter_to_deciders_carries_a_link_of_the_requesters() -> None:
    homes = [make.provider() for _ in range(2)]
    pso = make.pso(homes[0])
    make.pso(homes[1], pso)
    Notice.objects.filter(recipient=pso).update(kind="of_before")
    person = make.person(full_name=f"Pat {LINK}")
    asked = make.submit(person, homes[0], statement=SAID)
    nudging.nudge(asked.pk, by=person)
    workflow.return_for_information(asked.pk, by=pso, question="Which unit?")
    workflow.answer(asked.pk, by=person, text="The west wing.")
    group = started(person, homes, "assessment_submitter", statement=SAID)
    filing.file_some(group.pk, most=2)
    sent = OutgoingEmail.objects.filter(notice__kind__in=KINDS, to_address=pso.email)
    assert sorted(sent.values_list("notice__kind", flat=True)) == sorted(KINDS)
    for email in sent:
        assert "Pat evil" in email.subject + email.body_text
        assert "evil.example" not in email.subject + email.body_text + email.body_html


@pytest.mark.django_db
def test_nor_does_the_daily_email() -> None:
    home = make.provider()
    pso = daily_pso(home)
    asked_at("2026-11-09T12:00", home, make.person(full_name=f"Pat {LINK}"))
    assert beat("2026-11-10T07:00") == 1
    [email] = OutgoingEmail.objects.filter(to_address=pso.email, subject__contains="waits for you")
    assert "Pat evil" in email.body_text
    assert "evil.example" not in email.body_text + email.body_html


@pytest.mark.parametrize(
    ("said", "harmless"),
    [
        ("http://evil.example/pay", "http: evil. example/pay"),
        ("evil\uff0eexample evil\u3002example", "evil\uff0e example evil\u3002 example"),
        ("ann@evil.example", "ann@evil. example"),
        ("St. Mary's, Dr. J. Orr", "St. Mary's, Dr. J. Orr"),
    ],
)
def test_words_that_no_mail_program_makes_a_link_of(said: str, harmless: str) -> None:
    assert without_links(said) == harmless
