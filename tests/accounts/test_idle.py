"""What a page is told of its session: how long it has, and what puts its end off."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.conf import LazySettings, settings
from django.test import Client
from django.utils import timezone

from accounts import kept_forms
from accounts.idle_words import in_words
from accounts.models import Session, User
from tests import builders as make
from tests.pages.browsing import browser_of, words

pytestmark = pytest.mark.django_db

ASK = "/accounts/session/"


def leave_alone(user: User, minutes: float) -> None:
    """So long ago was the last sign of life."""
    seen = timezone.now() - timedelta(minutes=minutes)
    end = seen + settings.SESSION_IDLE
    assert Session.objects.filter(user=user).update(last_seen_at=seen, expire_date=end)


def test_asking_is_no_sign_of_life_and_posting_is_one() -> None:
    user = make.person()
    client = browser_of(user)
    leave_alone(user, 20)
    before = Session.objects.get()
    for _ in range(2):
        answer = client.get(ASK)
        assert 595 <= answer.json()["seconds_left"] <= 600
        assert settings.SESSION_COOKIE_NAME not in answer.cookies
    assert Session.objects.get().last_seen_at == before.last_seen_at
    assert client.post(ASK).json()["seconds_left"] == 1800
    assert Session.objects.get().last_seen_at > before.last_seen_at
    assert 1795 <= client.get(ASK).json()["seconds_left"] <= 1800


def test_what_is_said_is_for_nobody_to_keep() -> None:
    assert "no-store" in browser_of(make.person()).get(ASK)["Cache-Control"]
    assert "no-store" in Client().get(ASK)["Cache-Control"]


def test_the_longest_time_is_not_put_off(settings: LazySettings) -> None:
    user = make.person()
    client = browser_of(user)
    assert client.get(ASK).json()["can_stay"]
    settings.SESSION_LONGEST = timedelta(minutes=20)
    leave_alone(user, 2)
    answer = client.post(ASK).json()
    assert answer["seconds_left"] <= 1200
    assert not answer["can_stay"]


def test_nobody_and_whoever_was_signed_out_have_no_time_left() -> None:
    nothing = {"seconds_left": 0, "person": ""}
    user = make.person()
    client = browser_of(user)
    leave_alone(user, 31)
    for each in (Client(), client):
        assert each.get(ASK).json() == nothing
        assert each.post(ASK).json() == nothing
    assert client.cookies[settings.SESSION_COOKIE_NAME].value, "it is still needed for what is kept"


def test_a_token_of_before_is_replaced_for_the_same_person() -> None:
    """Somebody has signed in again in another tab; the forms of this one must work."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(make.person())
    client.get("/accounts/")
    assert client.post(ASK, {"csrfmiddlewaretoken": "x" * 64}).status_code == 403
    token = client.get(ASK).json()["token"]
    assert client.post(ASK, {"csrfmiddlewaretoken": token}).status_code == 200


def test_every_page_of_a_signed_in_person_carries_the_warning(settings: LazySettings) -> None:
    client = browser_of(make.person("patdoe77"))
    for path in ("/", "/help/", "/requests/new/", "/no-such-page/"):
        html = client.get(path).content.decode()
        assert html.count("<template data-idle") == 1, path
        assert 'data-person="patdoe77"' in html
    left = re.search(r'data-seconds-left="(\d+)"', html)
    assert left
    assert 1700 < int(left[1]) <= 1800
    assert 'data-warning-seconds="120.0"' in html
    assert "data-idle" not in Client().get("/help/").content.decode()


@pytest.mark.parametrize("path", ["/requests/new/", "/queue/", "/accounts/"])
def test_whoever_comes_back_too_late_reads_why(path: str) -> None:
    user = make.person()
    client = browser_of(user)
    leave_alone(user, 31)
    page = words(client.get(path, follow=True))
    assert "You were signed out because nothing happened for 30 minutes." in page
    assert "is kept" not in page
    client.force_login(user)
    assert "You were signed out" not in words(client.get("/", follow=True))


def test_after_the_longest_time_they_read_that(settings: LazySettings) -> None:
    settings.SESSION_LONGEST = timedelta(hours=2)
    user = make.person()
    client = browser_of(user)
    began = timezone.now() - timedelta(hours=3)
    Session.objects.update(created_at=began, expire_date=began + settings.SESSION_LONGEST)
    page = words(client.get("/accounts/", follow=True))
    assert "You were signed out because you had been signed in for 2 hours." in page


def test_what_is_kept_is_said_at_sign_in() -> None:
    user = make.person()
    client = browser_of(user)
    kept_forms.keep(user.pk, "/requests/new/", [("job_title", "Nurse")], was_sent=False)
    leave_alone(user, 31)
    assert "What you had typed is kept." not in words(client.get("/help/"))
    assert "What you had typed is kept." in words(client.get("/requests/new/", follow=True))


def test_whoever_signed_out_themselves_reads_nothing_of_it() -> None:
    client = browser_of(make.person())
    client.post("/accounts/logout/")
    assert "nothing happened" not in words(client.get("/accounts/", follow=True))


@pytest.mark.parametrize(
    ("time", "said"),
    [
        (timedelta(seconds=1), "1 second"),
        (timedelta(seconds=45), "45 seconds"),
        (timedelta(minutes=1), "1 minute"),
        (timedelta(minutes=30), "30 minutes"),
        (timedelta(minutes=90), "90 minutes"),
        (timedelta(hours=12), "12 hours"),
    ],
)
def test_a_time_in_words(time: timedelta, said: str) -> None:
    assert in_words(time) == said
