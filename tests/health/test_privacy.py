"""What is not kept: pages about a person, typed paths in the log, sessions that have ended."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts import tasks
from accounts.models import Session
from accounts.sessions import digest
from tests import builders as make


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/", "/accounts/", "/providers/?q=home", "/requests/999/"])
def test_what_a_signed_in_person_reads_is_stored_nowhere(client: Client, path: str) -> None:
    client.force_login(make.person())
    assert client.get(path)["Cache-Control"] == "private, no-store"


@pytest.mark.django_db
def test_the_help_of_a_visitor_may_be_kept(client: Client) -> None:
    assert "Cache-Control" not in client.get("/help/")


@pytest.mark.django_db
def test_a_typed_path_is_not_in_the_log(
    client: Client, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    client.force_login(make.person())
    assert client.get("/jane-doe-1234/").status_code == 404
    assert "jane" not in capsys.readouterr().err + caplog.text


@pytest.mark.django_db
def test_sessions_that_have_ended_are_cleared_after_a_day(client: Client) -> None:
    """Until then they say whose they were, so that what comes too late is kept for its person."""
    clients = [client, Client(), Client()]
    keys = []
    for each, hours in zip(clients, (-1, 1, 25), strict=True):
        each.force_login(make.person())
        keys.append(digest(each.session.session_key or ""))
        ended = timezone.now() - timedelta(hours=hours)
        Session.objects.filter(pk=keys[-1]).update(expire_date=ended)
    tasks.clear_expired_sessions()
    assert {each.pk for each in Session.objects.all()} == set(keys[:2])
