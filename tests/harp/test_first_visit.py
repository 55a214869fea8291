"""Somebody comes from HARP for the first time."""

from __future__ import annotations

import pytest
from allauth.account.models import EmailAddress
from django.conf import LazySettings
from django.core.exceptions import ValidationError
from django.test import Client

from accounts import terms
from accounts.harp import joining
from accounts.models import AuditEvent, HarpIdentity, IdentityProofing, OutgoingEmail, User
from tests import builders
from tests.accounts.builders import code_in, newest_email
from tests.builders import person
from tests.harp.arriving import Arrive, arrival, signed_in_as
from tests.pages.browsing import words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("harp_configured")]


def judge_names(user_id: str) -> None:
    if "burnsnursinghome" in user_id:
        raise ValidationError("The name of a provider.", code="provider_name")
    if "burns" in user_id:
        raise ValidationError("Part of a name.", code="warning")


@pytest.fixture(autouse=True)
def known_names(settings: LazySettings) -> None:
    settings.USER_ID_VALIDATORS = [f"{__name__}.judge_names"]


@pytest.fixture
def arrive(monkeypatch: pytest.MonkeyPatch) -> Arrive:
    return arrival(monkeypatch)


def test_an_account_with_the_user_id_of_harp(client: Client, arrive: Arrive) -> None:
    response = arrive(client, identity_assurance_level=2, phone_number="(555) 010-0100")
    assert (response.status_code, response["Location"]) == (302, "/")
    nora = signed_in_as(client)
    assert nora is not None
    assert (nora.username, nora.full_name) == ("noranew77", "Nora New")
    assert nora.phone == "(555) 010-0100"
    assert nora.identity_proofing == IdentityProofing.HARP
    assert nora.user_id_flags == []
    assert not nora.has_usable_password()
    address = EmailAddress.objects.get(user=nora)
    assert (address.email, address.verified, address.primary) == (nora.email, True, True)
    types = set(AuditEvent.objects.filter(person=nora).values_list("type", flat=True))
    assert {"account_created", "signed_in", "identity_proofed"} <= types
    assert AuditEvent.objects.get(type="signed_in").details["by"] == "harp"
    assert not OutgoingEmail.objects.filter(to_address=nora.email).exists()


def test_the_second_visit_is_the_same_account(client: Client, arrive: Arrive) -> None:
    arrive(client)
    again = Client()
    # Whatever has changed at HARP: the subject is the person.
    arrive(again, preferred_username="Renamed", email="new@burns-home.example", name="N. New")
    assert signed_in_as(again) == User.objects.get()
    assert signed_in_as(again).full_name == "Nora New"  # type: ignore[union-attr]
    assert HarpIdentity.objects.get().name_at_harp == "renamed"


@pytest.mark.parametrize(
    ("user_id", "flags"),
    [
        ("kim#lee", ["characters"]),
        ("kim", ["length"]),
        ("x" * 130, ["length"]),
        ("245381", ["like_ccn"]),
        ("123-45-6789", ["characters", "like_ssn"]),
        ("burnsnursinghome", ["provider_name"]),
        ("Burns-Nursing.Home", ["characters", "provider_name"]),
        ("pat.burns", ["characters", "part_of_provider_name"]),
    ],
)
def test_a_user_id_is_never_refused_but_flagged(
    client: Client, arrive: Arrive, user_id: str, flags: list[str]
) -> None:
    arrive(client, preferred_username=user_id)
    user = signed_in_as(client)
    assert user is not None
    assert user.username == user_id.lower()
    assert sorted(user.user_id_flags) == flags
    assert len(user.user_id_remarks) == len(flags)
    terms.accept(user)
    page = client.get("/accounts/").content.decode()
    assert all(remark in page for remark in user.user_id_remarks)


def test_an_address_that_harp_has_not_verified(client: Client, arrive: Arrive) -> None:
    response = arrive(client, email_verified=False)
    assert response["Location"] == "/accounts/harp/email/code/"
    assert not User.objects.exists()
    assert "nora@burns-home.example" in client.get(response["Location"]).content.decode()
    code = code_in(newest_email("nora@burns-home.example"))
    wrong = client.post("/accounts/harp/email/code/", {"code": "AAAA-AAAA"})
    assert "This code is not right." in wrong.content.decode()
    assert client.post("/accounts/harp/email/code/", {"code": code})["Location"] == "/"
    assert EmailAddress.objects.get(user=signed_in_as(client)).verified


def test_three_wrong_codes_are_enough(client: Client, arrive: Arrive) -> None:
    arrive(client, email_verified=False)
    code = code_in(newest_email("nora@burns-home.example"))
    for _ in range(3):
        response = client.post("/accounts/harp/email/code/", {"code": "AAAA-AAAA"})
    assert response["Location"] == "/accounts/harp/email/"
    response = client.post("/accounts/harp/email/code/", {"code": code})
    assert response["Location"] == "/accounts/harp/email/"
    assert not User.objects.exists()


def test_a_new_code_replaces_the_old_one(client: Client, arrive: Arrive) -> None:
    arrive(client, email_verified=False)
    old = code_in(newest_email("nora@burns-home.example"))
    client.post("/accounts/harp/email/code/", {"action": "resend"})
    new = code_in(newest_email("nora@burns-home.example"))
    client.post("/accounts/harp/email/code/", {"code": old})
    assert not User.objects.exists()
    client.post("/accounts/harp/email/code/", {"code": new})
    assert User.objects.get().username == "noranew77"


def test_codes_are_not_sent_without_end(client: Client, arrive: Arrive) -> None:
    arrive(client, email_verified=False)
    for _ in range(9):
        client.post("/accounts/harp/email/", {"email": "nora@burns-home.example"})
    assert OutgoingEmail.objects.count() == 5


def test_no_address_at_all(client: Client, arrive: Arrive) -> None:
    assert arrive(client, email=None)["Location"] == "/accounts/harp/email/"
    assert "Email" in client.get("/accounts/harp/email/").content.decode()
    assert client.post("/accounts/harp/email/", {"email": "nora"}).status_code == 200
    client.post("/accounts/harp/email/", {"email": "Nora@Burns-Home.Example"})
    code = code_in(newest_email("nora@burns-home.example"))
    client.post("/accounts/harp/email/code/", {"code": code})
    assert User.objects.get().email == "nora@burns-home.example"


def test_a_stranger_learns_nothing_about_an_unproven_address(
    client: Client, arrive: Arrive
) -> None:
    """Whether an account here uses it or not, HARP's person reads the same, and proves it."""
    person("other77", email="nora@burns-home.example")
    taken = arrive(client, email_verified=False)
    free = arrive(other := Client(), sub="harp-2", email="n@b.example", email_verified=False)
    assert taken["Location"] == free["Location"]
    pages = [
        each.get(taken["Location"]).content.decode().replace(email, "").replace("noranew77", "")
        for each, email in ((client, "nora@burns-home.example"), (other, "n@b.example"))
    ]
    assert _without_tokens(pages[0]) == _without_tokens(pages[1])
    # The mailbox's owner may know; then it is the same person, and asked to prove the rest.
    code = code_in(newest_email("nora@burns-home.example"))
    response = client.post("/accounts/harp/email/code/", {"code": code})
    assert response["Location"] == "/accounts/harp/match/"
    assert User.objects.count() == 1


def _without_tokens(page: str) -> list[str]:
    return [line for line in page.splitlines() if "csrf" not in line]


def test_who_stops_has_no_account(client: Client, arrive: Arrive) -> None:
    arrive(client, email=None)
    client.post("/accounts/harp/cancel/")
    assert client.get("/accounts/harp/email/").status_code == 400
    assert not User.objects.exists()


def test_a_closed_account_stays_closed(client: Client, arrive: Arrive) -> None:
    arrive(Client())
    User.objects.update(is_active=False)
    assert arrive(client)["Location"] == "/accounts/inactive/"
    assert signed_in_as(client) is None


def test_goes_where_the_person_was_going(client: Client, arrive: Arrive) -> None:
    assert arrive(client, state={"next": "/requests/"})["Location"] == "/requests/"


def test_whoever_decides_sees_what_speaks_against_the_user_id(
    client: Client, arrive: Arrive
) -> None:
    arrive(client, preferred_username="burnsnursinghome", identity_assurance_level=2)
    nora = signed_in_as(client)
    assert nora is not None
    asked = builders.submit(nora, builders.provider(), "pso")
    reviewer = Client()
    reviewer.force_login(builders.reviewer())
    page = words(reviewer.get(asked.get_absolute_url()))
    assert "Identity: Proofed by HARP" in page
    assert "User ID from HARP: Holds the name of a provider" in page
    terms.accept(nora)
    assert "User ID from HARP" not in words(client.get(asked.get_absolute_url()))


def test_signing_out_here_is_not_signing_out_there(client: Client, arrive: Arrive) -> None:
    arrive(client)
    assert "At HARP you may still be signed in" in words(
        client.post("/accounts/logout/", follow=True)
    )
    other = Client()
    other.force_login(person())
    assert "At HARP" not in words(other.post("/accounts/logout/", follow=True))


def test_somebody_takes_the_user_id_in_this_very_moment(
    client: Client, arrive: Arrive, monkeypatch: pytest.MonkeyPatch
) -> None:
    person("noranew77")
    looks = iter([False, True])
    monkeypatch.setattr(joining, "is_taken", lambda user_id: next(looks))
    assert arrive(client)["Location"] == "/accounts/harp/match/"
    assert User.objects.count() == 1


def test_two_windows_make_one_account(
    client: Client, arrive: Arrive, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other window is done between this one's look and its writing."""
    arrive(Client())
    monkeypatch.setattr(joining, "is_taken", lambda user_id: False)
    monkeypatch.setattr(joining, "has_account", lambda email: False)
    looks = iter([None, User.objects.get()])
    monkeypatch.setattr(joining, "account_of", lambda identity: next(looks))
    assert arrive(client)["Location"] == "/"
    assert signed_in_as(client) == User.objects.get()
