"""Whom CMS can write to: entered, removed, found."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from access_requests import contacts
from access_requests.contacts import steps
from access_requests.models import Contact
from accounts import bounces
from accounts.models import AuditEvent, User
from providers.models import Chain, Provider
from tests import builders as make
from tests.pages.browsing import field_error, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def home() -> Provider:
    return make.provider("015009", name="BURNS NURSING HOME")


def test_living_contacts_are_not_removed_and_at_open_providers(
    home: Provider, reviewer: User
) -> None:
    closed = make.provider("015010")
    stays = steps.add(provider=home, by=reviewer, email="ada@burns.example")
    gone = steps.add(provider=home, by=reviewer, name="Bob")
    steps.add(provider=closed, by=reviewer, name="Cy")
    steps.remove(gone.pk, by=reviewer, why="Left.")
    Provider.objects.filter(pk=closed.pk).update(closed_on=timezone.now().date())
    assert list(contacts.living([home.pk, closed.pk])) == [stays]
    assert list(contacts.living(Provider.objects.filter(state="AL"))) == [stays]
    assert list(contacts.living([])) == []


def test_an_address_that_email_came_back_from_is_not_deliverable(
    home: Provider, reviewer: User
) -> None:
    """Though it is no account's."""
    ada = steps.add(provider=home, by=reviewer, email="ada@burns.example")
    steps.add(provider=home, by=reviewer, name="No address")
    assert list(contacts.deliverable(contacts.living([home.pk]))) == [ada]
    assert contacts.is_deliverable(ada)
    assert bounces.flag("Ada@Burns.example", reason="550 5.1.1", sent_at=timezone.now())
    assert not bounces.flag("nobody@burns.example", reason="550 5.1.1", sent_at=timezone.now())
    assert list(contacts.deliverable(contacts.living([home.pk]))) == []
    assert not contacts.is_deliverable(ada)


def test_a_contact_is_entered_and_removed_with_a_reason(
    desk: Client, home: Provider, reviewer: User
) -> None:
    said = {"ccn": "01-5009b", "name": "Ada  Winter", "email": "Ada@Burns.Example"}
    response = desk.post("/contacts/new/", said | {"phone": "555 010 0100"}, follow=True)
    assert "Ada Winter is now a contact of Burns Nursing Home, CCN 015009." in words(response)
    ada = Contact.objects.get()
    assert (ada.email, ada.phone, ada.source) == ("ada@burns.example", "(555) 010-0100", "entered")
    line = AuditEvent.objects.get(type="contact_added")
    assert (line.actor, line.ccn, line.details) == (reviewer, "015009", {"contact": ada.pk})

    assert "ada@burns.example" in words(desk.get(home.get_absolute_url()))
    assert desk.post(f"/contacts/{ada.pk}/remove/", {"why": " "}).status_code == 422
    desk.post(f"/contacts/{ada.pk}/remove/", {"why": "Retired."})
    ada.refresh_from_db()
    assert ada.removed_why == "Retired."
    assert AuditEvent.objects.get(type="contact_removed").details["reason"] == "Retired."
    again = desk.post(f"/contacts/{ada.pk}/remove/", {"why": "Twice."}, follow=True)
    assert "has been removed already" in words(again)
    assert AuditEvent.objects.filter(type="contact_removed").count() == 1
    assert "ada@burns.example" not in words(desk.get(home.get_absolute_url()))


@pytest.mark.parametrize(
    ("said", "field", "error"),
    [
        ({"ccn": "", "name": "Ada"}, "ccn", "Enter the CCN of the provider."),
        ({"ccn": "015011", "name": "Ada"}, "ccn", "015011 is not on CMS’s list of providers."),
        ({"ccn": "015010", "name": "Ada"}, "ccn", "This provider is closed"),
        ({"ccn": "015009", "email": "ada@"}, "email", "Enter a complete address"),
        ({"ccn": "015009", "phone": "12"}, "phone", "Enter all ten digits"),
        ({"ccn": "015009", "name": "\0"}, "name", "Null characters are not allowed."),
    ],
)
def test_what_is_wrong_stands_beside_its_field(
    desk: Client, home: Provider, said: dict[str, str], field: str, error: str
) -> None:
    make.provider("015010", closed_on=timezone.now().date())
    response = desk.post("/contacts/new/", said)
    assert response.status_code == 422
    assert error in field_error(response, field)
    assert not Contact.objects.exists()


def test_a_contact_says_something_and_is_there_once(desk: Client, home: Provider) -> None:
    response = desk.post("/contacts/new/", {"ccn": "015009", "position": "Cook"})
    assert "Give a name, an email address or a phone number." in words(response)
    ada = {"ccn": "015009", "email": "ada@burns.example"}
    desk.post("/contacts/new/", ada)
    response = desk.post("/contacts/new/", ada | {"email": "ADA@burns.example"})
    assert "is there already at 015009" in field_error(response, "email")
    assert Contact.objects.count() == 1


def test_the_database_refuses_capitals_and_removal_without_reason(
    home: Provider, reviewer: User
) -> None:
    ada = steps.add(provider=home, by=reviewer, email="ada@burns.example")
    wrong: dict[str, dict[str, Any]] = {
        "contact_address_in_small_letters": {"email": "Ada@burns.example"},
        "contact_removed_with_reason": {"removed_at": timezone.now()},
    }
    for name, change in wrong.items():
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            Contact.objects.filter(pk=ada.pk).update(**change)


def test_they_are_found_by_ccn_state_and_chain(
    desk: Client, home: Provider, reviewer: User
) -> None:
    in_chain = make.provider("015012", chain=Chain.objects.create(name="SUNRISE HOMES"))
    texas = make.provider("455001", state="TX")
    for provider, name in ((home, "Ada"), (in_chain, "Bob"), (texas, "Cy")):
        steps.add(provider=provider, by=reviewer, name=f"{name} Winter")
    for search, shown in {
        "": {"Ada", "Bob", "Cy"},
        "ccn=01+5009": {"Ada"},
        "state=TX": {"Cy"},
        "chain=sunrise": {"Bob"},
        "state=AL&chain=sunrise": {"Bob"},
        "ccn=015009&state=TX": set(),
    }.items():
        page = words(desk.get(f"/contacts/?{search}"))
        assert {name for name in ("Ada", "Bob", "Cy") if f"{name} Winter" in page} == shown, search
    assert "No contact is known there" in page
    wrong = desk.get("/contacts/?ccn=99999X&state=ZZ")
    assert wrong.status_code == 422
    assert field_error(wrong, "ccn")
    assert field_error(wrong, "state") == "Choose a state from the list."
    looks = AuditEvent.objects.filter(type="person_viewed", actor=reviewer)
    assert looks.filter(ccn="015009", details={"contacts": 1}).exists()


def test_many_come_a_page_at_a_time(desk: Client, home: Provider, reviewer: User) -> None:
    for number in range(27):
        steps.add(provider=home, by=reviewer, name=f"N{number:02d}")
    first = desk.get("/contacts/?ccn=015009")
    assert "N26" in words(first)
    assert "N01" not in words(first)
    last = first.context["contacts"][-1].pk
    second = words(desk.get(f"/contacts/?ccn=015009&after={last}"))
    assert "N01" in second
    assert "N02" not in second


def test_the_export_is_what_was_searched_for_and_on_record(
    desk: Client, home: Provider, reviewer: User
) -> None:
    steps.add(provider=home, by=reviewer, name="=1+1", email="ada@burns.example")
    steps.add(provider=make.provider("455001", state="TX"), by=reviewer, name="Cy")
    response = desk.get("/contacts/export/?state=AL")
    text = b"".join(response.streaming_content).decode()  # type: ignore[attr-defined]
    assert '"=""015009"""' in text
    assert "'=1+1" in text
    assert "Cy" not in text
    line = AuditEvent.objects.get(type="exported")
    assert line.details == {"list": "contacts", "state": "AL"}
    assert desk.get("/contacts/export/?state=ZZ").status_code == 422
