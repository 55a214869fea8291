"""/healthz and /readyz, as a load balancer and a pager read them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from devtools.sockets import free_port
from django.conf import LazySettings
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone

from accounts.mail import outbox
from accounts.models import OutgoingEmail


def owe(*, due_for: timedelta, priority: int = 10) -> None:
    outbox.store([OutgoingEmail(to_address="a@example.org", subject="S", priority=priority)])
    then = timezone.now() - due_for
    OutgoingEmail.objects.update(created_at=then, next_attempt_at=then)


def test_alive_needs_neither_sign_in_nor_database(client: Client) -> None:
    """Without the database mark a query would fail the test."""
    answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok\n")
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.django_db
def test_ready(client: Client) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {
        "ready": True,
        "database": "ok",
        "broker": "ok",
        "email": "ok",
        "oldest_unsent_email_seconds": 0,
        "longest_due_email_seconds": 0,
    }


@pytest.mark.django_db
def test_email_that_nobody_sends_is_not_ready(client: Client) -> None:
    owe(due_for=timedelta(minutes=4))
    assert client.get("/readyz").status_code == 200
    owe(due_for=timedelta(minutes=6))
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["email"] == "late"
    assert 360 <= answer.json()["oldest_unsent_email_seconds"] < 370


@pytest.mark.django_db
def test_email_that_waits_for_its_next_attempt_is_told_but_not_late(client: Client) -> None:
    owe(due_for=timedelta(hours=5))
    OutgoingEmail.objects.update(next_attempt_at=timezone.now() + timedelta(hours=1))
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json()["oldest_unsent_email_seconds"] >= 5 * 3600


@pytest.mark.django_db
def test_a_long_campaign_is_ready(client: Client) -> None:
    owe(due_for=timedelta(hours=5), priority=90)
    assert client.get("/readyz").status_code == 200


@pytest.mark.django_db
def test_broker_down_is_not_ready(client: Client, settings: LazySettings) -> None:
    settings.CELERY_BROKER_URL = f"redis://127.0.0.1:{free_port()}/0"
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["broker"] == "down"


@pytest.mark.django_db
def test_database_down_is_not_ready(client: Client) -> None:
    def down(*_: Any) -> None:
        raise OperationalError("password of somebody")

    with connection.execute_wrapper(down):
        answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["database"] == "down"
    assert answer.json()["email"] == "unknown"
    assert "password" not in answer.content.decode()


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_only_asking_is_allowed(client: Client, path: str) -> None:
    assert client.post(path).status_code == 405
