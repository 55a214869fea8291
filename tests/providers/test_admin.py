"""Providers are only looked at; a program's dates are CMS's to set, on the record."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import AuditEvent
from providers.models import Program
from tests import builders

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(client: Client) -> Client:
    client.force_login(builders.person("root22", is_staff=True, is_superuser=True))
    return client


def test_a_date_is_set_and_recorded(client: Client) -> None:
    program = Program.objects.get(code="hope")
    form = {
        "name": program.name,
        "onboarded": "on",
        "pso_opens_at_0": "2030-01-01",
        "pso_opens_at_1": "00:00",
        "general_opens_at_0": "",
        "general_opens_at_1": "",
        "goes_live_at_0": "",
        "goes_live_at_1": "",
        "note": program.note,
    }
    answer = client.post("/admin/providers/program/hope/change/", form)
    assert answer.status_code == 302, answer.context["errors"]
    program.refresh_from_db()
    assert program.pso_opens_at is not None
    event = AuditEvent.objects.get(type="program_changed")
    assert event.actor is not None
    assert event.actor.username == "root22"
    assert event.details["program"] == "hope"
    assert list(event.details["changed"]) == ["pso_opens_at"]


@pytest.mark.parametrize("model", ["provider", "chain", "enrollment", "rosterimport"])
def test_the_rest_is_read_only(client: Client, model: str) -> None:
    assert client.get(f"/admin/providers/{model}/").status_code == 200
    assert client.get(f"/admin/providers/{model}/?q=sunrise").status_code == 200
    assert client.post(f"/admin/providers/{model}/add/").status_code == 403


def test_a_provider_is_shown_and_not_deleted(client: Client) -> None:
    provider = builders.provider("015009")
    assert client.get(f"/admin/providers/provider/{provider.pk}/change/").status_code == 200
    assert client.post(f"/admin/providers/provider/{provider.pk}/delete/").status_code == 403
    assert client.post("/admin/providers/program/hope/delete/").status_code == 403
