"""Lists of contacts: compared row by row, agreed to, and then taken in whole or not at all."""

from __future__ import annotations

from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.test import Client
from django.utils import timezone

from access_requests.contacts import lists, steps
from access_requests.contacts.comparison import Comparison, compare
from access_requests.models import Contact, ContactUpload
from accounts import audit
from accounts.models import AuditEvent, User
from providers.models import Provider
from tests import builders as make
from tests.pages.browsing import field_error, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def home() -> Provider:
    return make.provider("015009", name="BURNS NURSING HOME")


def file(text: str, name: str = "list.csv") -> BytesIO:
    content = BytesIO(text.encode())
    content.name = name
    return content


def uploaded(desk: Client, text: str) -> ContactUpload:
    response = desk.post("/contacts/import/", {"file": file(text)})
    assert response.status_code == 302, words(response)
    return ContactUpload.objects.latest("pk")


def compared(text: str) -> Comparison:
    return compare(lists.read(text.encode()))


LIST = (
    "Provider;CMS Certification Number (CCN);Contact name;Title;E-Mail;Phone number\n"
    'Burns;="015009";Ada Winter;Administrator;Ada@Burns.example;(555) 010-0100\n'
    "\n"
    "Burns;01-5009B;Bob;Nurse;bob@burns.example;\n"
    "Burns;15009;Cy;;cy@burns.example;\n"
    "Nowhere;015011;Di;;di@nowhere.example;\n"
    "Burns;015009;Ada again;;ADA@burns.example;\n"
    "Burns;015009;Ed;;ed at burns;12\n"
    "Burns;015009;;Cook;;\n"
    "Burns;015009;Letter Only;;;\n"
    "Burns;;Fay;;fay@burns.example;\n"
)


def test_a_list_is_compared_row_by_row(home: Provider, reviewer: User) -> None:
    steps.add(provider=home, by=reviewer, email="bob@burns.example")
    found = compared(LIST)
    assert [(row.number, row.email, row.name) for row in found.new] == [
        (2, "ada@burns.example", "Ada Winter"),
        (10, "", "Letter Only"),
    ]
    assert found.known == 1
    assert found.left_out == ["Provider"]
    refused = {row.number: row.why for row in found.refused}
    assert set(refused) == {5, 6, 7, 8, 9, 11}
    assert "015009" in refused[5]  # what was probably meant
    assert refused[6] == "015011 is not on CMS’s list of providers."
    assert refused[7] == "The same as row 2."
    assert "Email: Enter a complete address" in refused[8]
    assert "Phone: Enter all ten digits" in refused[8]
    assert refused[9] == "Give a name, an email address or a phone number."
    assert refused[11] == "There is no CCN in this row."


def test_who_was_removed_does_not_come_back_with_a_list(home: Provider, reviewer: User) -> None:
    ada = steps.add(provider=home, by=reviewer, email="ada@burns.example")
    steps.remove(ada.pk, by=reviewer, why="Asked not to be written to.")
    [row] = compared("CCN,Email\n015009,ada@burns.example\n").refused
    assert "Asked not to be written to." in row.why
    steps.add(provider=home, by=reviewer, email="ada@burns.example")
    assert compared("CCN,Email\n015009,ada@burns.example\n").known == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "The submitted file is empty|The file is empty"),
        ("CCN,Name\n", "no contacts below it"),
        ("Name,Email\nAda,a@b.example\n", "No column is called CCN"),
        ("CCN,Town\n015009,Mobile\n", "no column called Name, Email or Phone"),
        ("CCN,Name,Contact\n015009,Ada,Bob\n", "“Name” and “Contact”, mean the same"),
        ("PK\x03\x04rest", "This is a workbook"),
        ("CCN,Name\x00\n", "This is no text"),
        ('CCN,Name\n015009,"' + "x" * 140_000, "Line 2 cannot be read"),
    ],
)
def test_a_file_that_is_no_list_is_told_what_to_do(desk: Client, text: str, said: str) -> None:
    response = desk.post("/contacts/import/", {"file": file(text)})
    assert response.status_code == 422
    assert any(each in field_error(response, "file") for each in said.split("|"))
    assert not ContactUpload.objects.exists()


def test_other_encodings_are_read(home: Provider) -> None:
    text = "CCN,Name\n015009,Zoë\n"
    for raw in (text.encode("utf-16"), text.encode("cp1252"), text.encode("utf-8-sig")):
        [row] = compare(lists.read(raw)).new
        assert row.name == "Zoë"


def test_nothing_is_written_before_the_yes_and_then_all(
    desk: Client, home: Provider, reviewer: User
) -> None:
    upload = uploaded(desk, LIST)
    page = desk.get(f"/contacts/import/{upload.pk}/")
    assert "3 new, 0 already there, 6 cannot be taken." in words(page)
    assert not Contact.objects.exists()
    assert "list.csv" in words(desk.get("/contacts/"))
    rows = b"".join(desk.get(f"/contacts/import/{upload.pk}/refused/").streaming_content).decode()  # type: ignore[attr-defined]
    assert "The same as row 2." in rows

    digest = page.context["compared"].digest
    done = desk.post(f"/contacts/import/{upload.pk}/accept/", {"digest": digest}, follow=True)
    assert "3 contacts added." in words(done)
    assert Contact.objects.filter(source="imported", added_by=reviewer).count() == 3
    line = AuditEvent.objects.get(type="contacts_imported")
    assert (line.file_name, line.details) == ("list.csv", {"new": 3, "providers": 1})
    upload.refresh_from_db()
    assert (upload.state, bytes(upload.content)) == ("imported", b"")
    again = desk.post(f"/contacts/import/{upload.pk}/accept/", {"digest": digest}, follow=True)
    assert "taken in already" in words(again)
    assert "3 contacts were added" in words(again)
    assert Contact.objects.count() == 3


def test_what_changed_since_the_comparison_is_shown_again(
    desk: Client, home: Provider, reviewer: User
) -> None:
    upload = uploaded(desk, LIST)
    digest = desk.get(f"/contacts/import/{upload.pk}/").context["compared"].digest
    steps.add(provider=home, by=reviewer, email="bob@burns.example")
    response = desk.post(f"/contacts/import/{upload.pk}/accept/", {"digest": digest})
    assert response.status_code == 409
    assert "This has changed meanwhile" in words(response)
    assert "2 new, 1 already there" in words(response)
    assert Contact.objects.count() == 1


def test_a_list_can_be_dropped_and_a_forgotten_one_goes(desk: Client, home: Provider) -> None:
    dropped, old, fresh = (uploaded(desk, LIST) for _ in range(3))
    desk.post(f"/contacts/import/{dropped.pk}/drop/")
    long_ago = timezone.now() - steps.FORGOTTEN_AFTER
    ContactUpload.objects.filter(pk=old.pk).update(uploaded_at=long_ago)
    assert steps.drop_forgotten() == 1
    assert [bytes(each.content) == b"" for each in ContactUpload.objects.order_by("pk")] == [
        True,
        True,
        False,
    ]
    assert desk.get(f"/contacts/import/{dropped.pk}/refused/").status_code == 302
    with pytest.raises(ValidationError, match="dropped"):
        steps.drop(old.pk, by=None)
    assert "waiting" in words(desk.get(f"/contacts/import/{fresh.pk}/")).lower()


def test_an_import_that_fails_in_the_middle_leaves_nothing(
    desk: Client, home: Provider, reviewer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = uploaded(desk, LIST)
    digest = steps.comparison_of(upload).digest

    def broken(*args: object, **kwargs: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(audit, "record", broken)
    with pytest.raises(RuntimeError), transaction.atomic():
        steps.take_in(upload.pk, by=reviewer, digest=digest)
    assert not Contact.objects.exists()
    assert ContactUpload.objects.get().state == "compared"


def test_the_template_is_taken_as_it_is(desk: Client, home: Provider) -> None:
    text = b"".join(desk.get("/contacts/import/template/").streaming_content).decode()  # type: ignore[attr-defined]
    [row] = compared(text).new
    assert (row.provider, row.phone) == (home, "(555) 010-0100")
