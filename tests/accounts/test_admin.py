"""A look into the admin is a look at people: it is on the record, once."""

from __future__ import annotations

import pytest
from django.test import Client

from access_requests.models import Role
from accounts.models import AuditEvent, User
from tests import builders as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def root(client: Client) -> User:
    user = make.person("root22", is_staff=True, is_superuser=True)
    client.force_login(user)
    return user


@pytest.mark.parametrize(
    "model",
    [
        "accounts/user",
        "account/emailaddress",
        "accounts/auditevent",
        "accounts/outgoingemail",
        "accounts/notice",
        "access_requests/accessrequest",
        "access_requests/roleassignment",
        "access_requests/question",
    ],
)
def test_a_list_that_is_looked_at(client: Client, root: User, model: str) -> None:
    assert client.get(f"/admin/{model}/").status_code == 200
    event = AuditEvent.objects.get()
    assert (event.type, event.actor) == ("admin_viewed", root)
    assert event.details == {"model": model.replace("/", "."), "pk": None}


def test_a_row_that_is_looked_at(client: Client, root: User) -> None:
    pat = make.person("patdoe77")
    assert client.get(f"/admin/accounts/user/{pat.pk}/change/").status_code == 200
    assert AuditEvent.objects.get().details == {"model": "accounts.user", "pk": str(pat.pk)}


def test_what_is_refused_or_not_there_is_no_look(client: Client, root: User) -> None:
    assert client.get("/admin/accounts/user/999999/change/").status_code == 302
    root.is_superuser = False
    root.save()
    assert client.get("/admin/accounts/user/").status_code == 403
    assert not AuditEvent.objects.exists()


def test_a_changed_role_is_on_the_record(client: Client, root: User) -> None:
    role = Role.objects.get(code="assessment_viewer")
    form = {"name": "Viewer", "description": role.description, "position": role.position}
    form |= {"open_to_vendors": "on", "is_offered": "on"}
    answer = client.post("/admin/access_requests/role/assessment_viewer/change/", form)
    assert answer.status_code == 302, answer.context["errors"]
    event = AuditEvent.objects.get(type="role_changed")
    assert event.actor == root
    assert event.details == {"role": "assessment_viewer", "changed": {"name": "Viewer"}}
