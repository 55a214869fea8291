"""Who waits after wrong tries, and who does not."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from devtools.sockets import free_port
from django.core.cache import cache, caches
from django.test import Client

from accounts import throttle
from accounts.models import AuditEvent, User
from iqies_portal.cache import SturdyRedisCache
from tests.accounts import factors
from tests.accounts.builders import PASSWORD, code_in, newest_email
from tests.builders import person

pytestmark = pytest.mark.django_db

HERE, ELSEWHERE = "198.51.100.7", "203.0.113.9"
SAID = "Too many wrong tries from this place"


@pytest.fixture
def pat() -> User:
    return factors.with_password(person("patdoe77", email="pat@sunny-hill.example"))


def post(client: Client, login: str, password: str, address: str = HERE) -> Any:
    typed = {"login": login, "password": password}
    return client.post("/accounts/login/", typed, REMOTE_ADDR=address)


def be_wrong(login: str = "patdoe77", times: int = 5, address: str = HERE) -> list[int]:
    return [post(Client(), login, "x", address).status_code for _ in range(times)]


def test_five_wrong_tries_and_then_one_waits_there(pat: User) -> None:
    assert be_wrong(times=6) == [200] * 5 + [429]
    page = post(Client(), "patdoe77", PASSWORD)
    assert SAID in page.content.decode()
    assert "Wait 5 minutes" in page.content.decode()
    assert 0 < int(page["Retry-After"]) <= 300
    assert post(Client(), "patdoe77", PASSWORD, ELSEWHERE).status_code == 302


def test_a_user_id_that_nobody_has_is_counted_alike(pat: User) -> None:
    assert be_wrong("nobody77", 7) == be_wrong("patdoe77", 7)


def test_capitals_and_spaces_buy_no_tries(pat: User) -> None:
    spelled = ["patdoe77", "PATDOE77", " patdoe77 ", "PatDoe77", "patdoe77"]
    assert [post(Client(), each, "x").status_code for each in spelled] == [200] * 5
    assert post(Client(), "pATDOE77", "x").status_code == 429


def test_the_right_password_forgives_what_was_wrong_there(pat: User) -> None:
    be_wrong(times=4)
    assert post(Client(), "patdoe77", PASSWORD).status_code == 302
    assert be_wrong(times=6) == [200] * 5 + [429]


def test_ones_own_account_buys_no_guesses_at_others(
    pat: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = replace(throttle.PASSWORD, at_address=((6, 600),))
    monkeypatch.setattr(throttle, "PASSWORD", few)
    for number in range(3):
        be_wrong(f"person{number}x", 2)
        assert post(Client(), "patdoe77", PASSWORD).status_code == (429 if number == 2 else 302)


def test_a_spray_over_many_accounts_is_short(pat: User) -> None:
    statuses = [be_wrong(f"person{number}x", 1)[0] for number in range(70)]
    assert Counter(statuses) == {200: 60, 429: 10}
    assert post(Client(), "patdoe77", PASSWORD, ELSEWHERE).status_code == 302


def test_waiting_grows(pat: User) -> None:
    """The same place comes back each time the five minutes are over."""
    waits = []
    for _ in range(4):
        be_wrong(times=5)
        waits.append(int(post(Client(), "patdoe77", "x")["Retry-After"]))
        forget_the_shortest()
    assert waits[0] <= 300
    assert 300 < waits[-1] <= 3600


def forget_the_shortest() -> None:
    redis = caches["default"]._cache.get_client()  # type: ignore[attr-defined]
    for key in list(redis.scan_iter("*throttle:password:*:300")):
        redis.delete(key)


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:198.51.100.7", "198.51.100.7", True),
        ("::ffff:198.51.100.7", "::ffff:198.51.100.8", False),
    ],
)
def test_what_is_one_place(pat: User, one: str, other: str, is_same: bool) -> None:
    be_wrong(times=6, address=one)
    assert be_wrong(times=1, address=other) == [429 if is_same else 200]


def test_a_spray_from_all_networks_of_one_customer_is_short(pat: User) -> None:
    statuses = [
        be_wrong(f"person{number}x", 1, f"2001:db8:1:{number * 200:x}::1")[0]
        for number in range(200)
    ]
    assert Counter(statuses) == {200: 180, 429: 20}
    assert post(Client(), "patdoe77", PASSWORD, "2001:db8:2::1").status_code == 302


def test_a_browser_that_signed_in_before_is_a_place_of_its_own(pat: User) -> None:
    known = Client()
    post(known, "patdoe77", PASSWORD)
    known.post("/accounts/logout/")
    be_wrong(times=6)
    assert post(known, "patdoe77", "x").status_code == 200
    assert post(known, "patdoe77", PASSWORD).status_code == 302


def test_also_where_the_whole_address_has_to_wait(pat: User) -> None:
    known = Client()
    post(known, "patdoe77", PASSWORD)
    known.post("/accounts/logout/")
    for number in range(61):
        be_wrong(f"person{number}x", 1)
    assert post(known, "patdoe77", PASSWORD).status_code == 302


def test_a_known_browser_is_limited_too_and_for_its_account_alone(pat: User) -> None:
    factors.with_password(person("samroe88"))
    known = Client()
    post(known, "patdoe77", PASSWORD)
    known.post("/accounts/logout/")
    assert [post(known, "patdoe77", "x").status_code for _ in range(6)] == [200] * 5 + [429]
    be_wrong("samroe88", 6)
    assert post(known, "samroe88", PASSWORD).status_code == 429


@pytest.mark.parametrize("forged", ["", "x", "a" * 22, "a" * 22 + "." + "0" * 22, "é." * 50])
def test_a_forged_cookie_knows_nobody(pat: User, forged: str) -> None:
    be_wrong(times=6)
    client = Client()
    client.cookies["known_device"] = forged
    assert post(client, "patdoe77", PASSWORD).status_code == 429


def test_at_a_shared_computer_everybody_is_known(pat: User) -> None:
    sam = factors.with_password(person("samroe88"))
    shared = Client()
    for user in (pat, sam):
        post(shared, user.username, PASSWORD)
        shared.post("/accounts/logout/")
    for user in (pat, sam):
        be_wrong(user.username, 6)
        assert post(shared, user.username, PASSWORD).status_code == 302
        shared.post("/accounts/logout/")
    cookie = shared.cookies["known_device"]
    assert cookie["httponly"]
    assert "patdoe77" not in cookie.value


def test_what_the_service_center_sees_and_undoes(pat: User) -> None:
    assert not throttle.is_held_up(pat)
    be_wrong(times=6)
    assert throttle.is_held_up(pat)
    throttle.unlock(pat)
    assert not throttle.is_held_up(pat)
    assert post(Client(), "patdoe77", PASSWORD).status_code == 302
    be_wrong(times=6)
    throttle.unlock(pat)
    assert be_wrong(times=6) == [200] * 5 + [429]


def test_whoever_sits_at_the_computer_cannot_guess_the_password_there(pat: User) -> None:
    client = Client()
    post(client, "patdoe77", PASSWORD)
    typed = {"oldpassword": "x", "password1": "another horse of mine"}
    pages = [client.post("/accounts/password/change/", typed) for _ in range(6)]
    assert SAID in pages[-1].content.decode()
    assert [page.status_code for page in pages] == [200] * 5 + [429]
    again = client.post("/accounts/reauthenticate/", {"password": PASSWORD, "next": "/"})
    assert SAID in again.content.decode()


def test_after_a_reset_this_browser_is_heard_whatever_happens_elsewhere(
    pat: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So many have guessed at the factor that new places are not heard at all."""
    full = replace(throttle.FACTOR, most=((0, 3600),))
    monkeypatch.setattr(throttle, "FACTOR", full)
    app = factors.with_app(pat)
    client = Client()
    page = factors.sign_in(client, pat, app.code()).content.decode()
    assert "from many places" in page
    client.post("/accounts/password/reset/", {"email": pat.email})
    code = {"code": code_in(newest_email(pat.email))}
    client.post("/accounts/password/reset/confirm/", code)
    client.post("/accounts/password/reset/complete/", {"password1": "a new horse for the battery"})
    # The new password alone is not enough.
    assert not factors.is_signed_in(client)
    post(client, "patdoe77", "a new horse for the battery")
    assert not factors.is_signed_in(client)
    client.post("/accounts/2fa/authenticate/", {"code": app.code()})
    assert factors.is_signed_in(client)


def test_ones_own_wrong_codes_alarm_nobody(pat: User) -> None:
    app = factors.with_app(pat)
    client = Client()
    factors.sign_in(client, pat, app.fresh_code())
    client.post("/accounts/logout/")
    for _ in range(12):
        throttle.unlock(pat)
        factors.sign_in(client, pat, "000000")
    assert not AuditEvent.objects.filter(type="wrong_codes_told").exists()


def test_at_once_is_not_more(pat: User) -> None:
    """Forty threads, a thousand tries."""
    allowed: list[int | None] = []

    def take() -> None:
        for _ in range(25):
            full, _wait = throttle.counters.take([("at-once:a", 7, 60), ("at-once:b", 500, 60)])
            allowed.append(full)

    threads = [threading.Thread(target=take) for _ in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Counter(allowed) == {None: 7, 0: 993}
    # What was refused by one is counted by none.
    assert cache.get("at-once:b") == 7


@pytest.mark.parametrize("is_redis_down", [False, True])
def test_counters(is_redis_down: bool) -> None:
    counters = caches["default"]
    if is_redis_down:
        counters = SturdyRedisCache(f"redis://127.0.0.1:{free_port()}/0", {})
        counters._own.clear()
    two = [("a", 2, 60), ("b", 5, 60)]
    assert [counters.take(two)[0] for _ in range(3)] == [None, None, 0]  # type: ignore[attr-defined]
    full, wait = counters.take([("b", 2, 60)])  # type: ignore[attr-defined]
    assert full == 0
    assert 55 < wait <= 60
    counters.give_back(["a"])  # type: ignore[attr-defined]
    assert counters.take([("a", 2, 60)])[0] is None  # type: ignore[attr-defined]
    assert counters.take([("a", 2, 60)])[0] == 0  # type: ignore[attr-defined]
    counters.give_back(["a", "c"], empty=["b"])  # type: ignore[attr-defined]
    assert counters.take([("c", 1, 60), ("b", 1, 60)])[0] is None  # type: ignore[attr-defined]


def test_without_redis_the_limits_hold(pat: User, monkeypatch: pytest.MonkeyPatch) -> None:
    absent = SturdyRedisCache(f"redis://127.0.0.1:{free_port()}/0", {})
    absent._own.clear()
    for name in ("_cache", "_own", "_ask_again_at"):
        monkeypatch.setattr(caches["default"], name, getattr(absent, name))
    assert be_wrong(times=6) == [200] * 5 + [429]
    assert post(Client(), "patdoe77", PASSWORD, ELSEWHERE).status_code == 302
