"""/notices/preferences/"""

from __future__ import annotations

import pytest

from accounts.models import AuditEvent, EmailPreference
from tests import builders as make
from tests.pages.browsing import browser_of, words
from tests.told.approvers import asked_at, at, daily_pso

pytestmark = pytest.mark.django_db

URL = "/notices/preferences/"


def test_each_email_is_what_nobody_has_to_choose() -> None:
    pso = make.pso(make.provider())
    page = browser_of(pso).get(URL)
    assert page.context["chosen"].approvals == "each"
    assert not EmailPreference.objects.exists()


def test_a_choice_is_kept_and_on_record_and_the_same_one_again_is_no_news() -> None:
    pso = make.pso(make.provider())
    client = browser_of(pso)
    said = words(client.post(URL, {"approvals": "daily"}, follow=True))
    assert "one email a day" in said
    assert EmailPreference.objects.get(user=pso).approvals == "daily"
    assert "Nothing changed" in words(client.post(URL, {"approvals": "daily"}, follow=True))
    assert AuditEvent.objects.filter(type="preferences_changed", actor=pso).count() == 1


@pytest.mark.parametrize("sent", [{}, {"approvals": "weekly"}, {"approvals": "\x00"}])
def test_no_choice_or_an_odd_one_is_asked_for_again(sent: dict[str, str]) -> None:
    pso = make.pso(make.provider())
    response = browser_of(pso).post(URL, sent)
    assert response.status_code == 422
    assert "There is a problem" in words(response)
    assert not EmailPreference.objects.exists()


@pytest.mark.parametrize(
    ("now", "day"),
    [
        ("2026-11-09T14:00", "Tuesday, November 10"),
        # The morning is still to come; it was yesterday's; over Veterans Day and a weekend.
        ("2026-11-10T05:00", "Tuesday, November 10"),
        ("2026-11-10T08:00", "Thursday, November 12"),
        ("2026-11-14T05:00", "Monday, November 16"),
    ],
)
def test_what_is_kept_and_for_when_is_said(now: str, day: str) -> None:
    here = make.provider()
    pso = daily_pso(here)
    asked_at("2026-11-09T12:00", here)
    with at(now):
        assert f"1 notice is kept for your email of {day}" in words(browser_of(pso).get(URL))


def test_whoever_decides_nothing_is_told_so() -> None:
    assert "You decide no requests at present" in words(browser_of(make.person()).get(URL))
    assert "at present" not in words(browser_of(make.reviewer()).get(URL))
