"""What one person can set off by reporting: so many a day, and one email an hour at CMS."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from access_requests.models import UnlistedProvider
from access_requests.statement import NotEligible
from access_requests.tasks import tell_missing_providers
from access_requests.unlisted import ending, gathered, reporting
from accounts import cms_people
from accounts.models import CmsRole, Notice, OutgoingEmail, User
from tests import builders as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def reviewer() -> User:
    return make.reviewer()


def emails_to(person: User) -> list[OutgoingEmail]:
    return list(OutgoingEmail.objects.filter(to_address=person.email).order_by("pk"))


def test_ten_reports_a_day_those_taken_back_too() -> None:
    nurse = make.person()
    for _ in range(10):
        reporting.take_back(make.unlisted(nurse).pk, by=nurse)
    client = Client()
    client.force_login(nurse)
    said = {"certified": "no", "name": "Quiet", "city": "Mobile", "state": "AL", "evidence": "x"}
    refused = client.post("/not-listed/new/", said)
    assert refused.status_code == 422
    assert "Send this again tomorrow" in refused.content.decode()
    make.unlisted(make.person())
    with time_machine.travel(timezone.now() + timedelta(days=1, minutes=1)):
        make.unlisted(nurse)


@pytest.mark.parametrize("code", ["assessment_viewer", ""], ids=["with a role", "without"])
def test_an_address_that_is_not_verified_reports_nothing(code: str) -> None:
    nurse = make.person()
    nurse.emailaddress_set.update(verified=False)
    with pytest.raises(NotEligible, match="not verified yet"):
        make.unlisted(nurse, code)
    assert not UnlistedProvider.objects.exists()


def test_reviewers_get_one_email_an_hour(reviewer: User) -> None:
    nurse = make.person()
    make.unlisted(nurse, name="Quiet Harbor")
    assert emails_to(reviewer) == []
    assert [tell_missing_providers(), tell_missing_providers()] == [1, 0]
    [first] = emails_to(reviewer)
    assert "A provider is missing: Quiet Harbor, AL" in first.subject
    taken_back = make.unlisted(nurse, name="Sunny Harbor")
    for number in range(12):
        make.unlisted(make.person(), name=f"Harbor {number}")
    reporting.take_back(taken_back.pk, by=nurse)
    assert gathered.tell() == 0
    with time_machine.travel(timezone.now() + gathered.GATHERED_FOR + timedelta(minutes=1)):
        assert gathered.tell() == 12
    [_, second] = emails_to(reviewer)
    assert "12 providers are missing" in second.subject
    assert "Harbor 9 in Mobile, AL" in second.body_text
    assert "And 2 more." in second.body_text
    assert "Sunny" not in second.body_text
    assert Notice.objects.filter(recipient=reviewer).latest("pk").path == "/not-listed/"


def test_what_has_ended_is_in_no_email(reviewer: User) -> None:
    report = make.unlisted(make.person())
    ending.answer(report.pk, text="It is a part of 015010.", by=reviewer)
    assert gathered.tell() == 0
    assert emails_to(reviewer) == []


@pytest.mark.parametrize("code", ["pso", "assessment_viewer"])
def test_whoever_has_a_kept_request_becomes_no_reviewer(code: str) -> None:
    nurse = make.person()
    report = make.unlisted(nurse, code)

    def promote() -> None:
        cms_people.make(
            nurse.username, nurse.email, role=CmsRole.REVIEWER, password=None, actor=None
        )

    with pytest.raises(ValidationError, match="open report of a missing provider"):
        promote()
    reporting.take_back(report.pk, by=nurse)
    promote()
    nurse.refresh_from_db()
    assert nurse.is_cms_reviewer


def test_nobody_of_cms_reports(reviewer: User) -> None:
    for person in (reviewer, make.agent()):
        with pytest.raises(NotEligible, match="report none"):
            make.unlisted(person, "")
