"""What stands around every page: who sees which way, and at what cost."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client, RequestFactory

from accounts import notices
from accounts.models import User
from iqies_portal.context_processors import portal
from tests.builders import agent, person, provider, pso, reviewer

pytestmark = pytest.mark.django_db

COUNTRY = ["Readiness", "Campaigns"]
EVERYBODY = ["Find a provider", "Help"]
ASKING = ["My requests", "Ask for a role", *EVERYBODY]


def frame(rf: RequestFactory, user: Any, path: str = "/") -> dict[str, Any]:
    request = rf.get(path)
    request.user = user
    return portal(request)


@pytest.mark.parametrize(
    ("somebody", "labels"),
    [
        (person, ["Home", *ASKING]),
        (lambda: pso(provider()), ["Home", "Queue", "People", *ASKING]),
        (reviewer, ["Home", "Queue", *COUNTRY, "Service Center", *EVERYBODY]),
        (agent, ["Home", "Readiness", "Service Center", *EVERYBODY]),
        (AnonymousUser, []),
    ],
    ids=["requester", "pso", "reviewer", "agent", "nobody"],
)
def test_ways_by_role(rf: RequestFactory, somebody: Callable[[], User], labels: list[str]) -> None:
    assert [item.label for item in frame(rf, somebody())["nav_items"]] == labels


def test_the_way_one_is_on_is_marked(rf: RequestFactory) -> None:
    items = frame(rf, person(), "/requests/")["nav_items"]
    assert [item.label for item in items if item.is_current] == ["My requests"]


def test_one_query_for_all_of_it(rf: RequestFactory, django_assert_num_queries: Any) -> None:
    user = pso(provider())
    shown = frame(rf, user)
    with django_assert_num_queries(1):
        assert len(shown["nav_items"]) > 2
        assert shown["unread_notices"] > 0


def test_nothing_is_looked_up_before_it_is_shown(
    rf: RequestFactory, django_assert_num_queries: Any
) -> None:
    user = person()
    with django_assert_num_queries(0):
        frame(rf, user)


def test_a_page_for_nobody_asks_nothing(client: Client, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert client.get("/accounts/login/").status_code == 200


def test_only_unread_notices_count(rf: RequestFactory) -> None:
    user = person()
    told = [notices.tell(recipient=user, kind="test", subject="s", body="b") for _ in range(3)]
    notices.tell(recipient=person(), kind="test", subject="s", body="b")
    told[0].read_at = told[0].created_at
    told[0].save()
    assert frame(rf, user)["unread_notices"] == 2


def test_what_every_page_says(client: Client) -> None:
    page = client.get("/accounts/login/").content.decode()
    assert page.count("<h1") == 1
    for said in (
        "This is not a government website",
        "(800) 339-9313",
        "needs no account here",
        'href="#main-content"',
        'lang="en"',
    ):
        assert said in page
    assert "An official website" not in page


def test_no_page_carries_what_the_security_policy_forbids(client: Client) -> None:
    client.force_login(person())
    for path in (
        "/accounts/",
        "/accounts/profile/",
        "/accounts/password/change/",
        "/accounts/email/",
    ):
        page = client.get(path).content.decode()
        assert not re.search(r"\sstyle=|<style|\son[a-z]+=|<script(?![^>]*\ssrc=)", page), path
