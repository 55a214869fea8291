"""A code for a new password dies with what it was asked for: the old address, the old password."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from tests.accounts import factors
from tests.accounts.builders import PASSWORD, code_in, newest_email, verify
from tests.builders import person

pytestmark = pytest.mark.django_db

OLD, NEW = "pat@sunny-hill.example", "pat@oak-lane.example"
THEIRS = "the phrase that a thief likes"
OWNERS = "a new horse for the battery"
Change = Callable[[Client], None]


@pytest.fixture
def pat() -> User:
    return factors.with_password(person("patdoe77", email=OLD))


@pytest.fixture
def owner(pat: User) -> Client:
    client = Client()
    client.force_login(pat)
    return client


def change_address(owner: Client) -> None:
    owner.post("/accounts/email/", {"action_add": "", "email": NEW})
    verify(owner, NEW)
    assert User.objects.get().email == NEW


def change_password(owner: Client) -> None:
    typed = {"oldpassword": PASSWORD, "password1": OWNERS}
    owner.post("/accounts/password/change/", typed)
    assert User.objects.get().check_password(OWNERS)


def asked(email: str = OLD) -> tuple[Client, dict[str, str]]:
    """A browser that has asked, and the code that the mailbox got."""
    client = Client()
    client.post("/accounts/password/reset/", {"email": email})
    return client, {"code": code_in(newest_email(email))}


def confirm(client: Client, code: dict[str, str]) -> Any:
    return client.post("/accounts/password/reset/confirm/", code)


def complete(client: Client) -> Any:
    return client.post("/accounts/password/reset/complete/", {"password1": THEIRS}, follow=True)


@pytest.mark.parametrize("change", [change_address, change_password])
def test_a_code_from_before_reads_like_a_wrong_one(owner: Client, change: Change) -> None:
    reader, code = asked()
    change(owner)
    page = confirm(reader, code)
    assert "This code is not right" in page.content.decode()
    complete(reader)
    assert not User.objects.get().check_password(THEIRS)
    assert User.objects.get().email in {OLD, NEW}


@pytest.mark.parametrize("change", [change_address, change_password])
def test_also_when_it_was_typed_in_before(owner: Client, change: Change) -> None:
    reader, code = asked()
    assert confirm(reader, code).status_code == 302
    change(owner)
    page = complete(reader)
    assert page.redirect_chain == [("/accounts/password/reset/", 302)]
    assert "The account was changed since you asked for the code." in page.content.decode()
    assert not User.objects.get().check_password(THEIRS)


def test_a_second_code_works_after_the_change(owner: Client, pat: User) -> None:
    asked()
    change_password(owner)
    reader, code = asked()
    confirm(reader, code)
    complete(reader)
    pat.refresh_from_db()
    assert pat.check_password(THEIRS)
