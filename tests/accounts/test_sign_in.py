import pytest
from django.test import Client

from accounts.models import AuditEvent, User
from tests.accounts.builders import PASSWORD
from tests.builders import person

pytestmark = pytest.mark.django_db


@pytest.fixture
def pat() -> User:
    user = person("patdoe77")
    user.set_password(PASSWORD)
    user.save()
    return user


def sign_in(client: Client, login: str = "patdoe77", password: str = PASSWORD, **more: str) -> str:
    response = client.post("/accounts/login/", {"login": login, "password": password} | more)
    return str(response.get("Location", response.content.decode()))


@pytest.mark.parametrize("login", ["patdoe77", "PatDoe77", " PATDOE77 "])
def test_by_user_id_in_any_case(client: Client, pat: User, login: str) -> None:
    assert sign_in(client, login) == "/"
    assert client.session["_auth_user_id"] == str(pat.pk)
    assert AuditEvent.objects.get().type == "signed_in"


def test_not_by_email(client: Client, pat: User) -> None:
    assert "is not right" in sign_in(client, pat.email)


def test_a_wrong_password_and_an_unknown_user_id_read_the_same(client: Client, pat: User) -> None:
    wrong, unknown = sign_in(client, password="x"), sign_in(client, "nobody1", "x")
    sentence = "The User ID or the password is not right."
    assert sentence in wrong
    assert sentence in unknown


def test_after_five_tries_even_the_right_password_waits(client: Client, pat: User) -> None:
    for _ in range(5):
        sign_in(client, password="x")
    assert "Too many wrong tries from this place" in sign_in(client)


def test_goes_where_the_person_was_going(client: Client, pat: User) -> None:
    assert sign_in(client, next="/help/") == "/help/"
    client.logout()
    assert sign_in(client, next="https://elsewhere.example/") == "/"


def test_a_closed_account_says_so_only_to_its_owner(client: Client, pat: User) -> None:
    User.objects.update(is_active=False)
    assert sign_in(client) == "/accounts/inactive/"
    assert "is not right" in sign_in(client, password="x")


def test_an_unverified_address_gets_its_code_first(client: Client, pat: User) -> None:
    pat.emailaddress_set.update(verified=False)
    assert sign_in(client) == "/accounts/confirm-email/"
    assert "_auth_user_id" not in client.session


def test_signing_out_is_never_done_by_a_link(client: Client, pat: User) -> None:
    client.force_login(pat)
    assert "Do you want to sign out?" in client.get("/accounts/logout/").content.decode()
    page = client.post("/accounts/logout/", follow=True)
    assert page.redirect_chain[-1][0] == "/accounts/login/"
    assert "You are signed out." in page.content.decode()
    assert "_auth_user_id" not in client.session


def test_signing_in_by_an_emailed_code_is_not_offered(client: Client) -> None:
    assert client.get("/accounts/login/code/confirm/").status_code in {302, 404}
    assert client.get("/accounts/login/code/").status_code in {302, 404}


def test_empty_fields_say_what_to_enter(client: Client) -> None:
    page = client.post("/accounts/login/", {}).content.decode()
    assert "Enter your User ID." in page
    assert "Enter your password." in page
    page = client.post("/accounts/signup/", {}).content.decode()
    for said in ("Enter a User ID.", "Enter your email address.", "Enter a password."):
        assert said in page


def test_where_one_wanted_to_go_is_said(client: Client) -> None:
    assert (
        "Sign in to see that page." in client.get("/accounts/login/?next=/queue/").content.decode()
    )
    assert "Sign in to see that page." not in client.get("/accounts/login/").content.decode()


def test_refusal_says_that_the_user_id_is_not_the_email(client: Client, pat: User) -> None:
    assert "The User ID is not your email address" in sign_in(client, pat.email)
