"""The pages of a CCN and of a PSO: what is reported there, and an email of unknown outcome."""

from __future__ import annotations

import pytest
from django.test import Client

from access_requests.models import EmploymentReport, ReachAttempt
from access_requests.reports import reporting, settling
from tests import builders as make

pytestmark = pytest.mark.django_db


def test_what_is_reported_stands_on_both_pages_while_the_role_goes_on() -> None:
    home, reviewer = make.provider(), make.reviewer()
    pso = make.pso(home).role_assignments.get()
    desk = Client()
    desk.force_login(reviewer)
    pages = f"/orphans/ccns/{home.ccn}/", f"/orphans/psos/{pso.pk}/"
    assert "Nothing is the matter here" in desk.get(pages[0]).content.decode()
    holder = make.holder(home)
    report, _ = reporting.by_person(pso.pk, by=holder, text="She left in May.")
    link = f"/reports/{report.pk}/"
    for page in (desk.get(each).content.decode() for each in pages):
        assert link in page
        assert "Nothing is the matter here" not in page
    upheld = EmploymentReport.Outcome.UPHELD
    settling.settle(report.pk, by=reviewer, outcome=upheld, note="Called the office.")
    assert "found right, and the role still goes on" in desk.get(pages[0]).content.decode()


def test_of_an_email_nobody_says_that_it_reached_the_pso() -> None:
    pso = make.pso(make.provider()).role_assignments.get()
    desk = Client()
    desk.force_login(make.reviewer())
    page = f"/orphans/psos/{pso.pk}/"
    assert "CMS is trying to reach you" in desk.get(page).content.decode()
    said = {"outcome": "reached", "note": "By the portal."}
    assert desk.post(f"{page}attempts/", said).status_code == 422
    assert desk.post(f"{page}attempts/", {**said, "how": ["letter", "email"]}).status_code == 302
    attempt = ReachAttempt.objects.get()
    assert (attempt.how, attempt.outcome) == ("email", ReachAttempt.Outcome.NOT_REACHED)
