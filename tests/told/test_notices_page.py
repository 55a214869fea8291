"""/notices/: what is unread, and what reading is: a mark, the link, or the page it leads to."""

from __future__ import annotations

from datetime import datetime

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from access_requests import workflow
from accounts import notices
from accounts.models import Notice, User
from tests import builders as make
from tests.pages.browsing import browser_of, words

pytestmark = pytest.mark.django_db

URL = "/notices/"


def told(person: User, subject: str, path: str = "") -> Notice:
    return notices.tell(recipient=person, kind="test", subject=subject, body="Hello.", path=path)


def is_read(notice: Notice) -> bool:
    notice.refresh_from_db()
    return notice.read_at is not None


def test_the_filter_shows_what_is_unread_alone() -> None:
    person = make.person()
    old, new = told(person, "An old one"), told(person, "A new one")
    client = browser_of(person)
    client.post(f"{URL}{old.pk}/mark/", {"as": "read"})
    assert is_read(old)
    assert not is_read(new)
    unread = words(client.get(f"{URL}?show=unread"))
    assert "A new one" in unread
    assert "An old one" not in unread
    client.post(f"{URL}{new.pk}/mark/", {"as": "read"})
    assert "You have read everything" in words(client.get(f"{URL}?show=unread"))
    assert "An old one" in words(client.get(URL))


def test_a_notice_is_made_unread_again_and_the_reader_comes_back_to_where_they_were() -> None:
    person = make.person()
    notice = told(person, "Once more")
    client = browser_of(person)
    client.post(f"{URL}{notice.pk}/mark/", {"as": "read"})
    page = {"as": "unread", "show": "unread", "after": str(notice.pk + 1)}
    response = client.post(f"{URL}{notice.pk}/mark/", page)
    assert not is_read(notice)
    assert response["Location"] == f"{URL}?show=unread&after={notice.pk + 1}#notice-{notice.pk}"
    assert "Once more" in words(client.get(response["Location"]))


@pytest.mark.parametrize("sent", [{}, {"after": "x"}, {"show": "odd", "after": "9" * 40}])
def test_odd_fields_lead_to_the_first_page(sent: dict[str, str]) -> None:
    person = make.person()
    notice = told(person, "One")
    response = browser_of(person).post(f"{URL}{notice.pk}/mark/", sent)
    assert response["Location"] == f"{URL}#notice-{notice.pk}"


def test_the_link_marks_one_as_read_and_leads_on() -> None:
    person = make.person()
    notice, other = told(person, "Here", "/accounts/"), told(person, "There", "/accounts/")
    client = browser_of(person)
    client.head(f"{URL}{notice.pk}/open/")
    assert not is_read(notice)
    assert client.get(f"{URL}{notice.pk}/open/")["Location"] == "/accounts/"
    client.get("/accounts/")
    assert (is_read(notice), is_read(other)) == (True, False)


def test_nobody_marks_or_opens_anybody_elses() -> None:
    notice = told(make.person(), "Mine", "/help/")
    stranger = browser_of(make.person())
    assert stranger.get(f"{URL}{notice.pk}/open/").status_code == 404
    assert stranger.post(f"{URL}{notice.pk}/mark/").status_code == 404
    assert not is_read(notice)


def test_whoever_opens_the_page_of_a_request_has_read_what_leads_there() -> None:
    """By the link of the email too. The page tells of them no more, and others stay unread."""
    here, asker = make.provider(), make.person()
    pso = make.pso(here)
    asked, other = make.submit(asker, here), make.submit(asker, make.provider())
    workflow.reject(asked.pk, by=pso, reason="other", explanation="Not known here.")
    client = browser_of(asker)
    assert "3 unread" in words(client.get("/help/"))
    assert "1 unread" in words(client.get(asked.get_absolute_url()))
    unread = Notice.objects.filter(recipient=asker, read_at=None)
    assert [each.request_id for each in unread] == [other.pk]
    assert Notice.objects.filter(recipient=pso, request_id=asked.pk, read_at=None).exists()


def test_a_page_that_leads_nowhere_marks_nothing() -> None:
    here, asker = make.provider(), make.person()
    asked = make.submit(asker, here)
    path = asked.get_absolute_url()
    assert browser_of(make.person()).get(path).status_code == 404
    browser_of(asker).head(path)
    assert Notice.objects.get(recipient=asker).read_at is None


def test_the_badge_stops_counting_at_99() -> None:
    person = make.person()
    message = {"recipient": person, "kind": "test", "body": "b"}
    notices.tell_each(notices.Message(subject=f"No. {n}", **message) for n in range(120))
    assert "99+ unread" in words(browser_of(person).get("/help/"))


def test_notices_are_grouped_by_day_in_eastern_time() -> None:
    person = make.person()
    for at in ("2026-11-12T15:00Z", "2026-11-19T04:30Z", "2026-11-19T15:00Z", "2026-11-20T15:00Z"):
        with time_machine.travel(datetime.fromisoformat(at), tick=False):
            told(person, at)
    with time_machine.travel(datetime.fromisoformat("2026-11-20T16:00Z"), tick=False):
        page = browser_of(person).get(URL)
    days = [(day, [each.subject for each in those]) for day, those in page.context["days"]]
    assert days == [
        ("Today", ["2026-11-20T15:00Z"]),
        ("Yesterday", ["2026-11-19T15:00Z"]),
        ("Wednesday, November 18, 2026", ["2026-11-19T04:30Z"]),
        ("Thursday, November 12, 2026", ["2026-11-12T15:00Z"]),
    ]


def test_as_many_queries_for_one_notice_as_for_a_page() -> None:
    person = make.person()
    client = browser_of(person)
    told(person, "First")
    client.get(URL)
    taken = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as captured:
            client.get(URL)
        taken.append(len(captured))
        for n in range(30):
            told(person, f"No. {n}")
    assert taken[0] == taken[1] <= 8
