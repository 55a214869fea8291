"""A contact who says that the person works there: kept once, and read beside the second path."""

from __future__ import annotations

import pytest
from django.test import Client

from access_requests.models import EmploymentReport
from access_requests.reports.answers import answers_about
from accounts.models import AuditEvent
from tests import builders as make
from tests.reports.builders import claim

pytestmark = pytest.mark.django_db


def test_yes_is_kept_for_the_reviewer_and_decides_nothing() -> None:
    home = make.provider(name="BURNS NURSING HOME")
    asked, link = claim(home)
    contact = Client()
    page = contact.get(link).content.decode()
    assert "Does this person work at Burns Nursing Home?" in page
    assert answers_about(asked) == []
    for _ in range(2):
        assert "CMS has your answer" in contact.post(link, {"works_here": "yes"}).content.decode()
    [answer] = answers_about(asked)
    assert answer.was_known
    assert AuditEvent.objects.filter(type="claim_confirmed").count() == 1
    assert not EmploymentReport.objects.exists()
    asked.refresh_from_db()
    assert asked.is_open
    desk = Client()
    desk.force_login(make.reviewer())
    case = desk.get(asked.get_absolute_url()).content.decode()
    assert "Olga Contact" in case
    assert "(contact) says that the person works there" in case
    assert "an address that CMS knew before the request" in case
