"""/queue/: what this person can decide, oldest first, PSO and CMS alike."""

from __future__ import annotations

import pytest

from access_requests import queue, workflow
from access_requests.pso_queue.filters import SIZES
from accounts.models import User
from tests import builders
from tests.pages.browsing import browser_of, words

pytestmark = pytest.mark.django_db

URL = "/queue/"


def queue_of(user: User, **query: str) -> str:
    response = browser_of(user).get(URL, query)
    assert response.status_code == 200
    return words(response)


def test_a_pso_finds_the_requests_at_their_ccns_oldest_first() -> None:
    here, elsewhere = builders.provider(), builders.provider()
    pso = builders.pso(here)
    builders.pso(elsewhere)
    first = builders.submit(builders.person(full_name="Ada First"), here)
    builders.submit(builders.person(full_name="Ben Second"), here)
    builders.submit(builders.person(full_name="Cleo Elsewhere"), elsewhere)
    builders.submit(pso, here)
    page = queue_of(pso)
    assert page.index("Ada First") < page.index("Ben Second")
    assert "Cleo Elsewhere" not in page
    assert page.count("Assessment Viewer, CCN") == 2, "one's own request is not in one's queue"
    assert first.get_absolute_url() in browser_of(pso).get(URL).content.decode()


def test_a_request_from_before_there_was_a_pso_is_in_the_new_psos_queue() -> None:
    here, early = builders.provider(), builders.person(full_name="Ada Early")
    builders.submit(early, here)
    assert "Ada Early" in queue_of(builders.pso(here))


def test_cms_finds_first_pso_requests_until_there_is_a_pso_and_again_when_none_is_left() -> None:
    here, reviewer = builders.provider(), builders.reviewer()
    rival = builders.submit(builders.person(full_name="Ben Rival"), here, "pso")
    builders.submit(builders.person(full_name="Ada Viewer"), here)
    assert "Ben Rival" in queue_of(reviewer)
    assert "Ada Viewer" not in queue_of(reviewer)
    pso = builders.pso(here)
    assert "Ben Rival" not in queue_of(reviewer)
    assert "Nothing waits for your decision" in queue_of(reviewer)
    workflow.give_up(pso.role_assignments.get().pk, by=pso)
    assert "Ben Rival" in queue_of(reviewer)
    assert rival.pk in queue.decidable_ids(reviewer, limit=5)


def test_a_returned_request_leaves_the_queue_until_it_is_answered() -> None:
    here = builders.provider()
    pso, asker = builders.pso(here), builders.person(full_name="Ada Asked")
    asked = builders.submit(asker, here)
    workflow.return_for_information(asked.pk, by=pso, question="Which ward?")
    assert "Ada Asked" not in queue_of(pso)
    workflow.answer(asked.pk, by=asker, text="Ward 3.")
    assert "Ada Asked" in queue_of(pso)


def test_long_queues_come_in_pages_without_gap_or_repetition() -> None:
    here = builders.provider()
    pso = builders.pso(here)
    filed = [builders.submit(builders.person(), here).pk for _ in range(SIZES[0] + 3)]
    client, url, seen = browser_of(pso), URL, []
    for _ in range(2):
        response = client.get(url)
        seen += [each.pk for each in response.context["requests"]]
        url = response.context["next_url"]
    assert seen == filed
    assert url == ""
    assert "First page" in words(response)


ODD_CURSORS = [
    "x",
    "-",
    "20261123T031500.123456",
    "20261123T031500.123456-",
    "20261123T031500.123456-x",
    "20261123T031500.123456--5",
    "20261123T031500.123456-" + "9" * 40,
    "20261123T031500.123456-" + "9" * 5000,
    "00010101T000000.000000-1",
    "99991231T235959.999999-1",
    "20261123T031500.123456-\x00",
    "\x00",
    "' OR 1=1 --",
    "２０２６１１２３T031500.123456-1",
]


@pytest.mark.parametrize("cursor", ODD_CURSORS)
@pytest.mark.parametrize("url", [URL, "/requests/", "/notices/"])
def test_an_odd_page_key_is_never_an_error(cursor: str, url: str) -> None:
    here = builders.provider()
    for user in (builders.pso(here), builders.reviewer()):
        assert browser_of(user).get(url, {"after": cursor}).status_code == 200


@pytest.mark.parametrize("key", ["0", "-1", "9" * 18, "9" * 30, "1.5", "１２", "", "true"])
def test_an_odd_row_number_as_page_key_is_never_an_error(key: str) -> None:
    asker = builders.person()
    builders.submit(asker, builders.provider())
    for url in ("/requests/", "/notices/"):
        assert browser_of(asker).get(url, {"after": key}).status_code == 200


def test_beyond_the_last_row_the_way_back_is_shown() -> None:
    pso = builders.pso(builders.provider())
    page = queue_of(pso, after="99991231T235959.999999-1")
    assert "There are no more requests." in page
    assert "First page" in page


def test_whoever_decides_nothing_has_no_queue() -> None:
    here = builders.provider()
    pso = builders.pso(here)
    holder = builders.holder(here)
    workflow.give_up(pso.role_assignments.get().pk, by=pso)
    for user in (pso, holder, builders.person(), builders.agent()):
        assert browser_of(user).get(URL).status_code == 404
