"""Changing one's factors: never down to none, nothing in clear, and everything in the trail."""

from __future__ import annotations

import json
import threading
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEvent, Notice, User
from tests import builders as make
from tests.accounts import factors

pytestmark = pytest.mark.django_db

REMOVE_APP = "/accounts/2fa/totp/deactivate/"
REPLACE = "/accounts/2fa/totp/replace/"
MAKE_CODES = "/accounts/2fa/recovery-codes/generate/"


@pytest.fixture
def pat() -> User:
    return factors.with_password(make.person("patdoe77"))


@pytest.fixture
def app(pat: User) -> factors.App:
    return factors.with_app(pat)


@pytest.fixture
def inside(client: Client, pat: User, app: factors.App) -> Client:
    factors.sign_in(client, pat, app.code(-1))
    return client


def remove_key(passkey: Authenticator) -> str:
    return reverse("mfa_remove_webauthn", args=[passkey.pk])


def trail(person: User) -> list[tuple[str, Any]]:
    lines = AuditEvent.objects.filter(person=person).exclude(type="signed_in").order_by("id")
    return [(each.type, each.details.get("kind")) for each in lines]


def test_the_only_one_cannot_be_removed(inside: Client, pat: User) -> None:
    assert REMOVE_APP not in inside.get("/accounts/2fa/").content.decode()
    for answer in (inside.get(REMOVE_APP), inside.post(REMOVE_APP)):
        assert "Add another first" in answer.content.decode()
    assert answer.status_code == 409
    assert factors.types_of(pat) == {"totp", "recovery_codes"}
    assert trail(pat) == []


def test_nor_can_a_passkey_that_is_the_only_one(inside: Client, pat: User) -> None:
    passkey = factors.with_passkey(pat)
    assert inside.post(REMOVE_APP)["Location"] == "/accounts/2fa/"
    assert inside.post(remove_key(passkey)).status_code == 409
    assert factors.types_of(pat) == {"webauthn", "recovery_codes"}


def test_one_of_two_can(inside: Client, pat: User) -> None:
    passkey = factors.with_passkey(pat, "Old laptop")
    assert "Old laptop" in inside.get(remove_key(passkey)).content.decode()
    inside.post(remove_key(passkey))
    assert factors.types_of(pat) == {"totp", "recovery_codes"}
    assert trail(pat) == [("second_factor_removed", "webauthn")]
    assert Notice.objects.filter(recipient=pat, kind="factor_removed").count() == 1


def test_nobody_touches_another_persons(inside: Client) -> None:
    theirs = factors.with_passkey(make.person())
    factors.with_passkey(theirs.user)
    for path in (remove_key(theirs), reverse("mfa_edit_webauthn", args=[theirs.pk])):
        assert inside.get(path).status_code == 404
        assert inside.post(path, {"name": "Mine"}).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_two_pages_at_once_do_not_remove_both(inside: Client, pat: User) -> None:
    """The second waits for the first, and then finds the last one."""
    passkey = factors.with_passkey(pat)
    session = inside.cookies
    answers: list[int] = []

    def remove_the_other() -> None:
        other = Client()
        other.cookies = session
        try:
            answers.append(other.post(remove_key(passkey)).status_code)
        finally:
            connection.close()

    with transaction.atomic():
        assert inside.post(REMOVE_APP).status_code == 302
        thread = threading.Thread(target=remove_the_other)
        thread.start()
        thread.join(timeout=1)
        assert thread.is_alive(), "it did not wait for the person's lock"
    thread.join(timeout=10)
    assert answers == [409]
    assert factors.types_of(pat) == {"webauthn", "recovery_codes"}


def test_moving_to_a_new_phone_is_one_step(inside: Client, pat: User, app: factors.App) -> None:
    new = factors.key_on(inside.get(REPLACE))
    assert new.key != app.key
    assert "not right" in inside.post(REPLACE, {"code": "000000"}).content.decode()
    assert factors.types_of(pat) == {"totp", "recovery_codes"}
    assert inside.post(REPLACE, {"code": new.code()})["Location"] == "/accounts/2fa/"
    assert trail(pat) == [("second_factor_replaced", "totp")]
    old = Client()
    factors.sign_in(old, pat, app.code(1))
    assert not factors.is_signed_in(old)
    factors.sign_in(old, pat, new.code(1))
    assert factors.is_signed_in(old)


def sessions_of_two(pat: User) -> tuple[Client, Client]:
    """A thief's, with the factor that is to go, and a stranger's own."""
    thief, stranger = Client(), Client()
    thief.force_login(pat)
    stranger.force_login(make.person())
    assert thief.get("/accounts/").status_code == 200
    return thief, stranger


@pytest.mark.parametrize("step", ["remove", "replace", "codes"])
def test_whoever_is_signed_in_elsewhere_is_not_any_more(
    inside: Client, pat: User, step: str
) -> None:
    stolen = factors.with_passkey(pat, "Stolen phone")
    thief, stranger = sessions_of_two(pat)
    if step == "remove":
        inside.post(remove_key(stolen))
    elif step == "replace":
        inside.post(REPLACE, {"code": factors.key_on(inside.get(REPLACE)).code()})
    else:
        inside.post(MAKE_CODES)
    assert thief.get("/accounts/2fa/")["Location"].startswith("/accounts/login/")
    assert thief.post("/accounts/profile/", {"full_name": "Thief"})["Location"].startswith(
        "/accounts/login/"
    )
    assert stranger.get("/accounts/").status_code == 200
    assert inside.get("/accounts/").status_code == 200
    assert "You were signed out everywhere else." in Notice.objects.get(recipient=pat).body
    [line] = AuditEvent.objects.filter(type="sessions_ended", person=pat)
    assert line.details == {"number": 1}


def test_a_new_name_signs_nobody_out(inside: Client, pat: User) -> None:
    passkey = factors.with_passkey(pat)
    elsewhere, _ = sessions_of_two(pat)
    inside.post(reverse("mfa_edit_webauthn", args=[passkey.pk]), {"name": "Desk"})
    assert elsewhere.get("/accounts/").status_code == 200


def test_who_was_signed_in_nowhere_else_reads_nothing_of_it(inside: Client, pat: User) -> None:
    inside.post(remove_key(factors.with_passkey(pat)))
    assert "signed out" not in Notice.objects.get(recipient=pat, kind="factor_removed").body
    assert trail(pat) == [("second_factor_removed", "webauthn")]


def test_looking_again_does_not_change_the_key(inside: Client) -> None:
    """Somebody who scanned the picture and reloads the page has not scanned in vain."""
    first, second = (factors.key_on(inside.get(REPLACE)) for _ in range(2))
    assert first.key == second.key
    inside.post(REPLACE, {"code": first.code()})
    assert factors.key_on(inside.get(REPLACE)).key != first.key


def test_the_code_that_set_it_up_does_not_sign_in(client: Client, pat: User) -> None:
    factors.sign_in(client, pat)
    new = factors.key_on(client.get("/accounts/2fa/totp/activate/"))
    code = new.code()
    client.post("/accounts/2fa/totp/activate/", {"code": code})
    other = Client()
    assert "used already" in factors.sign_in(other, pat, code).content.decode()


def test_a_second_app_is_a_move(inside: Client) -> None:
    assert inside.get("/accounts/2fa/totp/activate/")["Location"] == REPLACE


def test_new_recovery_codes_void_the_old(inside: Client, pat: User) -> None:
    old = factors.recovery_codes_of(pat)
    make_new = "/accounts/2fa/recovery-codes/generate/"
    assert "The 10 you still have no longer work." in inside.get(make_new).content.decode()
    assert inside.post(make_new)["Location"] == "/accounts/2fa/recovery-codes/"
    new = factors.recovery_codes_of(pat)
    assert len(set(new) - set(old)) == 10
    page = inside.get("/accounts/2fa/recovery-codes/").content.decode()
    assert f"{new[0][:4]} {new[0][4:]}" in page
    file = inside.get("/accounts/2fa/recovery-codes/download/")
    assert file["Content-Disposition"].startswith("attachment")
    assert f"{new[9][:4]} {new[9][4:]}\n" in file.content.decode()
    assert ("recovery_codes_made", None) in trail(pat)
    assert "not right" in factors.sign_in(Client(), pat, old[0]).content.decode()


def test_codes_are_not_left_on_a_shared_computer(inside: Client) -> None:
    for path in ("/accounts/2fa/recovery-codes/", "/accounts/2fa/recovery-codes/download/"):
        assert "no-store" in inside.get(path)["Cache-Control"]


def test_a_quarter_of_an_hour_later_the_factor_is_asked_for(
    inside: Client, app: factors.App
) -> None:
    session = inside.session
    records = session["account_authentication_methods"]
    session["account_authentication_methods"] = [{**r, "at": r["at"] - 901} for r in records]
    session.save()
    show = inside.get("/accounts/2fa/recovery-codes/")["Location"]
    assert show.startswith("/accounts/2fa/reauthenticate/")
    assert "must be you" in inside.get(show).content.decode()
    assert inside.post(show, {"code": app.code()})["Location"] == "/accounts/2fa/recovery-codes/"


def test_a_passkey_is_named(inside: Client, pat: User) -> None:
    passkey = factors.with_passkey(pat)
    path = reverse("mfa_edit_webauthn", args=[passkey.pk])
    assert "Enter a name" in inside.post(path, {"name": " "}).content.decode()
    inside.post(path, {"name": "Ward 3 <b>desk</b>"})
    assert "Ward 3 &lt;b&gt;desk&lt;/b&gt;" in inside.get("/accounts/2fa/").content.decode()


def test_a_copy_of_the_table_shows_no_secret(pat: User, app: factors.App) -> None:
    stored = json.dumps(list(Authenticator.objects.values_list("data", flat=True)))
    assert app.key not in stored
    for code in factors.recovery_codes_of(pat):
        assert code not in stored
