"""/: what matters to this person now. /help/ and /requests/ as well."""

from __future__ import annotations

import pytest

from access_requests import workflow
from access_requests.reports import reporting
from access_requests.unlisted.reporting import Missing, report
from access_requests.views import my_roles, person_home
from access_requests.views.person_home import MOST_LISTED
from access_requests.views.requests import PAGE_SIZE
from tests import builders
from tests.pages.browsing import browser_of, words

pytestmark = pytest.mark.django_db


def home_of(user: object) -> str:
    response = browser_of(user).get("/")
    assert response.status_code == 200
    return words(response)


def test_a_visitor_reads_what_it_is_and_how_to_begin() -> None:
    page = home_of(None)
    assert "Create an account" in page
    assert "Who decides" in page
    assert "The CCN has no PSO" in page
    assert "This is not a government website" in page


def test_somebody_new_is_sent_to_ask_for_a_role() -> None:
    page = home_of(builders.person())
    assert "You have no open request." in page
    assert "Ask for a role" in page
    assert "Queue" not in page


def test_a_requester_sees_who_has_each_open_request() -> None:
    here, asker = builders.provider(), builders.person()
    builders.submit(asker, here)
    ended = builders.submit(asker, here, "assessment_submitter")
    workflow.withdraw(ended.pk, by=asker)
    page = home_of(asker)
    assert "Nobody yet: the CCN has no PSO" in page
    assert "Assessment Submitter" not in page


def test_a_sole_pso_is_asked_to_find_a_second() -> None:
    here = builders.provider()
    pso = builders.pso(here)
    builders.submit(builders.person(), here)
    page = home_of(pso)
    assert "invite a second PSO" in page
    assert "1 request waits for your decision." in page
    assert "One PSO" in page
    builders.pso(here)
    assert "invite a second PSO" not in home_of(pso)


def test_a_reviewer_sees_the_size_of_the_queue() -> None:
    reviewer = builders.reviewer()
    assert "Nothing waits for your decision." in home_of(reviewer)
    builders.submit(builders.person(), builders.provider(), "pso")
    assert "1 request waits for your decision." in home_of(reviewer)
    assert "Ask for a role" not in home_of(reviewer)


def test_a_reviewers_desk_says_what_waits_there() -> None:
    reviewer = builders.reviewer()
    assert "to settle" not in home_of(reviewer)
    here = builders.provider()
    pso = builders.pso(here, by=reviewer)
    nurse = builders.holder(here)
    held = pso.role_assignments.get()
    reporting.by_person(held.pk, by=nurse, text="Left in May.")
    missing = Missing(
        typed="",
        name="Harbor View",
        state="ME",
        city="Rockland",
        is_certified=False,
        evidence="Licensed by the state in May.",
    )
    for person in (nurse, builders.person()):
        report(reporter=person, missing=missing)
    page = home_of(reviewer)
    assert "Reports about people 1 to settle" in page
    assert "Providers not listed 2 to look into" in page
    assert "to settle" not in home_of(builders.agent())


def test_an_agent_can_look_up_and_decide_nothing() -> None:
    page = home_of(builders.agent())
    assert "User ID, name, email, request number or CCN" in page
    assert "Your queue" not in page
    assert "decide nothing" in page


def test_help_names_the_programs_and_payroll_based_journal() -> None:
    page = words(browser_of(None).get("/help/"))
    assert "November 15, 2022" in page
    assert "April 17, 2023" in page
    assert "You need no account here." in page
    assert "(800) 339-9313" in page


def test_my_requests_are_mine_newest_first_in_pages() -> None:
    here, asker = builders.provider(), builders.person()
    builders.submit(builders.person(), here)
    for _ in range(PAGE_SIZE + 2):
        workflow.withdraw(builders.submit(asker, here).pk, by=asker)
    client = browser_of(asker)
    first = client.get("/requests/")
    second = client.get(first.context["next_url"])
    seen = [each.pk for page in (first, second) for each, _ in page.context["rows"]]
    assert len(seen) == PAGE_SIZE + 2
    assert seen == sorted(seen, reverse=True)
    assert second.context["next_url"] == ""


def test_cms_people_are_not_invited_to_ask() -> None:
    for user in (builders.reviewer(), builders.agent()):
        page = words(browser_of(user).get("/requests/"))
        assert "Ask for a role" not in page


@pytest.mark.parametrize("path", ["/nothing/", "/requests/abc/", "/%00/", "/requests/1/nothing/"])
def test_a_page_that_is_not_there_says_so(path: str) -> None:
    response = browser_of(builders.person()).get(path)
    assert response.status_code == 404
    assert "Page not found" in words(response)
    assert "(800) 339-9313" in words(response)


def test_a_question_is_never_left_out_however_many_newer_requests_there_are() -> None:
    here, asker = builders.provider(), builders.person()
    pso = builders.pso(here)
    asked = builders.submit(asker, here)
    workflow.return_for_information(asked.pk, by=pso, question="Which unit?")
    for _ in range(MOST_LISTED + 1):
        builders.submit(asker, builders.provider())
    assert "A question waits for your answer" in home_of(asker)


def test_a_list_of_roles_that_goes_on_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    pso = builders.person()
    for _ in range(2):
        builders.pso(builders.provider(), pso, by=builders.reviewer())
    assert "All my roles" not in home_of(pso)
    monkeypatch.setattr(person_home, "MOST_ROLES", 1)
    monkeypatch.setattr(my_roles, "PAGE_SIZE", 1)
    assert "All my roles" in home_of(pso)
    client = browser_of(pso)
    first = client.get("/roles/?at=sole")
    second = client.get(first.context["next_url"])
    seen = [held.pk for page in (first, second) for held, _ in page.context["rows"]]
    assert seen == sorted(pso.role_assignments.values_list("pk", flat=True), reverse=True)
    assert second.context["next_url"] == ""


def test_whoever_gave_up_their_last_role_reads_what_they_had_and_not_how_to_begin() -> None:
    here = builders.provider()
    pso = builders.pso(here)
    assert "You hold no role now" not in home_of(pso)
    workflow.give_up(pso.role_assignments.get().pk, by=pso)
    page = home_of(pso)
    assert "You hold no role now" in page
    assert "Given up" in page
    assert here.ccn in page
    assert "You hold no role now" not in home_of(builders.person())


def test_my_roles_are_mine_and_say_where_i_am_alone() -> None:
    here, there, pso = builders.provider(), builders.provider(), builders.person()
    for each in (here, there):
        builders.pso(each, pso, by=builders.reviewer())
    builders.pso(there)
    client = browser_of(pso)
    assert [held.provider for held, _ in client.get("/roles/").context["rows"]] == [there, here]
    assert [held.provider for held, _ in client.get("/roles/?at=sole").context["rows"]] == [here]
    assert "You hold no role" in words(browser_of(builders.person()).get("/roles/"))
