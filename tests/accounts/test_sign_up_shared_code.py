"""Many sign-ups with one address: its mailbox is not flooded, and its owner gets in."""

from datetime import UTC, datetime

import pytest
import redis
import time_machine
from django.test import Client

from accounts import sign_up, throttle
from accounts.models import OutgoingEmail, User
from tests.accounts.builders import SIGN_UP, code_in, confirm_sign_up, newest_email

pytestmark = pytest.mark.django_db

CODE_PAGE = "/accounts/signup/code/"


def begin(client: Client) -> None:
    client.post("/accounts/signup/", SIGN_UP)


def try_code(client: Client, code: str) -> str:
    return str(client.post(CODE_PAGE, {"code": code}, follow=True).content.decode())


def test_a_stranger_who_asks_first_keeps_nobody_out(client: Client) -> None:
    """They ask as often as anybody may; the newcomer shares the newest code, and makes an account
    of their own with it."""
    strangers = [Client(REMOTE_ADDR=f"198.51.100.{number}") for number in range(12)]
    for number, stranger in enumerate(strangers):
        stranger.post("/accounts/signup/", SIGN_UP | {"username": f"squatter{number}"})
    assert OutgoingEmail.objects.count() == 5
    answer = client.post("/accounts/signup/", SIGN_UP)
    assert answer["Location"] == CODE_PAGE
    assert OutgoingEmail.objects.count() == 5
    confirm_sign_up(client)
    assert User.objects.get().username == SIGN_UP["username"]
    for stranger in strangers:
        stranger.post(CODE_PAGE, {"code": "BBBB-BBBB"})
    assert User.objects.count() == 1


def test_a_stranger_who_asks_later_makes_no_code_worthless_for_good(client: Client) -> None:
    """The newest email has their code; the newcomer's next click takes it over."""
    begin(client)
    stranger = Client(REMOTE_ADDR="198.51.100.7")
    stranger.post("/accounts/signup/", SIGN_UP | {"username": "squatter1"})
    for _ in range(4):
        stranger.post(CODE_PAGE, {"action": "resend"})
    newest = code_in(newest_email())
    assert "This code is not right" in try_code(client, newest)
    client.post(CODE_PAGE, {"action": "resend"})
    try_code(client, newest)
    assert User.objects.get().username == SIGN_UP["username"]


def test_a_shared_code_is_not_guessed_at_by_many_sign_ups() -> None:
    said = []
    for number in range(5):
        guesser = Client()
        guesser.post("/accounts/signup/", SIGN_UP | {"username": f"squatter{number}"})
        said += [try_code(guesser, "BBBB-BBBB") for _ in range(sign_up.TRIES)]
    judged = [page for page in said if "This code is not right" in page]
    assert len(judged) == throttle.MAILED_CODE.at_place[-1][0] == 8
    assert "Too many wrong codes from this place." in said[-1]


def test_the_same_code_again_brings_no_new_tries(client: Client) -> None:
    begin(client)
    for _ in range(4):
        client.post(CODE_PAGE, {"action": "resend"})
    name = client.session[sign_up.SESSION_KEY]["code_name"]
    client.post(CODE_PAGE, {"action": "resend"})
    assert client.session[sign_up.SESSION_KEY]["code_name"] == name


def test_a_mailbox_gets_few_codes_in_a_day(client: Client, redis_client: redis.Redis) -> None:
    with time_machine.travel(datetime(2026, 11, 2, 9, 0, tzinfo=UTC), tick=False):
        begin(client)
        for _ in range(40):
            client.post(CODE_PAGE, {"action": "resend"})
            for key in redis_client.scan_iter(":1:sign-up-code:*:sent:600"):
                redis_client.delete(key)
    assert OutgoingEmail.objects.count() == 10 + 1
