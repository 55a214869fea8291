"""Legal name, phone, employer and job title."""

import threading
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.test import Client

from accounts import profile
from accounts.models import AuditEvent, Notice, OutgoingEmail, User
from accounts.phone import phone_as_kept
from tests.builders import person

SAID = {
    "full_name": "Pat Doe",
    "phone": "555.010.0142",
    "employer": "Sunny Hill LLC",
    "job_title": "Nurse",
}


@pytest.fixture
def pat(client: Client, db: None) -> User:
    user = person("patdoe77", full_name="Pat Doe")
    client.force_login(user)
    return user


def save(client: Client, **said: str) -> Any:
    return client.post("/accounts/profile/", SAID | said)


def test_it_is_kept(client: Client, pat: User) -> None:
    assert save(client)["Location"] == "/accounts/"
    pat.refresh_from_db()
    assert (pat.phone, pat.employer, pat.job_title) == (
        "(555) 010-0142",
        "Sunny Hill LLC",
        "Nurse",
    )
    event = AuditEvent.objects.get()
    assert (event.type, event.details) == (
        "profile_changed",
        {"fields": ["phone", "employer", "job_title"]},
    )
    assert 'value="(555) 010-0142"' in client.get("/accounts/profile/").content.decode()


def test_all_but_the_name_can_be_taken_away(client: Client, pat: User) -> None:
    save(client)
    save(client, phone="", employer="", job_title="")
    pat.refresh_from_db()
    assert (pat.phone, pat.employer, pat.job_title) == ("", "", "")


def test_a_changed_name_is_in_the_trail_and_told(client: Client, pat: User) -> None:
    save(client, full_name="Pat Roe", phone="", employer="", job_title="")
    event = AuditEvent.objects.get()
    assert (event.type, event.details) == (
        "name_changed",
        {"before": "Pat Doe", "after": "Pat Roe"},
    )
    assert Notice.objects.get().subject == "Your legal name was changed"
    assert "from Pat Doe to Pat Roe" in OutgoingEmail.objects.get().body_text


def test_a_first_name_is_no_change_to_warn_of(client: Client, pat: User) -> None:
    User.objects.update(full_name="")
    save(client)
    assert AuditEvent.objects.filter(type="name_changed").exists()
    assert not Notice.objects.exists()


def test_the_name_cannot_be_taken_away(client: Client, pat: User) -> None:
    page = save(client, full_name=" \u200b ").content.decode()
    assert "Enter your legal name." in page
    pat.refresh_from_db()
    assert pat.full_name == "Pat Doe"


def test_the_name_is_one_line(client: Client, pat: User) -> None:
    save(client, full_name="Pat\r\nBcc: x\u202e Roe")
    pat.refresh_from_db()
    assert pat.full_name == "Pat Bcc: x Roe"


def test_the_same_again_is_no_event(client: Client, pat: User) -> None:
    save(client)
    AuditEvent.objects.get()
    save(client)
    AuditEvent.objects.get()


def test_a_bad_phone_stands_beside_its_field_and_loses_nothing(client: Client, pat: User) -> None:
    response = save(client, phone="call me")
    assert list(response.context["form"].errors) == ["phone"]
    assert 'value="Sunny Hill LLC"' in response.content.decode()
    pat.refresh_from_db()
    assert pat.employer == ""


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("5550100142", "(555) 010-0142"),
        ("555-010-0142", "(555) 010-0142"),
        ("1 (555) 010 0142", "(555) 010-0142"),
        ("+1 555.010.0142", "(555) 010-0142"),
        ("(555) 010-0142 x12", "(555) 010-0142 x 12"),
        ("555 010 0142, ext. 1234", "(555) 010-0142 x 1234"),
        ("+49 30 1234567", "+49301234567"),
    ],
)
def test_phones_as_people_write_them(typed: str, kept: str) -> None:
    assert phone_as_kept(typed) == kept
    assert phone_as_kept(kept) == kept


@pytest.mark.parametrize(
    "typed",
    ["010-0142", "call me", "+", "+4930", "155501001421", "055 010 0142", "x12", "+" + "9" * 16],
)
def test_what_is_no_phone(typed: str) -> None:
    with pytest.raises(ValidationError):
        phone_as_kept(typed)


@pytest.mark.django_db(transaction=True)
def test_what_another_step_writes_meanwhile_is_not_undone() -> None:
    """The page read the row before; it writes what was changed on it and nothing else."""
    pat = person("patdoe77", full_name="")
    done = threading.Event()

    def change() -> None:
        profile.change(pat, full_name="Pat Doe", employer="Sunny Hill LLC", job_title="")
        connection.close()
        done.set()

    with transaction.atomic():
        locked = User.objects.select_for_update().get(pk=pat.pk)
        thread = threading.Thread(target=change)
        thread.start()
        assert not done.wait(0.3)
        locked.full_name, locked.phone = "Pat Doe", "(555) 010-0142"
        locked.save(update_fields=["full_name", "phone"])
    thread.join(timeout=10)
    pat.refresh_from_db()
    assert (pat.phone, pat.employer) == ("(555) 010-0142", "Sunny Hill LLC")
    # The name was there already when the lock came free.
    assert not AuditEvent.objects.filter(type="name_changed").exists()
