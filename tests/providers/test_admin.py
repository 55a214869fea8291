"""Providers and programs are only looked at here."""

from __future__ import annotations

import pytest
from django.test import Client

from tests import builders

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(client: Client) -> Client:
    client.force_login(builders.person("root22", is_staff=True, is_superuser=True))
    return client


@pytest.mark.parametrize("model", ["provider", "chain", "enrollment", "program", "rosterimport"])
def test_the_rest_is_read_only(client: Client, model: str) -> None:
    assert client.get(f"/admin/providers/{model}/").status_code == 200
    assert client.get(f"/admin/providers/{model}/?q=sunrise").status_code == 200
    assert client.post(f"/admin/providers/{model}/add/").status_code == 403


def test_a_provider_is_shown_and_not_deleted(client: Client) -> None:
    provider = builders.provider("015009")
    assert client.get(f"/admin/providers/provider/{provider.pk}/change/").status_code == 200
    assert client.post(f"/admin/providers/provider/{provider.pk}/delete/").status_code == 403
    assert client.post("/admin/providers/program/hope/delete/").status_code == 403
