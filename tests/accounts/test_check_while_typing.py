import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from tests.builders import person

pytestmark = pytest.mark.django_db


def answer(client: Client, typed: str) -> str:
    return client.get("/accounts/user-id/check/", {"username": typed}).content.decode()


def test_free(client: Client) -> None:
    said = answer(client, "PatDoe77")
    assert "<strong>patdoe77</strong> is free" in said
    assert "it can never change" in said


def test_refused_with_the_reason(client: Client) -> None:
    assert "“#” is not allowed" in answer(client, "pat#doe")


def test_warned_with_the_box_to_tick(client: Client) -> None:
    said = answer(client, "patsunny")
    assert "part of the name" in said
    assert 'name="user_id_confirmed"' in said


def test_taken(client: Client) -> None:
    person("patdoe77")
    assert "is taken" in answer(client, "patdoe77")


def test_what_is_typed_is_escaped(client: Client) -> None:
    assert "<b" not in answer(client, "<b>bold</b>")


def test_nothing_typed_nothing_said(client: Client) -> None:
    assert answer(client, " ").strip() == ""


def test_nobody_reads_out_the_list_of_accounts(client: Client) -> None:
    person("patdoe77")
    said = [answer(client, "patdoe77") for _ in range(61)]
    assert "is taken" in said[59]
    assert "is taken" not in said[60]
    assert "too fast" in said[60]


def test_each_stroke_costs_one_statement_and_leaves_no_session(client: Client) -> None:
    """Whether it is taken; what the roster's names cost is measured where they are read."""
    with CaptureQueriesContext(connection) as queries:
        response = client.get("/accounts/user-id/check/", {"username": "patdoe77"})
    assert len(queries) == 1
    assert not response.cookies


def test_it_tells_of_the_user_id_alone(client: Client) -> None:
    """Nothing of whose it is, and the same for an account that is closed."""
    person("patdoe77", email="pat@sunny-hill.example", full_name="Pat Doe")
    open_one = answer(client, "patdoe77")
    User.objects.update(is_active=False)
    assert answer(client, "patdoe77") == open_one
    assert "pat@" not in open_one
    assert "Pat Doe" not in open_one
