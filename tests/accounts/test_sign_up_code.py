"""The code that ends a sign-up: wrong, old, lost, sent twice; and who was faster."""

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.conf import LazySettings, settings
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.test import Client

from accounts import sign_up
from accounts.models import OutgoingEmail, User
from tests.accounts.builders import PASSWORD, SIGN_UP, code_in, confirm_sign_up, newest_email
from tests.builders import person

CODE_PAGE = "/accounts/signup/code/"


def begin(client: Client, **typed: str) -> str:
    """The code that was emailed."""
    said = SIGN_UP | typed
    client.post("/accounts/signup/", said)
    return code_in(newest_email(said["email"]))


def try_code(client: Client, code: str) -> str:
    return str(client.post(CODE_PAGE, {"code": code}, follow=True).content.decode())


@pytest.mark.django_db
def test_it_may_be_typed_as_people_type(client: Client) -> None:
    code = begin(client)
    client.post(CODE_PAGE, {"code": f"  {code.lower().replace('-', ' ')} "})
    assert User.objects.exists()


@pytest.mark.django_db
def test_a_wrong_code(client: Client) -> None:
    begin(client)
    page = client.post(CODE_PAGE, {"code": "WRONG"})
    assert page.status_code == 200
    assert "This code is not right" in page.content.decode()
    assert not User.objects.exists()


@pytest.mark.django_db
def test_no_code(client: Client) -> None:
    begin(client)
    assert "Enter the code from the email." in try_code(client, "")


@pytest.mark.django_db
def test_after_five_wrong_ones_a_new_code_is_needed(client: Client) -> None:
    code = begin(client)
    for _ in range(sign_up.TRIES):
        assert "This code is not right" in try_code(client, "WRONG")
    assert "Too many wrong codes. Send a new code below." in try_code(client, code)
    assert not User.objects.exists()
    client.post(CODE_PAGE, {"action": "resend"})
    confirm_sign_up(client)
    assert User.objects.exists()


@pytest.mark.django_db
def test_tries_count_even_when_limits_are_switched_off(
    client: Client, settings: LazySettings
) -> None:
    settings.ACCOUNT_RATE_LIMITS = False
    code = begin(client)
    for _ in range(sign_up.TRIES):
        try_code(client, "WRONG")
    assert "Too many wrong codes." in try_code(client, code)


@pytest.mark.django_db
def test_a_new_code_replaces_the_old_one(client: Client) -> None:
    old = begin(client)
    page = client.post(CODE_PAGE, {"action": "resend"}, follow=True).content.decode()
    assert "We sent a new code. The old one no longer works." in page
    assert "This code is not right" in try_code(client, old)
    confirm_sign_up(client)
    assert User.objects.exists()


@pytest.mark.django_db
def test_new_codes_come_to_an_end(client: Client) -> None:
    begin(client)
    for _ in range(4):
        client.post(CODE_PAGE, {"action": "resend"})
    page = client.post(CODE_PAGE, {"action": "resend"}, follow=True).content.decode()
    assert "Type the one from the newest email." in page
    assert OutgoingEmail.objects.count() == 5
    # The newest one is as good as it was.
    confirm_sign_up(client)
    assert User.objects.exists()


@pytest.mark.django_db
def test_an_old_code(client: Client) -> None:
    with time_machine.travel(datetime(2026, 11, 2, 9, 0, tzinfo=UTC)) as clock:
        code = begin(client)
        clock.shift(timedelta(minutes=15, seconds=1))
        assert "This code is too old. Send a new code below." in try_code(client, code)
        # Coming back to the form with the same address sends another.
        assert begin(client) != code
        confirm_sign_up(client)
    assert User.objects.exists()


@pytest.mark.django_db
def test_what_was_typed_is_forgotten_after_an_hour(client: Client) -> None:
    with time_machine.travel(datetime(2026, 11, 2, 9, 0, tzinfo=UTC)) as clock:
        begin(client)
        clock.shift(timedelta(minutes=60, seconds=1))
        response = client.get(CODE_PAGE, follow=True)
        assert response.redirect_chain == [("/accounts/signup/", 302)]
        assert "patdoe77" not in response.content.decode()
        assert "sign_up" not in client.session


@pytest.mark.django_db
def test_another_browser_cannot_use_the_code(client: Client) -> None:
    code = begin(client)
    page = try_code(Client(), code)
    assert "There is nothing to confirm in this browser." in page
    assert not User.objects.exists()


@pytest.mark.django_db
def test_sent_twice_makes_one_account_and_both_get_in(client: Client) -> None:
    """The second click comes with the session as it was before the first was answered."""
    code = begin(client)
    kept = dict(client.session)
    assert client.post(CODE_PAGE, {"code": code})["Location"] == "/"
    again = Client()
    session = again.session
    session.update({sign_up.SESSION_KEY: kept[sign_up.SESSION_KEY]})
    session.save()
    again.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    assert again.post(CODE_PAGE, {"code": code})["Location"] == "/"
    assert again.session["_auth_user_id"] == client.session["_auth_user_id"]
    assert User.objects.count() == 1
    assert OutgoingEmail.objects.filter(subject="Your account is ready").count() == 1


@pytest.mark.django_db
def test_the_slower_of_two_chooses_another_user_id_and_loses_nothing(client: Client) -> None:
    begin(client)
    faster = Client()
    begin(faster, email="sam@sunny-hill.example", full_name="Sam Roe")
    confirm_sign_up(faster, "sam@sunny-hill.example")

    back = client.post(CODE_PAGE, {"code": code_in(newest_email())}, follow=True)
    assert back.redirect_chain == [("/accounts/signup/", 302)]
    said = back.content.decode()
    assert "patdoe77 can no longer be had. This User ID is taken." in said
    assert 'value="pat@sunny-hill.example"' in said
    assert 'value="Pat Doe"' in said

    client.post("/accounts/signup/", SIGN_UP | {"username": "patdoe78"})
    # Their address is proven by the code they have: no second email, the same code.
    confirm_sign_up(client)
    assert set(User.objects.values_list("username", flat=True)) == {"patdoe77", "patdoe78"}


@pytest.mark.django_db
def test_a_name_that_became_a_providers_meanwhile(client: Client, settings: LazySettings) -> None:
    begin(client)
    settings.USER_ID_VALIDATORS = [f"{__name__}.refuse_everything"]
    page = try_code(client, code_in(newest_email()))
    assert "can no longer be had. This is the name of a provider." in page
    assert not User.objects.exists()


def refuse_everything(user_id: str) -> None:
    raise ValidationError("This is the name of a provider.")


@pytest.mark.django_db
def test_the_address_was_verified_by_another_account_meanwhile(client: Client) -> None:
    code = begin(client)
    person("already1", email=SIGN_UP["email"])
    response = client.post(CODE_PAGE, {"code": code}, follow=True)
    assert response.redirect_chain == [("/accounts/login/", 302)]
    page = response.content.decode()
    assert "An account with your address has been created meanwhile." in page
    assert "already1" not in page
    assert User.objects.get().username == "already1"
    assert "sign_up" not in client.session


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("other_user_id", "other_email", "leads_to"),
    [
        ("patdoe77", "sam@sunny-hill.example", "/accounts/signup/"),
        ("samroe88", "pat@sunny-hill.example", "/accounts/login/"),
    ],
    ids=["the User ID", "the address"],
)
def test_the_constraint_decides_between_two_at_the_same_moment(
    client: Client, other_user_id: str, other_email: str, leads_to: str
) -> None:
    """The other one's transaction is open: nothing to be seen, and the insert waits for it."""
    code = begin(client)
    answers: list[Any] = []

    def confirm() -> None:
        answers.append(client.post(CODE_PAGE, {"code": code}))
        connection.close()

    with transaction.atomic():
        user = User.objects.create(username=other_user_id, email="elsewhere@sunny-hill.example")
        EmailAddress.objects.create(user=user, email=other_email, verified=True, primary=True)
        thread = threading.Thread(target=confirm)
        thread.start()
        wait_until_somebody_waits()
        assert not answers
    thread.join(timeout=10)
    assert answers[0]["Location"] == leads_to
    assert User.objects.get().username == other_user_id


def wait_until_somebody_waits() -> None:
    """For a lock, in the database: asked on this connection, whose transaction they wait for."""
    for _ in range(200):
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
            cursor.execute("SELECT pg_sleep(0.02)")
    raise AssertionError("nobody waits")


@pytest.mark.django_db
def test_the_account_can_sign_in_afterwards(client: Client) -> None:
    begin(client)
    confirm_sign_up(client)
    client.post("/accounts/logout/")
    response = client.post("/accounts/login/", {"login": "PatDoe77", "password": PASSWORD})
    assert response["Location"] == "/"
