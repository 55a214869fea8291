"""What a reviewer changes is changed by who has shown a second factor within the hour."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from access_requests.contacts import steps
from access_requests.models import Contact, Role
from access_requests.programs import changes
from accounts.models import AuditEvent, User
from providers.models import Program
from tests import builders as make
from tests.accounts import factors

pytestmark = pytest.mark.django_db

SHOW = "/accounts/2fa/reauthenticate/"
CHANGES = {"contact_added", "contact_removed", "contacts_imported"}
CHANGES |= {"program_changed", "role_kind_changed"}


@pytest.fixture
def app(reviewer: User) -> factors.App:
    return factors.with_app(reviewer)


@pytest.fixture
def stale_desk(desk: Client, app: factors.App) -> Client:
    session = desk.session
    records = session["account_authentication_methods"]
    session["account_authentication_methods"] = [
        {**each, "at": each["at"] - 3601} for each in records
    ]
    session.save()
    return desk


def new_role() -> dict[str, Any]:
    return {"code": "epoc", "name": "ePOC", "description": "Plans.", "position": "60"}


def test_each_change_asks_for_it_first(stale_desk: Client, reviewer: User) -> None:
    home = make.provider("015009")
    ada = steps.add(provider=home, by=reviewer, name="Ada")
    kept = steps.keep_list(b"CCN,Name\n015009,Bob", file_name="list.csv", by=reviewer)
    before = AuditEvent.objects.filter(type__in=CHANGES).count()
    digest = steps.comparison_of(kept).digest
    for path, sent in {
        "/contacts/new/": {"ccn": "015009", "name": "Cy"},
        f"/contacts/{ada.pk}/remove/": {"why": "Left."},
        f"/contacts/import/{kept.pk}/accept/": {"digest": digest},
        "/programs/hope/": {"name": "Hope", "save": "yes"},
        "/programs/roles/new/": new_role(),
        "/programs/roles/assessment_viewer/": {"name": "Viewer", "save": "yes"},
    }.items():
        assert stale_desk.post(path, sent)["Location"].startswith(SHOW), path
    assert AuditEvent.objects.filter(type__in=CHANGES).count() == before
    assert list(Contact.objects.values_list("name", "removed_at")) == [("Ada", None)]
    assert not Role.objects.filter(code="epoc").exists()


def test_looking_at_who_is_affected_does_not(stale_desk: Client) -> None:
    hope = Program.objects.get(code="hope")
    sent = {"name": "Hope", "kinds": hope.kinds, "note": "", "seen": changes.seen(hope)}
    assert stale_desk.post("/programs/hope/", sent).status_code == 200


def test_and_it_is_made_once_it_was_shown(stale_desk: Client, app: factors.App) -> None:
    show = stale_desk.post("/programs/roles/new/", new_role())["Location"]
    stale_desk.post(show, {"code": app.code()})
    assert Role.objects.get(code="epoc").name == "ePOC"
