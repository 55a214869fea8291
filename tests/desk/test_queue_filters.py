"""CMS's queue: what each filter leaves is what the rows say of themselves, page by page."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from access_requests import queue, workflow
from access_requests.desk import flags, waiting
from access_requests.desk.ages import Age
from access_requests.desk.filters import AGES, Filters
from access_requests.models import EmploymentReport, RejectionReason
from accounts.models import User
from tests import builders as make
from tests.desk import cases
from tests.pages.browsing import browser_of, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def reviewer() -> User:
    return make.reviewer()


def every_sort(reviewer: User) -> None:
    """Cases with each flag, at each age, in two states and a chain."""
    _, [harbor, _other] = make.chain(2, "Harbor Care")
    why = RejectionReason.CANNOT_VERIFY
    with time_machine.travel(timezone.now() - timedelta(days=20), tick=False):
        rivals = make.provider()
        cases.case(rivals)
        cases.case(rivals)
        cases.case(make.provider("455001", state="TX"), full_name="Ann Stone", phone="2515550199")
    with time_machine.travel(timezone.now() - timedelta(days=7), tick=False):
        attested = replace(make.EMPLOYED, attests_no_corporate_email=True)
        make.submit(make.person(email="small@gmail.com"), harbor, "pso", attested)
        make.person(full_name="Ann Stone", phone="2515550199")
    cases.clean_case(reviewer)
    again = make.person()
    refused = cases.case(requester=again)
    workflow.reject(refused.pk, by=reviewer, reason=why, explanation="Not known.")
    cases.case(requester=again)
    reported = cases.clean_case(reviewer)
    EmploymentReport.objects.create(
        provider=reported.provider,
        about=reported.requester,
        access_request=reported,
        reported_by=make.person(),
        text="Not here.",
        reported_at=timezone.now(),
    )
    vendor = make.person(email="v@billing.example")
    make.submit(vendor, make.provider(), "assessment_viewer", make.VENDOR)
    cases.case(requester=make.person(email="w@billing.example"))


def found(reviewer: User, filters: Filters) -> list[int]:
    """Every page of it."""
    ids, after = [], None
    while True:
        page = waiting.page(reviewer, filters, after)
        ids += [case.facts.request.pk for case in page.cases]
        if page.after is None:
            return ids
        after = page.after


def test_each_filter_leaves_the_rows_that_say_so(
    reviewer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    every_sort(reviewer)
    all_ids = queue.decidable_ids(reviewer, limit=100)
    read = {case.facts.request.pk: case for case in waiting.cases_of(all_ids, reviewer)}
    monkeypatch.setattr(waiting, "PAGE_SIZE", 2)
    monkeypatch.setattr(waiting, "MOST_CANDIDATES", 2)
    assert found(reviewer, Filters()) == all_ids
    for flag in flags.FLAGS:
        wanted = [pk for pk in all_ids if flag.is_so(read[pk])]
        assert wanted, f"no case has the flag {flag.code}"
        assert found(reviewer, Filters(flag=flag.code)) == wanted, flag.code
    for age in AGES:
        of_age = [pk for pk in all_ids if age_of(read[pk].facts.request.submitted_at) == age]
        assert found(reviewer, Filters(age=age)) == of_age, age
    in_texas = [pk for pk in all_ids if read[pk].facts.request.provider.state == "TX"]
    assert found(reviewer, Filters(state="TX")) == in_texas
    assert len(in_texas) == 1


def age_of(submitted_at: timezone.datetime) -> str:  # type: ignore[name-defined]
    return Age.of(submitted_at).code


def test_the_page_says_how_many_of_how_many_and_keeps_the_filters(
    reviewer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting, "PAGE_SIZE", 2)
    _, homes = make.chain(3, "Harbor Care")
    for home in homes:
        cases.case(home)
    cases.case(make.provider("455001", state="TX"))
    chain = homes[0].chain_id
    response = browser_of(reviewer).get(f"/queue/?chain={chain}&state=al")
    assert "3 of 4 cases · AL · Harbor Care" in words(response)
    following = response.context["next_url"]
    assert following.startswith(f"/queue/?state=AL&chain={chain}&after=")
    assert len(browser_of(reviewer).get(following).context["rows"]) == 1
    none = browser_of(reviewer).get("/queue/?state=TX&flag=personal")
    assert "No case is like this" in words(none)


@pytest.mark.parametrize("query", ["state=%00", "chain=x", "flag=y", "age=z", "chain=" + "9" * 18])
def test_an_odd_filter_is_never_an_error(reviewer: User, query: str) -> None:
    cases.case()
    assert browser_of(reviewer).get(f"/queue/?{query}").status_code == 200


def test_the_requester_sees_stage_and_target(reviewer: User) -> None:
    with time_machine.travel("2026-11-16T15:00:00Z", tick=False):
        asked = cases.case()
        page = words(browser_of(asked.requester).get(asked.get_absolute_url()))
        assert "CMS is verifying" in page
        assert "CMS means to decide by November 23, 2026." in page
        assert "What CMS checks" not in page
    with time_machine.travel("2026-11-24T15:00:00Z", tick=False):
        page = words(browser_of(asked.requester).get(asked.get_absolute_url()))
        assert "CMS meant to decide by November 23, 2026: it takes longer" in page
    [told] = asked.requester.notices.filter(kind="request_received")
    assert "CMS means to decide by November 23, 2026." in told.body


def test_a_ready_made_question_is_asked_as_it_stands(reviewer: User) -> None:
    asked, client = cases.case(), browser_of(reviewer)
    data = {"return-ready": "employment-2", "return-question": "Thank you."}
    response = client.post(f"{asked.get_absolute_url()}return/", data)
    assert response.status_code == 302
    text = asked.questions.get().text
    assert text.startswith("What is your position at the provider")
    assert text.endswith("\n\nThank you.")
    other = cases.case()
    for wrong in ({}, {"return-ready": "nonsense-1"}):
        assert client.post(f"{other.get_absolute_url()}return/", wrong).status_code == 422
