"""With Redis away the portal goes on, and its limits with it."""

from __future__ import annotations

import socket
import time

import pytest
from devtools.sockets import free_port
from django.conf import settings
from django.core.cache import cache, caches
from django.test import Client
from django.urls import reverse

from iqies_portal.cache import SturdyRedisCache
from tests import builders as make


def cache_at(port: int) -> SturdyRedisCache:
    params = {"OPTIONS": settings.CACHES["default"]["OPTIONS"]}
    made = SturdyRedisCache(f"redis://127.0.0.1:{port}/0", params)
    made._own.clear()
    return made


@pytest.fixture
def absent() -> SturdyRedisCache:
    return cache_at(free_port())


def test_the_portal_uses_it_with_a_real_redis() -> None:
    cache.set("sturdy", 1, 10)
    assert cache.incr("sturdy") == 2
    assert cache.get("sturdy") == 2


def test_everything_the_limits_need_works_without_redis(absent: SturdyRedisCache) -> None:
    absent.set("a", 1)
    assert absent.add("a", 2) is False
    assert absent.incr("a") == 2
    absent.set_many({"b": 3})
    assert absent.get_many(["a", "b"]) == {"a": 2, "b": 3}
    assert absent.has_key("a")
    assert absent.touch("a", 10)
    assert absent.delete("a")
    absent.delete_many(["b"])
    assert absent.get("b") is None
    absent.clear()


def test_a_silent_redis_is_waited_for_once(caplog: pytest.LogCaptureFixture) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        silent = cache_at(listener.getsockname()[1])
        started = time.perf_counter()
        for number in range(20):
            silent.set(str(number), number)
    assert time.perf_counter() - started < 1.5
    assert [record.message for record in caplog.records] == ["the cache is down"]


def test_junk_pushes_no_count_out(absent: SturdyRedisCache) -> None:
    limit = ("right-before", 5, 3600)
    for _ in range(5):
        assert absent.take([limit])[0] is None
    for number in range(20_000):
        absent.set(f"junk-{number}", 1)
    assert absent.take([limit])[0] == 0


def test_a_full_memory_forgets_a_little_and_what_was_longest_unused(
    absent: SturdyRedisCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(absent._own, "_max_entries", 1000)
    for number in range(1000):
        absent.set(f"junk-{number}", 1)
    absent.take([("one", 1, 3600)])
    assert len(absent._own._cache) == 991  # type: ignore[attr-defined]
    assert absent.take([("one", 1, 3600)])[0] == 0
    assert absent.get("junk-0") is None


@pytest.fixture
def redis_down(monkeypatch: pytest.MonkeyPatch, absent: SturdyRedisCache) -> None:
    for name in ("_cache", "_own", "_ask_again_at"):
        monkeypatch.setattr(caches["default"], name, getattr(absent, name))


@pytest.mark.django_db
def test_people_sign_in_without_redis(redis_down: None, client: Client) -> None:
    person = make.person()
    person.set_password("a long enough password")
    person.save()
    answer = client.post(
        reverse("account_login"),
        {"login": person.username, "password": "a long enough password"},
    )
    assert answer.status_code == 302
    assert answer["Location"] == "/"
