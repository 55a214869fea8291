"""None of the last six passwords, by whichever page a new one is chosen."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.test import Client

from accounts.adapter import AccountAdapter
from accounts.models import PastPassword, User
from tests.accounts.builders import PASSWORD, code_in, newest_email
from tests.builders import person

pytestmark = pytest.mark.django_db

FORMER = [f"{word} horse battery staple" for word in ("zero", "one", "two", "three", "four")]
SAID = "one of your last six passwords"


@pytest.fixture
def pat() -> User:
    user = person("patdoe77", email="pat@sunny-hill.example")
    user.set_password(PASSWORD)
    user.save()
    return user


def change(client: Client, old: str, new: str) -> Any:
    return client.post("/accounts/password/change/", {"oldpassword": old, "password1": new})


def test_the_present_one_is_not_new(client: Client, pat: User) -> None:
    client.force_login(pat)
    assert SAID in change(client, PASSWORD, PASSWORD).content.decode()
    assert not PastPassword.objects.exists()


def test_the_sixth_before_is_forgotten(pat: User) -> None:
    had = [PASSWORD, *FORMER, "five horse battery staple"]
    for password in had[1:]:
        AccountAdapter().set_password(pat, password)
    for password in had[1:]:
        with pytest.raises(ValidationError, match=SAID):
            validate_password(password, pat)
    validate_password(had[0], pat)
    assert pat.past_passwords.count() == 5


def test_changing_keeps_what_was(client: Client, pat: User) -> None:
    client.force_login(pat)
    assert change(client, PASSWORD, FORMER[0]).status_code == 302
    assert SAID in change(client, FORMER[0], PASSWORD).content.decode()
    kept = PastPassword.objects.get()
    assert kept.user == pat
    assert PASSWORD not in kept.encoded


def test_the_same_with_other_code_points_is_the_same(client: Client, pat: User) -> None:
    AccountAdapter().set_password(pat, FORMER[0])
    with pytest.raises(ValidationError, match=SAID):
        validate_password(PASSWORD.replace("horse", "ｈｏｒｓｅ"), pat)


def test_a_reset_judges_and_keeps_too(client: Client, pat: User) -> None:
    client.post("/accounts/password/reset/", {"email": pat.email})
    client.post("/accounts/password/reset/confirm/", {"code": code_in(newest_email())})
    page = client.post("/accounts/password/reset/complete/", {"password1": PASSWORD})
    assert SAID in page.content.decode()
    client.post("/accounts/password/reset/complete/", {"password1": FORMER[0]})
    pat.refresh_from_db()
    assert pat.check_password(FORMER[0])
    assert pat.past_passwords.count() == 1


def test_a_first_password_follows_none(pat: User) -> None:
    pat.set_unusable_password()
    pat.save()
    AccountAdapter().set_password(pat, PASSWORD)
    assert not PastPassword.objects.exists()


def test_other_people_are_not_told_of(pat: User) -> None:
    sam = person("samroe88")
    AccountAdapter().set_password(sam, FORMER[0])
    AccountAdapter().set_password(sam, FORMER[1])
    validate_password(FORMER[0], pat)


def test_kept_with_the_change_or_not_at_all(pat: User) -> None:
    with transaction.atomic():
        AccountAdapter().set_password(pat, FORMER[0])
        transaction.set_rollback(True)
    assert not PastPassword.objects.exists()


def test_somebody_who_has_no_account_yet_has_no_history() -> None:
    validate_password(PASSWORD, User(username="patdoe77"))
