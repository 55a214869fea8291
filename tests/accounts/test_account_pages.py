import pytest
from allauth.account.models import EmailAddress
from django.conf import settings
from django.test import Client

from accounts.adapter import AccountAdapter
from accounts.models import AuditEvent, TermsAcceptance, User
from tests.accounts.builders import PASSWORD, newest_email, verify
from tests.builders import person

pytestmark = pytest.mark.django_db


@pytest.fixture
def pat(client: Client) -> User:
    user = person("patdoe77", email="pat@sunny-hill.example", full_name="Pat Doe")
    user.set_password(PASSWORD)
    user.save()
    client.force_login(user)
    return user


def test_shows_who_one_is(client: Client, pat: User) -> None:
    User.objects.update(phone="(555) 010-0142", employer="Sunny Hill LLC", job_title="Nurse")
    page = client.get("/accounts/").content.decode()
    for said in ("patdoe77", "Pat Doe", "pat@sunny-hill.example", "It can never change."):
        assert said in page
    for said in ("(555) 010-0142", "Sunny Hill LLC", "Nurse", "Not proofed", "Verified"):
        assert said in page
    assert f"Version {settings.TERMS_VERSION}, accepted on" in page


def test_says_what_is_missing(client: Client, pat: User) -> None:
    EmailAddress.objects.update(verified=False)
    TermsAcceptance.objects.all().delete()
    User.objects.update(full_name="", identity_proofing="harp")
    page = client.get("/accounts/").content.decode()
    for said in ("Not given yet", "Not verified", "Not accepted yet", "Proofed by HARP"):
        assert said in page


@pytest.mark.parametrize("path", ["/accounts/", "/accounts/profile/", "/accounts/email/"])
def test_needs_sign_in(client: Client, path: str) -> None:
    assert client.get(path)["Location"] == f"/accounts/login/?next={path}"


def test_a_new_password_needs_the_old_one(client: Client, pat: User) -> None:
    typed = {"oldpassword": "wrong", "password1": "another horse of mine"}
    page = client.post("/accounts/password/change/", typed)
    assert "This is not your current password." in page.content.decode()
    client.post("/accounts/password/change/", typed | {"oldpassword": PASSWORD})
    pat.refresh_from_db()
    assert pat.check_password("another horse of mine")
    assert AuditEvent.objects.get().type == "password_changed"
    assert newest_email().subject == "Your password was changed"


def test_a_new_address_counts_once_its_code_is_typed(client: Client, pat: User) -> None:
    client.post("/accounts/email/", {"action_add": "1", "email": "pat@new.example"})
    client.post("/accounts/reauthenticate/", {"password": PASSWORD, "next": "/accounts/email/"})
    assert User.objects.get().email == "pat@sunny-hill.example"
    verify(client, "pat@new.example")
    assert "Your email address is changed." in client.get("/accounts/").content.decode()
    assert User.objects.get().email == "pat@new.example"
    assert EmailAddress.objects.get().email == "pat@new.example"
    assert newest_email("pat@sunny-hill.example").subject == "Your email address was changed"
    assert set(AuditEvent.objects.values_list("type", flat=True)) == {
        "email_changed",
        "email_verified",
    }


def test_whoever_is_wrong_too_often_begins_the_change_again(client: Client, pat: User) -> None:
    client.post("/accounts/email/", {"email": "pat@new-hill.example", "action_add": "1"})
    for _ in range(4):
        page = client.post("/accounts/confirm-email/", {"code": "BBBB-BBBB"})
        assert page.status_code == 200
    page = client.post("/accounts/confirm-email/", {"code": "BBBB-BBBB"}, follow=True)
    assert page.redirect_chain[-1][0] == "/accounts/email/"
    assert "wrong too often. Begin again here" in page.content.decode()


def test_somebody_elses_address_stays_theirs(client: Client, pat: User) -> None:
    person("samroe88", email="sam@sunny-hill.example")
    client.post(
        "/accounts/email/", {"action_add": "1", "email": "sam@sunny-hill.example"}, follow=True
    )
    client.post("/accounts/reauthenticate/", {"password": PASSWORD, "next": "/accounts/email/"})
    page = client.post("/accounts/confirm-email/", {"code": "ABCD-EFGH"})
    assert "already" not in page.content.decode()
    assert User.objects.get(username="patdoe77").email == "pat@sunny-hill.example"


def test_nobody_is_ever_without_an_address(client: Client, pat: User) -> None:
    client.post("/accounts/email/", {"action_remove": "1", "email": pat.email})
    client.post("/accounts/reauthenticate/", {"password": PASSWORD, "next": "/accounts/email/"})
    assert EmailAddress.objects.get().email == pat.email
    assert User.objects.get().email == pat.email


def test_a_new_password_leaves_alone_what_changed_meanwhile(pat: User) -> None:
    """The page read the row before somebody else closed the account."""
    read_before = User.objects.get(pk=pat.pk)
    User.objects.filter(pk=pat.pk).update(is_active=False, cms_role="agent", full_name="Pat Roe")
    AccountAdapter().set_password(read_before, "another horse of mine")
    pat.refresh_from_db()
    assert pat.check_password("another horse of mine")
    assert (pat.is_active, pat.cms_role, pat.full_name) == (False, "agent", "Pat Roe")
