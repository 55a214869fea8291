"""What is being typed when a session ends is kept, without being a sign of life."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts import kept_forms
from accounts.models import KeptForm, Session, User
from tests import builders as make
from tests.accounts import signing_in
from tests.accounts.signing_in import end_of
from tests.pages.browsing import browser_of

pytestmark = pytest.mark.django_db

NEW = "/requests/new/"
KEPT = "/accounts/kept/"
TYPED = "/accounts/session/typed/"


@pytest.fixture
def person() -> User:
    return signing_in.person()


def typed(person: User, *forms: tuple[str, list[list[str]]]) -> dict[str, str]:
    said = [{"path": path, "fields": fields} for path, fields in forms]
    return {"person": person.username, "forms": json.dumps(said)}


ONE_FORM = (NEW, [["job_title", "Nurse"], ["employer", ""], ["password", "x"]])


def test_what_is_being_typed_is_kept_without_a_sign_of_life(person: User) -> None:
    client = browser_of(person)
    seen = timezone.now() - timedelta(minutes=29)
    Session.objects.update(last_seen_at=seen)
    assert client.post(TYPED, typed(person, ONE_FORM)).json() == {"kept": 1}
    assert Session.objects.get().last_seen_at == seen
    kept = KeptForm.objects.get()
    assert not kept.was_sent
    assert kept_forms.pairs_of(kept) == [("job_title", "Nurse"), ("employer", "")]
    said = client.get(f"{KEPT}typed/").json()["forms"]
    assert said == [
        {"id": kept.pk, "path": NEW, "fields": [["job_title", "Nurse"], ["employer", ""]]}
    ]


def test_a_page_that_slept_beyond_the_end_is_kept_too(person: User) -> None:
    client = browser_of(person)
    end_of(person, timedelta(hours=20))
    assert client.get("/accounts/session/").json()["seconds_left"] == 0
    assert client.post(TYPED, typed(person, ONE_FORM)).json() == {"kept": 1}
    assert KeptForm.objects.get().user == person


def test_a_page_of_somebody_else_left_open_is_not_mixed_up(person: User) -> None:
    client = browser_of(make.person("samroe88"))
    assert client.post(TYPED, typed(person, ONE_FORM)).json() == {"kept": 0}
    assert Client().post(TYPED, typed(person, ONE_FORM)).json() == {"kept": 0}


@pytest.mark.parametrize(
    "forms",
    [
        *("", "{", "null", "3", "[3]", '[{"path": 1}]', '[{"path": "/", "fields": [["a"]]}]'),
        "[" * 100_000,
    ],
)
def test_nonsense_is_refused(person: User, forms: str) -> None:
    answer = browser_of(person).post(TYPED, {"person": person.username, "forms": forms})
    assert answer.status_code == 400


@pytest.mark.parametrize("odd", ["\\ud800", "\\u0000"])
@pytest.mark.parametrize("where", ["path", "name", "value"])
def test_characters_that_nothing_can_store_are_no_error_of_ours(
    person: User, where: str, odd: str
) -> None:
    said = {"path": "/requests/1/answer/", "name": "answer", "value": "Mondays"}
    said[where] += odd
    fields = f'[["{said["name"]}", "{said["value"]}"]]'
    forms = f'[{{"path": "{said["path"]}", "fields": {fields}}}]'
    answer = browser_of(person).post(TYPED, {"person": person.username, "forms": forms})
    assert answer.status_code in {200, 400}
    assert browser_of(person).get("/accounts/kept/").status_code in {200, 302}


def test_a_wrong_token_keeps_nothing(person: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(person)
    assert client.post(TYPED, typed(person, ONE_FORM)).status_code == 403


def test_whoever_stays_has_nothing_kept_of_this_session(person: User) -> None:
    client = browser_of(person)
    earlier = Session.objects.get().created_at - timedelta(minutes=1)
    kept_forms.keep(person.pk, "/requests/1/answer/", [("answer", "Mondays")], was_sent=False)
    KeptForm.objects.update(kept_at=earlier)
    client.post(TYPED, typed(person, ONE_FORM))
    client.post("/accounts/session/")
    assert [each.path for each in KeptForm.objects.all()] == ["/requests/1/answer/"]
