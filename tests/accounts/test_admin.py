"""A look into the admin is a look at people: it is on the record, once."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from accounts import notices
from accounts.mail import outbox
from accounts.models import AuditEvent, User
from tests import builders as make
from tests.accounts import factors
from tests.accounts.builders import PASSWORD

pytestmark = pytest.mark.django_db

NEW = "a new horse for the battery"


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


def test_an_email_is_shown_without_the_links_that_speak_for_its_reader(
    client: Client, root: User
) -> None:
    link = "https://portal.example/declined/"
    email = notices.email_to(
        "ann@home.example", greeting="Ann", subject="Hello", body="Read this.", decline_url=link
    )
    outbox.store([email])
    page = client.get(f"/admin/accounts/outgoingemail/{email.pk}/change/")
    assert page.status_code == 200
    assert "ann@home.example" in page.content.decode()
    assert link not in page.content.decode()


def test_what_is_refused_or_not_there_is_no_look(client: Client, root: User) -> None:
    assert client.get("/admin/accounts/user/999999/change/").status_code == 302
    root.is_superuser = False
    root.save()
    assert client.get("/admin/accounts/user/").status_code == 403
    assert not AuditEvent.objects.exists()


@pytest.mark.parametrize(
    "row", ["access_requests/role/assessment_viewer", "providers/program/hope"]
)
def test_roles_and_programs_are_changed_on_cms_pages_alone(
    client: Client, root: User, row: str
) -> None:
    """There one reads who is affected before anything is saved."""
    assert client.get(f"/admin/{row}/change/").status_code == 200
    assert client.post(f"/admin/{row}/change/", {"name": "Viewer"}).status_code == 403
    model = row.rpartition("/")[0]
    assert client.post(f"/admin/{model}/add/", {"name": "Viewer"}).status_code == 403


@pytest.mark.parametrize(
    "path",
    [
        "accounts/user/?password__startswith=argon2",
        "accounts/user/?password=x",
        "accounts/user/?session__pk__startswith=a",
        "account/emailaddress/?user__password__startswith=argon2",
        "accounts/outgoingemail/?body_text__contains=code",
        "accounts/auditevent/?actor__password__startswith=argon2",
        "access_requests/roleassignment/?user__password__startswith=argon2",
        "access_requests/accessrequest/?role__roleassignment__user__password__startswith=a",
        "access_requests/role/?roleassignment__user__password__startswith=argon2",
    ],
)
def test_the_address_bar_asks_for_nothing_that_a_list_does_not_offer(
    client: Client, root: User, path: str
) -> None:
    assert client.get(f"/admin/{path}").status_code == 400
    assert not AuditEvent.objects.exists()


def test_what_a_list_offers_still_works(client: Client, root: User) -> None:
    """Every link of its filters."""
    make.submit(make.person(), make.provider())
    page = client.get("/admin/access_requests/accessrequest/")
    links = set(re.findall(r'href="(\?[a-z_]+=[^"]*)"', page.content.decode()))
    assert {"?status__exact=pending", "?role__code__exact=assessment_viewer"} <= links
    for link in links:
        assert client.get(f"/admin/access_requests/accessrequest/{link}").status_code == 200
    assert client.get("/admin/accounts/user/?q=root22&o=-1").status_code == 200


def test_no_people_without_a_line(client: Client, root: User) -> None:
    pat = make.person("patdoe77")
    history = f"/admin/accounts/user/{pat.pk}/history/"
    for path in ("/admin/accounts/user/", history):
        answer = client.post(path)
        assert answer.status_code == 405
        assert "patdoe77" not in answer.content.decode()
    assert not AuditEvent.objects.exists()
    assert client.get(history).status_code == 200
    assert AuditEvent.objects.get().details == {"model": "accounts.user", "pk": str(pat.pk)}


@pytest.mark.parametrize("page", ["password_change/", "password_change/done/"])
def test_a_password_is_changed_on_the_portals_own_page(
    client: Client, root: User, page: str
) -> None:
    factors.with_password(root)
    client.force_login(root)
    typed = {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW}
    for answer in (client.get(f"/admin/{page}"), client.post(f"/admin/{page}", typed)):
        assert answer["Location"] == "/accounts/password/change/"
    root.refresh_from_db()
    assert root.check_password(PASSWORD)
