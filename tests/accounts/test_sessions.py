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

from accounts.models import Session
from accounts.session_middleware import SessionMiddleware
from accounts.sessions import SessionStore, digest
from tests.accounts.signing_in import (
    PASSWORD,
    SIGN_IN,
    is_signed_in,
    key_of,
    person,
    session_of,
    sign_in,
)

pytestmark = pytest.mark.django_db


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
