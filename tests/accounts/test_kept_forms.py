"""What arrives after the session has ended is kept for its person, and for nobody else."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
import time_machine
from django.conf import LazySettings, settings
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from access_requests.models import AccessRequest
from accounts import kept_forms, sessions, tasks
from accounts.models import KeptForm, User
from providers.models import Provider
from tests import builders as make
from tests.accounts import signing_in
from tests.accounts.signing_in import PASSWORD, end_of, sign_in
from tests.pages.browsing import browser_of, words

pytestmark = pytest.mark.django_db

NEW = "/requests/new/"
KEPT = "/accounts/kept/"
TYPED = "/accounts/session/typed/"


@pytest.fixture
def person() -> User:
    return signing_in.person()


@pytest.fixture
def home() -> Provider:
    return make.provider()


def form_of(home: Provider, **more: str) -> dict[str, str]:
    return {
        "ccn": home.ccn,
        "role": "assessment_viewer",
        "affiliation": "employed",
        "job_title": "Nurse <3",
        "employer": "Sunrise Care",
        **more,
    }


def late_post(client: Client, user: User, path: str, data: dict[str, Any], **more: Any) -> Any:
    end_of(user)
    return client.post(path, data, **more)


def hidden_fields(html: str, action: str) -> dict[str, str]:
    form = re.search(rf'<form[^>]*action="{re.escape(action)}".*?</form>', html, re.DOTALL)
    assert form
    found = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', form[0])
    return {name: unescape(value) for name, value in found}


# Sent too late


def test_a_form_that_came_too_late_is_kept_and_sent_by_the_person(
    person: User, home: Provider
) -> None:
    """All of it with the check of forms' origin on, which signing in changes the token of."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(person)
    client.get(NEW)
    token = client.cookies[settings.CSRF_COOKIE_NAME].value
    data = form_of(home, csrfmiddlewaretoken=token)
    answer = late_post(client, person, NEW, data)
    assert answer["Location"] == f"/accounts/login/?next={KEPT}"
    page = words(client.get(answer["Location"]))
    assert "because nothing happened for 30 minutes. What you sent was not done" in page
    assert not AccessRequest.objects.exists()

    typed = {"login": person.username, "password": PASSWORD, "next": KEPT}
    token = client.cookies[settings.CSRF_COOKIE_NAME].value
    answer = client.post("/accounts/login/", {**typed, "csrfmiddlewaretoken": token})
    assert answer["Location"] == KEPT
    page = client.get(KEPT)
    assert "Nurse <3" in words(page).replace("< ", "<")
    assert not AccessRequest.objects.exists(), "nothing is ever sent by itself"
    fields = hidden_fields(page.content.decode(), NEW)
    assert fields["csrfmiddlewaretoken"] != token
    assert client.post(NEW, fields).status_code == 302
    assert AccessRequest.objects.get().job_title == "Nurse <3"
    assert not KeptForm.objects.exists()
    assert "See what is kept" not in words(client.get("/"))


def test_with_a_wrong_token_nothing_is_kept(person: User, home: Provider) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(person)
    client.get(NEW)
    data = form_of(home, csrfmiddlewaretoken="x" * 64)
    assert late_post(client, person, NEW, data).status_code == 403
    assert not KeptForm.objects.exists()


def test_it_is_kept_encrypted_and_only_for_a_day(person: User, home: Provider) -> None:
    late_post(browser_of(person), person, NEW, form_of(home))
    kept = KeptForm.objects.get()
    assert kept.was_sent
    assert "Nurse" not in kept.fields
    with time_machine.travel(timezone.now() + timedelta(hours=23)):
        tasks.clear_expired_sessions()
        assert kept_forms.kept_by(person.pk)
    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        assert not kept_forms.kept_by(person.pk)
        tasks.clear_expired_sessions()
    assert not KeptForm.objects.exists()


def test_another_person_never_sees_it(person: User, home: Provider) -> None:
    client = browser_of(person)
    late_post(client, person, NEW, form_of(home))
    kept = KeptForm.objects.get()
    client.force_login(make.person("samroe88"))
    for path in ("/", NEW, KEPT):
        page = words(client.get(path))
        assert "Sunrise Care" not in page
        assert "you had typed" not in page
    assert client.get(f"{KEPT}typed/").json() == {"forms": []}
    assert client.post(KEPT, {"kept": kept.pk}).status_code == 404
    client.post(NEW, {"kept-form": kept.pk})
    assert KeptForm.objects.exists()


def test_each_of_two_tabs_is_kept(person: User, home: Provider) -> None:
    """The first answer leaves the browser its cookie, which says whose session it was."""
    client = browser_of(person)
    late_post(client, person, NEW, form_of(home))
    client.get("/accounts/login/")
    late_post(client, person, "/requests/1/answer/", {"answer": "On Mondays."})
    assert KeptForm.objects.filter(user=person).count() == 2


def test_it_can_be_thrown_away(person: User, home: Provider) -> None:
    client = browser_of(person)
    late_post(client, person, NEW, form_of(home))
    sign_in(person, client)
    assert "See what is kept" in words(client.get("/"))
    answer = client.post(KEPT, {"kept": KeptForm.objects.get().pk}, follow=True)
    assert "Thrown away." in words(answer)
    assert "Nothing is kept" in words(answer)
    assert not KeptForm.objects.exists()
    assert "See what is kept" not in words(client.get("/"))


@pytest.mark.parametrize("number", ["", "x", "²", "999", "9" * 40])
def test_what_is_not_kept_cannot_be_thrown_away(person: User, number: str) -> None:
    client = browser_of(person)
    assert client.post(KEPT, {"kept": number}).status_code == 404
    assert client.post(NEW, {"kept-form": number}).status_code == 422


def test_a_session_that_was_ended_on_purpose_keeps_nothing(person: User, home: Provider) -> None:
    client = browser_of(person)
    sessions.end_sessions(person)
    answer = client.post(NEW, form_of(home))
    assert answer["Location"].startswith(f"/accounts/login/?next={NEW}")
    assert not KeptForm.objects.exists()


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": "x", "hint": "x"}),
        ("/accounts/reauthenticate/", {"password": PASSWORD, "hint": "x"}),
        ("/accounts/sessions/", {"everywhere": "yes"}),
        ("/accounts/email/", {"email": "new@sunny-hill.example", "action_add": ""}),
        ("/accounts/logout/", {"next": "/"}),
        ("/accounts/session/", {"x": "y"}),
        ("/admin/", {"x": "y"}),
        ("/no-such-page/", {"x": "y"}),
        ("/help/", {"x": "y"}),
    ],
)
def test_forms_of_accounts_are_never_kept(person: User, path: str, data: dict[str, str]) -> None:
    late_post(browser_of(person), person, path, data)
    assert not KeptForm.objects.exists()
    assert not kept_forms.may_be_kept(path)


@pytest.mark.parametrize(
    "path",
    [
        *(f"/requests/1/{step}/" for step in ("approve", "withdraw", "take-back")),
        *("/roles/1/give-up/", "/notices/read/", "/accounts/2fa/totp/deactivate/"),
        *(f"/service-center/people/1/{step}/" for step in ("unlock", "send-again", "stop-reset")),
        *(f"/service-center/people/1/{step}/" for step in ("reset-factor", "clear-bounce")),
    ],
)
def test_what_is_decided_by_one_click_is_clicked_again(person: User, path: str) -> None:
    """A stranger at the computer of somebody who was signed out leaves nothing for them there."""
    answer = late_post(browser_of(person), person, path, {"seen": "", "said": "Something typed"})
    assert answer["Location"].startswith(f"/accounts/login/?next={path}")
    assert not KeptForm.objects.exists()


@pytest.mark.parametrize(
    ("path", "heading"),
    [
        (NEW, "Ask for a role"),
        ("/requests/14/reject/", "Reject request 14"),
        ("/requests/14/return/", "Return request 14 with a question"),
        ("/requests/14/answer/", "Answer the question about request 14"),
        ("/roles/14/revoke/", "Revoke a role"),
        ("/service-center/", "Search for a person"),
        ("/service-center/people/14/note/", "Write a case note"),
        ("/accounts/profile/", "Save your profile"),
    ],
)
def test_what_is_kept_says_what_it_would_do(person: User, path: str, heading: str) -> None:
    late_post(browser_of(person), person, path, {"text": "Something typed"})
    page = words(browser_of(person).get(KEPT))
    assert heading in page
    assert path not in page


def test_whose_role_would_be_revoked_is_said_to_who_may_know(person: User, home: Provider) -> None:
    """CMS finds out on the page itself, where its look is recorded."""
    pso, reviewer = make.pso(home), make.reviewer()
    role = make.holder(home, make.person(full_name="Hetty Holder")).role_assignments.get()
    for reader, is_named in ((pso, True), (reviewer, False), (person, False)):
        late_post(browser_of(reader), reader, f"/roles/{role.pk}/revoke/", {"reason": "Left"})
        page = words(browser_of(reader).get(KEPT))
        assert ("Hetty Holder" in page) is is_named
        assert (f"at CCN {home.ccn}" in page) is (reader != person)


@pytest.mark.parametrize("path", ["", "requests/new/", "//evil.example/", "/requests/" + "9" * 200])
def test_what_is_no_path_of_the_portal_is_not_kept(path: str) -> None:
    assert not kept_forms.may_be_kept(path)


def test_a_profile_is_kept(person: User) -> None:
    late_post(browser_of(person), person, "/accounts/profile/", {"full_name": "Pat Q. Doe"})
    assert kept_forms.pairs_of(KeptForm.objects.get()) == [("full_name", "Pat Q. Doe")]


def test_secrets_are_left_out(person: User, home: Provider) -> None:
    more = {"password": PASSWORD, "old_password": PASSWORD, "code": "123456"}
    late_post(browser_of(person), person, NEW, form_of(home, **more, csrfmiddlewaretoken="x"))
    names = {name for name, _ in kept_forms.pairs_of(KeptForm.objects.get())}
    assert names == set(form_of(home))


def test_too_much_is_not_kept(person: User) -> None:
    late_post(browser_of(person), person, NEW, {"job_title": "x" * 20_001})
    assert not KeptForm.objects.exists()


def test_several_pages_are_kept_each_once_and_not_without_end(person: User) -> None:
    client = browser_of(person)
    for number in range(1, 14):
        path = f"/requests/{number}/answer/"
        assert kept_forms.keep(person.pk, path, [("answer", "On Mondays.")], was_sent=False)
    late_post(client, person, "/requests/13/answer/", {"answer": "On Tuesdays."})
    kept = kept_forms.kept_by(person.pk)
    assert len(kept) == kept_forms.MOST_PER_PERSON
    assert kept[0].path == "/requests/13/answer/"
    assert kept_forms.pairs_of(kept[0]) == [("answer", "On Tuesdays.")]


def test_the_database_holds_a_page_once(person: User) -> None:
    row = {"user": person, "path": NEW, "was_sent": False, "kept_at": timezone.now()}
    KeptForm.objects.create(fields="x", **row)
    with transaction.atomic(), pytest.raises(IntegrityError, match="kept_form_once_per_page"):
        KeptForm.objects.create(fields="y", **row)


def test_what_no_key_can_read_any_more_is_not_shown(
    person: User, home: Provider, settings: LazySettings
) -> None:
    late_post(browser_of(person), person, NEW, form_of(home))
    settings.ENCRYPTION_KEYS = ["another key"]
    client = browser_of(person)
    assert "Nothing is kept" in words(client.get(KEPT))
    assert client.get(f"{KEPT}typed/").json()["forms"][:1] == []
