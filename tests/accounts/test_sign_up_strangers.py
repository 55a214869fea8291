"""Whoever types an address learns nothing about it (rule 7): each page and the one after it, byte
for byte, for an address with an account and for one without.
"""

import re
from collections.abc import Callable
from typing import Any
from unittest.mock import patch

import pytest
from django.contrib.auth.hashers import make_password
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import sign_up_views
from accounts.models import OutgoingEmail, User
from tests.accounts.builders import PASSWORD, SIGN_UP
from tests.builders import person

pytestmark = pytest.mark.django_db

KNOWN, UNKNOWN = "pat@sunny-hill.example", "sam@sunny-hill.example"
CODE_PAGE = "/accounts/signup/code/"
Steps = list[tuple[str, dict[str, str]]]


@pytest.fixture(autouse=True)
def pat() -> User:
    return person("already1", email=KNOWN, password=make_password(PASSWORD))


def walk(steps: Steps) -> list[Any]:
    """What a browser of its own is answered, redirects followed."""
    client = Client()
    return [_answer(client.post(path, typed, follow=True)) for path, typed in steps]


def _answer(response: Any) -> tuple[list[tuple[str, int]], int, str]:
    page = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", response.content.decode())
    return response.redirect_chain, response.status_code, page


def sign_up(email: str) -> Steps:
    said = {**SIGN_UP, "email": email}
    return [
        ("/accounts/signup/", said),
        (CODE_PAGE, {"code": "WRONG"}),
        (CODE_PAGE, {"action": "resend"}),
        *[(CODE_PAGE, {"code": "WRNG-WRNG"})] * 6,
        ("/accounts/signup/", {**said, "username": "patdoe78"}),
        ("/accounts/login/", {"login": said["username"], "password": said["password1"]}),
        ("/accounts/user-id/forgotten/", {"email": email}),
        *[(CODE_PAGE, {"action": "resend"})] * 4,
        ("/accounts/signup/", said),
        (CODE_PAGE, {"action": "cancel"}),
    ]


def forgotten_user_id(email: str) -> Steps:
    return [("/accounts/user-id/forgotten/", {"email": email})] * 4


def forgotten_password(email: str) -> Steps:
    return [
        ("/accounts/password/reset/", {"email": email}),
        *[("/accounts/password/reset/confirm/", {"code": "WRNG-WRNG"})] * 4,
        ("/accounts/password/reset/complete/", {"password1": "a new horse of mine"}),
    ]


@pytest.mark.parametrize("walked", [sign_up, forgotten_user_id, forgotten_password])
def test_an_address_tells_nothing(walked: Callable[[str], Steps]) -> None:
    known, unknown = walk(walked(KNOWN)), walk(walked(UNKNOWN))
    for number, (first, second) in enumerate(zip(known, unknown, strict=True)):
        said = (first[0], first[1], first[2].replace(KNOWN, UNKNOWN))
        assert said == second, f"step {number}"


def test_a_wrong_user_id_reads_like_a_wrong_password() -> None:
    wrong = {"password": "not the password at all"}
    known = walk([("/accounts/login/", {"login": "already1", **wrong})] * 2)
    unknown = walk([("/accounts/login/", {"login": "nobody11", **wrong})] * 2)
    for first, second in zip(known, unknown, strict=True):
        assert first[1:2] == second[1:2]
        assert first[2].replace("already1", "nobody11") == second[2]


@pytest.mark.parametrize("email", [KNOWN, UNKNOWN])
def test_the_user_id_stays_free_until_the_code_is_typed(email: str) -> None:
    """What the live check says of the User ID just chosen tells nothing about the address."""
    client = Client()
    client.post("/accounts/signup/", {**SIGN_UP, "email": email})
    said = client.get("/accounts/user-id/check/", {"username": SIGN_UP["username"]})
    assert "is free" in said.content.decode()


def test_the_same_work_is_done_for_both() -> None:
    """One hash of the password, and as many statements, each at the same place."""
    done = []
    for email in (KNOWN, UNKNOWN):
        with (
            CaptureQueriesContext(connection) as queries,
            patch.object(sign_up_views, "make_password", wraps=make_password) as hashed,
        ):
            walk(sign_up(email)[:3])
        statements = [re.sub(r"[0-9]+|'.*", "", each["sql"])[:60] for each in queries]
        done.append((hashed.call_count, statements))
    assert done[0] == done[1]
    assert done[0][0] == 1


def test_each_address_gets_as_much_email() -> None:
    walk(sign_up(KNOWN)[:-2])
    walk(sign_up(UNKNOWN)[:-2])
    known, unknown = (
        OutgoingEmail.objects.filter(to_address=each).exclude(subject__contains="User ID")
        for each in (KNOWN, UNKNOWN)
    )
    assert known.count() == unknown.count() == 5
    assert not known.filter(holds_secret=True).exists()
