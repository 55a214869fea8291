"""Sessions: what a copy of their table shows, how they begin and end, and who may end them."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from http.cookies import SimpleCookie

import pytest
import time_machine
from asgiref.sync import sync_to_async
from django.conf import LazySettings, settings
from django.contrib.sessions.backends.base import UpdateError
from django.db import connection, connections
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import devices, sessions
from accounts.models import AuditEvent, Notice, Session, User
from accounts.session_middleware import SessionMiddleware
from accounts.sessions import SessionStore, digest
from tests import builders as make
from tests.pages.browsing import browser_of, words

pytestmark = pytest.mark.django_db

PASSWORD = "nine purple lanterns swim"
PAGE = "/accounts/sessions/"
SIGN_IN = "/accounts/login/"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"


def person(name: str = "patdoe77") -> User:
    user = make.person(name)
    user.set_password(PASSWORD)
    user.save(update_fields=["password"])
    return user


def sign_in(user: User, client: Client | None = None, agent: str = FIREFOX) -> Client:
    client = client or Client()
    typed = {"login": user.username, "password": PASSWORD}
    assert client.post(SIGN_IN, typed, HTTP_USER_AGENT=agent).status_code == 302
    return client


def key_of(client: Client) -> str:
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def is_signed_in(client: Client) -> bool:
    return client.get("/accounts/").status_code == 200


def session_of(client: Client) -> Session:
    return Session.objects.get(pk=digest(key_of(client)))


def reload(store: SessionStore) -> SessionStore:
    return SessionStore(store.session_key)


# The store


def test_a_copy_of_the_table_opens_no_session_and_shows_nothing_of_it() -> None:
    client = sign_in(person())
    row = session_of(client)
    assert key_of(client) not in row.session_key + row.session_data
    assert "_auth_user" not in row.session_data
    thief = Client()
    for stolen in (row.session_key, row.session_data[:32]):
        thief.cookies[settings.SESSION_COOKIE_NAME] = stolen
        assert not is_signed_in(thief)


def test_what_is_put_in_is_there_again() -> None:
    store = SessionStore()
    store["words"] = "für später"
    store.save()
    assert reload(store)["words"] == "für später"
    assert store.exists(store.session_key or "")
    assert not store.exists("a key that nobody has")
    store.delete()
    assert not reload(store).keys()


def test_a_new_key_keeps_what_is_there_and_ends_the_old_one() -> None:
    store = SessionStore()
    store["step"] = 2
    store.save()
    old = store.session_key
    store.cycle_key()
    store.save()
    assert store.session_key != old
    assert reload(store)["step"] == 2
    assert not SessionStore(old).keys()


def test_flushed_it_is_empty_and_gone() -> None:
    store = SessionStore()
    store["step"] = 2
    store.save()
    store.flush()
    assert store.is_empty()
    assert not Session.objects.exists()


def test_a_key_of_somebody_elses_making_is_not_taken_over() -> None:
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = "chosen-by-an-attacker-0123456789"
    sign_in(person(), client)
    assert key_of(client) != "chosen-by-an-attacker-0123456789"
    assert not Session.objects.filter(pk=digest("chosen-by-an-attacker-0123456789")).exists()


def test_what_no_key_can_read_is_an_empty_session(settings: LazySettings) -> None:
    client = sign_in(person())
    settings.ENCRYPTION_KEYS = ["another key"]
    assert client.get("/accounts/")["Location"].startswith(SIGN_IN)
    Session.objects.update(session_data="nonsense")
    assert client.get("/").status_code == 200


def test_a_key_that_was_put_second_still_reads(settings: LazySettings) -> None:
    client = sign_in(person())
    settings.ENCRYPTION_KEYS = ["a newer key", *settings.ENCRYPTION_KEYS]
    assert is_signed_in(client)


def test_a_session_that_was_ended_meanwhile_is_not_brought_back_by_saving() -> None:
    store = SessionStore()
    store["step"] = 2
    store.save()
    late = reload(store)
    late["step"] = 3
    store.flush()
    with pytest.raises(UpdateError):
        late.save()
    late.write_sign_of_life()
    assert not Session.objects.exists()


@pytest.mark.parametrize(
    ("method", "leads_to"), [("get", f"{SIGN_IN}?next=/queue/"), ("post", SIGN_IN)]
)
def test_signed_out_while_a_page_is_made_leads_to_sign_in(method: str, leads_to: str) -> None:
    client = sign_in(person())

    def page(request: HttpRequest) -> HttpResponse:
        request.session["step"] = 2
        Session.objects.all().delete()
        return HttpResponse("made")

    request = getattr(RequestFactory(), method)("/queue/")
    request.COOKIES[settings.SESSION_COOKIE_NAME] = key_of(client)
    response = SessionMiddleware(page)(request)
    assert (response.status_code, response["Location"]) == (302, leads_to)
    assert not Session.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_asynchronous_code_can_use_it_too() -> None:
    async def walk() -> list[object]:
        store = SessionStore()
        await store.aset("step", 2)
        await store.asave()
        key = store.session_key
        found = await SessionStore(key).aget("step")
        await store.acycle_key()
        still = await store.aexists(key or "")
        await store.aflush()
        await sync_to_async(connections.close_all)()
        return [found, still]

    assert asyncio.run(walk()) == [2, False]
    assert not Session.objects.exists()


# Beginning and ending


def test_the_cookie_is_for_this_browser_only_and_for_as_long_as_it_runs() -> None:
    cookies: SimpleCookie = sign_in(person()).cookies
    cookie = cookies[settings.SESSION_COOKIE_NAME]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert not cookie["expires"]
    assert not cookie["max-age"]
    assert not cookie["domain"]


def test_a_sign_in_begins_a_new_session_with_where_it_came_from() -> None:
    client = Client()
    client.get(SIGN_IN)
    anonymous = SessionStore()
    anonymous["step"] = 1
    anonymous.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = anonymous.session_key or ""
    user = person()
    sign_in(user, client)
    row = session_of(client)
    assert key_of(client) != anonymous.session_key
    assert not anonymous.exists(anonymous.session_key or "")
    assert (row.user, row.device, row.address) == (user, "Firefox on Windows", "127.0.0.1")


def test_signing_out_leaves_nothing_of_it() -> None:
    client = sign_in(person())
    key = key_of(client)
    client.post("/accounts/logout/")
    assert not Session.objects.filter(user__isnull=False).exists()
    client.cookies[settings.SESSION_COOKIE_NAME] = key
    assert not is_signed_in(client)


def test_a_changed_password_ends_the_other_sessions() -> None:
    user = person()
    here, there = sign_in(user), sign_in(user)
    since, key = session_of(here).created_at, key_of(here)
    new = "a new horse for the battery"
    typed = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    with time_machine.travel(timezone.now() + timedelta(minutes=3)):
        assert here.post("/accounts/password/change/", typed).status_code == 302
        assert is_signed_in(here)
        assert key_of(here) != key
        assert session_of(here).created_at == since, "a new key makes a session no younger"
        assert Session.objects.filter(user=user).count() == 1
        assert not is_signed_in(there)


def test_a_password_changed_by_other_means_ends_them_as_well() -> None:
    user = person()
    client = sign_in(user)
    user.set_password("a new horse for the battery")
    user.save(update_fields=["password"])
    assert not is_signed_in(client)


def test_idle_for_too_long() -> None:
    client = sign_in(person())
    with time_machine.travel(timezone.now() + timedelta(minutes=29)):
        assert is_signed_in(client)
    with time_machine.travel(timezone.now() + timedelta(minutes=58)):
        assert is_signed_in(client), "each page is a sign of life"
    with time_machine.travel(timezone.now() + timedelta(minutes=89)):
        assert not is_signed_in(client)


def test_after_the_longest_time_it_ends_however_busy(settings: LazySettings) -> None:
    settings.SESSION_LONGEST = timedelta(hours=1)
    client = sign_in(person())
    for minutes in (20, 40, 59):
        with time_machine.travel(timezone.now() + timedelta(minutes=minutes)):
            assert is_signed_in(client)
    with time_machine.travel(timezone.now() + timedelta(minutes=61)):
        assert not is_signed_in(client)


def test_a_sign_of_life_is_written_once_a_minute() -> None:
    client = sign_in(person())
    client.get("/help/")

    def writes(after: int) -> int:
        with (
            time_machine.travel(timezone.now() + timedelta(seconds=after)),
            CaptureQueriesContext(connection) as taken,
        ):
            client.get("/help/")
        return sum("UPDATE" in each["sql"] for each in taken.captured_queries)

    assert [writes(5), writes(59), writes(61), writes(62), writes(125)] == [0, 0, 1, 0, 1]


# The list


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
