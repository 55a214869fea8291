"""Forgotten passwords and User IDs. Whoever asks reads the same, whoever they are (rule 7)."""

from datetime import UTC, datetime
from typing import Any

import pytest
import redis
import time_machine
from allauth.account.models import EmailAddress
from django.test import Client

from accounts.models import AuditEvent, OutgoingEmail, User
from tests.accounts.builders import PASSWORD, code_in, newest_email
from tests.builders import person

pytestmark = pytest.mark.django_db

EMAIL = "pat@sunny-hill.example"
NEW = "a new horse for the battery"


@pytest.fixture
def pat() -> User:
    user = person("patdoe77", email=EMAIL)
    user.set_password(PASSWORD)
    user.save()
    return user


def ask_for_code(client: Client, email: str = EMAIL) -> Any:
    return client.post("/accounts/password/reset/", {"email": email}, follow=True)


def test_a_new_password_by_code(client: Client, pat: User) -> None:
    ask_for_code(client)
    assert newest_email().holds_secret
    client.post("/accounts/password/reset/confirm/", {"code": code_in(newest_email())})
    client.post("/accounts/password/reset/complete/", {"password1": NEW})
    pat.refresh_from_db()
    assert pat.check_password(NEW)
    assert "Your password was changed" in newest_email().subject
    assert AuditEvent.objects.get().type == "password_reset"


def test_the_new_password_is_judged_by_the_account_too(client: Client, pat: User) -> None:
    ask_for_code(client)
    client.post("/accounts/password/reset/confirm/", {"code": code_in(newest_email())})
    page = client.post("/accounts/password/reset/complete/", {"password1": "patdoe77 and horses"})
    assert "must not contain your User ID" in page.content.decode()


def test_a_wrong_code_opens_nothing(client: Client, pat: User) -> None:
    ask_for_code(client)
    page = client.post("/accounts/password/reset/confirm/", {"code": "WRONG"})
    assert "This code is not right" in page.content.decode()
    assert client.get("/accounts/password/reset/complete/").status_code == 302


def test_whoever_is_wrong_too_often_begins_again_where_a_code_is_asked_for(
    client: Client, pat: User
) -> None:
    ask_for_code(client)
    confirm = "/accounts/password/reset/confirm/"
    for _ in range(4):
        assert client.post(confirm, {"code": "BBBB-BBBB"}).status_code == 200
    page = client.post(confirm, {"code": "BBBB-BBBB"}, follow=True)
    assert page.redirect_chain[-1][0] == "/accounts/password/reset/"
    assert "wrong too often. Begin again here" in page.content.decode()


def test_a_stranger_cannot_tell_which_addresses_have_accounts(client: Client, pat: User) -> None:
    known, unknown = ask_for_code(client), ask_for_code(Client(), "sam@sunny-hill.example")
    assert known.redirect_chain == unknown.redirect_chain
    assert OutgoingEmail.objects.count() == 1


def test_the_user_id_goes_to_its_address(client: Client, pat: User) -> None:
    page = client.post("/accounts/user-id/forgotten/", {"email": EMAIL.upper()})
    assert "patdoe77" not in page.content.decode()
    assert "Your User ID: patdoe77" in newest_email().body_text


def test_the_answer_is_the_same_for_an_unknown_address(client: Client, pat: User) -> None:
    known = client.post("/accounts/user-id/forgotten/", {"email": EMAIL})
    unknown = client.post("/accounts/user-id/forgotten/", {"email": "sam@sunny-hill.example"})
    assert known.content.decode().replace("pat@", "sam@") == unknown.content.decode()
    assert OutgoingEmail.objects.count() == 1


def test_no_mailbox_is_flooded(client: Client, pat: User) -> None:
    """And nobody is refused because a stranger asked before them."""
    with time_machine.travel(datetime(2026, 11, 2, 9, 0, tzinfo=UTC)):
        pages = [ask_for_user_id(f"198.51.100.{number}") for number in range(5)]
    assert {(page.status_code, page.content) for page in pages} == {(200, pages[0].content)}
    assert OutgoingEmail.objects.count() == 3


def test_nor_over_a_day(pat: User, redis_client: redis.Redis) -> None:
    for number in range(20):
        assert ask_for_user_id(f"198.51.100.{number}").status_code == 200
        for key in redis_client.scan_iter(":1:user-ids-sent:*:600"):
            redis_client.delete(key)
    assert OutgoingEmail.objects.count() == 6


def ask_for_user_id(address: str) -> Any:
    typed = {"email": EMAIL}
    return Client().post("/accounts/user-id/forgotten/", typed, REMOTE_ADDR=address)


def test_one_address_may_not_ask_for_many(client: Client) -> None:
    path = "/accounts/user-id/forgotten/"
    statuses = [
        client.post(path, {"email": f"p{number}@sunny-hill.example"}).status_code
        for number in range(11)
    ]
    assert statuses == [200] * 10 + [429]


def test_a_closed_account_gets_nothing(client: Client, pat: User) -> None:
    User.objects.update(is_active=False)
    client.post("/accounts/user-id/forgotten/", {"email": EMAIL})
    ask_for_code(client)
    assert not OutgoingEmail.objects.exists()


def test_an_address_that_was_only_typed_gets_nobodys_user_id(client: Client, pat: User) -> None:
    EmailAddress.objects.update(verified=False)
    client.post("/accounts/user-id/forgotten/", {"email": EMAIL})
    assert not OutgoingEmail.objects.exists()


def test_who_never_verified_gets_in_by_a_new_password(client: Client, pat: User) -> None:
    EmailAddress.objects.update(verified=False)
    ask_for_code(client)
    client.post("/accounts/password/reset/confirm/", {"code": code_in(newest_email())})
    client.post("/accounts/password/reset/complete/", {"password1": NEW})
    client.post("/accounts/user-id/forgotten/", {"email": EMAIL})
    assert "Your User ID: patdoe77" in newest_email().body_text
