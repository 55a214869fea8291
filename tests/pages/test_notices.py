"""/notices/: everything a person was told, with the same words as the emails."""

from __future__ import annotations

import pytest

from access_requests import workflow
from accounts.models import Notice, OutgoingEmail
from tests import builders
from tests.pages.browsing import browser_of, words

pytestmark = pytest.mark.django_db

URL = "/notices/"


def test_newest_first_with_the_emails_state() -> None:
    here, asker = builders.provider(), builders.person()
    pso = builders.pso(here)
    asked = builders.submit(asker, here)
    workflow.approve(asked.pk, by=pso)
    received, approved = Notice.objects.filter(recipient=asker).order_by("pk")
    page = words(browser_of(asker).get(URL))
    assert page.index(approved.subject) < page.index(received.subject)
    waiting = OutgoingEmail.State.WAITING.label
    assert page.count(f"Email: {waiting}") == 2
    assert asked.get_absolute_url() in browser_of(asker).get(URL).content.decode()


def test_nobody_reads_anybody_elses() -> None:
    here, asker = builders.provider(), builders.person()
    builders.submit(asker, here)
    assert "No notices yet" in words(browser_of(builders.person()).get(URL))


def test_marking_read_marks_what_was_shown_and_no_more() -> None:
    here, asker = builders.provider(), builders.person()
    pso = builders.pso(here)
    asked = builders.submit(asker, here)
    shown = Notice.objects.filter(recipient=asker).latest("pk")
    workflow.approve(asked.pk, by=pso)
    response = browser_of(asker).post(f"{URL}read/", {"newest": str(shown.pk)})
    assert response["Location"] == URL
    unread = Notice.objects.filter(recipient=asker, read_at=None)
    assert [each.pk > shown.pk for each in unread] == [True]
    assert Notice.objects.filter(recipient=pso, read_at=None).exists()


@pytest.mark.parametrize("newest", ["", "x", "-5", "9" * 30, "\x00", "1.5"])
def test_an_odd_number_marks_nothing_and_breaks_nothing(newest: str) -> None:
    asker = builders.person()
    builders.submit(asker, builders.provider())
    response = browser_of(asker).post(f"{URL}read/", {"newest": newest})
    assert response.status_code == 302
    assert Notice.objects.filter(recipient=asker, read_at=None).exists()


def test_pages_of_notices_follow_each_other() -> None:
    here = builders.provider()
    asker = builders.person()
    for _ in range(14):
        asked = builders.submit(asker, here)
        workflow.withdraw(asked.pk, by=asker)
    pso = builders.pso(here)
    for _ in range(14):
        asked = builders.submit(asker, here)
        workflow.return_for_information(asked.pk, by=pso, question="Which ward?")
        workflow.withdraw(asked.pk, by=asker)
    client = browser_of(asker)
    first = client.get(URL)
    second = client.get(first.context["next_url"])
    seen = [each.pk for page in (first, second) for each in page.context["notices"]]
    told = Notice.objects.filter(recipient=asker).order_by("-pk")
    assert seen == list(told.values_list("pk", flat=True))


def test_the_frame_counts_the_unread() -> None:
    here, asker = builders.provider(), builders.person()
    builders.submit(asker, here)
    client = browser_of(asker)
    assert "1 unread" in words(client.get("/help/"))
    newest = Notice.objects.latest("pk").pk
    client.post(f"{URL}read/", {"newest": str(newest)})
    assert "unread" not in words(client.get("/help/"))
