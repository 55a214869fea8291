"""Where one is signed in: the list, and ending sessions from it."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import devices, sessions
from accounts.models import AuditEvent, Notice, Session
from accounts.sessions import digest
from tests import builders as make
from tests.accounts.signing_in import FIREFOX, PASSWORD, is_signed_in, key_of, person, sign_in
from tests.pages.browsing import browser_of, words

pytestmark = pytest.mark.django_db

PAGE = "/accounts/sessions/"


def test_each_place_is_listed_and_the_own_one_marked() -> None:
    user = person()
    here = sign_in(user)
    sign_in(user, agent="Mozilla/5.0 (iPhone) AppleWebKit Version/18.0 Mobile Safari/604.1")
    sign_in(person("samroe88"), agent="Mozilla/5.0 (X11; Linux x86_64) Chrome/141.0 Safari/537")
    read = words(here.get(PAGE))
    assert "Firefox on Windows This browser" in read
    assert "Safari on iPhone" in read
    assert "Linux" not in read


def test_one_place_is_signed_out() -> None:
    user = person()
    here, there = sign_in(user), sign_in(user)
    here.post(PAGE, {"session": digest(key_of(there))})
    assert is_signed_in(here)
    assert not is_signed_in(there)
    line = AuditEvent.objects.get(type="session_ended")
    assert (line.actor, line.person) == (user, user)
    assert line.details == {"device": "Firefox on Windows"}


def test_everywhere_else_is_signed_out_and_told() -> None:
    user = person()
    here, there, stranger = sign_in(user), sign_in(user), sign_in(person("samroe88"))
    assert "Signed out in 1 other browser." in words(
        here.post(PAGE, {"everywhere": "yes"}, follow=True)
    )
    assert [is_signed_in(each) for each in (here, there, stranger)] == [True, False, True]
    assert AuditEvent.objects.get(type="sessions_ended").details == {"number": 1}
    assert Notice.objects.filter(recipient=user, kind="signed_out_everywhere").count() == 1
    here.post(PAGE, {"everywhere": "yes"})
    assert AuditEvent.objects.filter(type="sessions_ended").count() == 1


def test_a_while_after_signing_in_the_password_is_asked_for_again() -> None:
    user = person()
    with time_machine.travel(timezone.now() - timedelta(minutes=25)):
        here = sign_in(user)
    there = sign_in(user)
    asked = here.post(PAGE, {"everywhere": "yes"})
    assert asked["Location"].startswith("/accounts/reauthenticate/")
    assert is_signed_in(there)
    # What was asked for is done once it is shown.
    here.post(asked["Location"], {"password": PASSWORD, "next": PAGE})
    assert [is_signed_in(each) for each in (here, there)] == [True, False]


@pytest.mark.parametrize("named", ["another's", "nobody's", ""])
def test_what_is_not_ones_own_is_not_found(named: str) -> None:
    here, stranger = sign_in(person()), sign_in(person("samroe88"))
    key = {"another's": digest(key_of(stranger)), "nobody's": "0" * 64}.get(named, "")
    assert here.post(PAGE, {"session": key}).status_code == 404
    assert is_signed_in(stranger)
    assert not AuditEvent.objects.filter(type="session_ended").exists()


def test_the_list_takes_the_same_queries_however_long() -> None:
    user = person()
    here = sign_in(user)

    def taken() -> int:
        with CaptureQueriesContext(connection) as captured:
            here.get(PAGE)
        return len(captured)

    here.get(PAGE)
    few = taken()
    for _ in range(20):
        browser_of(user)
    assert taken() == few <= 8


def test_ending_sessions_counts_those_that_were_running() -> None:
    user = make.person()
    keep, *others = (browser_of(user) for _ in range(4))
    Session.objects.filter(pk=digest(key_of(others[0]))).update(expire_date=timezone.now())
    assert len(sessions.sessions_of(user)) == 3
    assert sessions.end_sessions(user, keep=key_of(keep)) == 2
    assert [each.pk for each in Session.objects.filter(user=user)] == [digest(key_of(keep))]
    assert sessions.end_sessions(user) == 1


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (FIREFOX, "Firefox on Windows"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/141.0 Safari/537.36 Edg/141.0", "Edge on Windows"),
        ("Mozilla/5.0 (Macintosh; Intel) Version/18.1 Safari/605.1.15", "Safari on Mac"),
        ("Mozilla/5.0 (X11; CrOS x86_64) Chrome/141.0 Safari/537.36", "Chrome on ChromeOS"),
        ("Mozilla/5.0 (Linux; Android 15) Chrome/141.0 Mobile", "Chrome on Android"),
        ("Mozilla/5.0 (iPad) CriOS/141.0 Mobile Safari/604.1", "Chrome on iPad"),
        ("Mozilla/5.0 (Windows NT 10.0)", "Windows"),
        ("curl/8.5.0", ""),
        ("<script>", ""),
        ("", ""),
    ],
)
def test_what_a_browser_is_called(agent: str, name: str) -> None:
    assert devices.name_of(agent) == name
