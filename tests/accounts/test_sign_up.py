"""Creating an account, up to the verified address (rules 4 and 7)."""

from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.conf import LazySettings
from django.contrib.auth.hashers import check_password
from django.test import Client

from accounts import audit
from accounts.models import AuditEvent, OutgoingEmail, TermsAcceptance, User
from tests.accounts.builders import (
    PASSWORD,
    SIGN_UP,
    code_in,
    confirm_sign_up,
    newest_email,
    readable,
    signed_up,
)
from tests.builders import person

pytestmark = pytest.mark.django_db

CODE_PAGE = "/accounts/signup/code/"


def post(client: Client, **typed: str) -> Any:
    return client.post("/accounts/signup/", SIGN_UP | typed)


def errors(response: Any) -> dict[str, list[str]]:
    assert response.status_code == 200
    return dict(response.context["form"].errors)


def test_an_account_with_only_the_three_fields(client: Client) -> None:
    typed = {key: SIGN_UP[key] for key in ("username", "email", "password1")}
    assert client.post("/accounts/signup/", typed)["Location"] == CODE_PAGE
    assert confirm_sign_up(client)["Location"] == "/"
    assert User.objects.get(username="patdoe77").check_password(PASSWORD)


def test_the_page_says_that_it_can_never_change(client: Client) -> None:
    page = client.get("/accounts/signup/").content.decode()
    assert "Your User ID can never change" in page
    assert 'href="/accounts/terms/"' in page


def test_the_code_page_says_it_once_more_and_offers_another(client: Client) -> None:
    page = client.post("/accounts/signup/", SIGN_UP, follow=True).content.decode()
    assert '<p class="portal-for-good__id">patdoe77</p>' in page
    assert "It can never change: not by you, not by us." in page
    assert "Choose another User ID" in page


def test_nothing_is_stored_before_the_code(client: Client) -> None:
    post(client)
    assert not User.objects.exists()
    assert not EmailAddress.objects.exists()
    assert not AuditEvent.objects.exists()
    assert "_auth_user_id" not in client.session


def test_the_session_holds_no_password_as_typed(client: Client) -> None:
    post(client)
    assert PASSWORD not in str(dict(client.session))
    assert check_password(PASSWORD, client.session["sign_up"]["password"])


def test_stored_as_it_must_be(client: Client) -> None:
    post(client, username="  PatDoe77", email="Pat@Sunny-Hill.example")
    confirm_sign_up(client)
    user = User.objects.get()
    assert (user.username, user.email, user.full_name) == (
        "patdoe77",
        "pat@sunny-hill.example",
        "Pat Doe",
    )
    address = EmailAddress.objects.get()
    assert (address.email, address.verified, address.primary) == (user.email, True, True)


def test_the_code_is_a_secret_that_goes_first(client: Client) -> None:
    post(client)
    email = newest_email()
    assert email.holds_secret
    assert email.priority == OutgoingEmail.Priority.CODE
    assert code_in(email) in email.body_html


def test_the_code_lets_in_and_the_letter_names_the_user_id(client: Client) -> None:
    post(client)
    confirm_sign_up(client)
    assert client.session["_auth_user_id"] == str(User.objects.get().pk)
    assert "sign_up" not in client.session
    welcome = newest_email()
    assert welcome.subject == "Your account is ready"
    assert "Your User ID: patdoe77" in welcome.body_text


def test_the_session_ends_with_the_browser(client: Client) -> None:
    signed_up(client)
    assert client.session.get_expire_at_browser_close()


def test_the_page_they_came_from_is_where_they_go(client: Client) -> None:
    client.post("/accounts/signup/", SIGN_UP | {"next": "/requests/new/?ccn=015009"})
    # Even when the User ID was thought over in between.
    post(client, username="patdoe78")
    assert confirm_sign_up(client)["Location"] == "/requests/new/?ccn=015009"


def test_elsewhere_is_not_where_they_go(client: Client) -> None:
    client.post("/accounts/signup/", SIGN_UP | {"next": "https://elsewhere.example/"})
    assert confirm_sign_up(client)["Location"] == "/"


def test_each_step_is_in_the_trail(client: Client) -> None:
    signed_up(client)
    user = User.objects.get()
    steps = AuditEvent.objects.order_by("id").values_list("type", "actor", "person")
    assert list(steps) == [
        ("account_created", user.pk, user.pk),
        ("email_verified", user.pk, user.pk),
        ("terms_accepted", user.pk, user.pk),
        ("signed_in", user.pk, user.pk),
    ]


def test_the_terms_are_accepted_as_they_were_shown(client: Client, settings: LazySettings) -> None:
    settings.TERMS_VERSION = "one"
    post(client)
    settings.TERMS_VERSION = "two"
    confirm_sign_up(client)
    assert TermsAcceptance.objects.get().version == "one"
    assert client.get("/")["Location"] == "/accounts/terms/?next=%2F"


def test_a_failing_trail_undoes_everything(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("no room left")

    post(client)
    monkeypatch.setattr(audit, "record", fail)
    with pytest.raises(RuntimeError, match="no room left"):
        confirm_sign_up(client)
    assert not User.objects.exists()
    assert OutgoingEmail.objects.count() == 1


def test_a_taken_user_id_may_be_said(client: Client) -> None:
    person("patdoe77", email="other@sunny-hill.example")
    assert errors(post(client)) == {"username": ["This User ID is taken. Choose another one."]}


@pytest.mark.parametrize("password", ["patdoe77 and a horse", "horses for pat.doe-smith", "short"])
def test_bad_passwords(client: Client, password: str) -> None:
    response = post(client, password1=password, full_name="Pat Doe-Smith")
    assert list(errors(response)) == ["password1"]


def test_a_warned_user_id_is_taken_once_confirmed(client: Client) -> None:
    first = post(client, username="patsunny")
    assert errors(first) == {"username": ["This is part of the name of a provider."]}
    assert 'name="user_id_confirmed"' in first.content.decode()
    assert post(client, username="patsunny", user_id_confirmed="on").status_code == 302
    confirm_sign_up(client)
    assert User.objects.filter(username="patsunny").exists()


def test_a_refused_one_is_not(client: Client) -> None:
    response = post(client, username="sunnyhillcare", user_id_confirmed="on")
    assert errors(response) == {"username": ["This is the name of a provider."]}


def test_an_ordinary_one_asks_nothing(client: Client) -> None:
    response = post(client, email="wrong")
    assert "user_id_confirmed" not in response.content.decode()


def test_another_user_id_keeps_the_rest_and_needs_no_second_code(client: Client) -> None:
    post(client)
    form = client.get("/accounts/signup/").content.decode()
    for kept in ('value="patdoe77"', 'value="pat@sunny-hill.example"', 'value="Pat Doe"'):
        assert kept in form
    assert PASSWORD not in form
    assert "argon2" not in form
    post(client, username="patroe88")
    assert OutgoingEmail.objects.count() == 1
    assert "patroe88" in client.get(CODE_PAGE).content.decode()
    confirm_sign_up(client)
    assert User.objects.get().username == "patroe88"


def test_another_address_needs_another_code(client: Client) -> None:
    post(client)
    first = code_in(newest_email())
    post(client, email="pat@other.example")
    assert code_in(newest_email("pat@other.example")) != first
    client.post(CODE_PAGE, {"code": first})
    assert not User.objects.exists()


def test_signed_in_people_have_no_business_here(client: Client) -> None:
    signed_up(client)
    assert client.get("/accounts/signup/")["Location"] == "/"
    assert client.get(CODE_PAGE)["Location"] == "/"


def test_whoever_leaves_leaves_nothing_behind(client: Client) -> None:
    post(client)
    page = client.post(CODE_PAGE, {"action": "cancel"}, follow=True).content.decode()
    assert "Nothing was stored." in page
    assert "sign_up" not in client.session
    assert "patdoe77" not in client.get("/accounts/signup/").content.decode()


def test_the_address_in_use_is_told_the_way_forward(client: Client) -> None:
    person("already1", email=SIGN_UP["email"])
    post(client)
    email = newest_email()
    assert email.subject == "You have an account already"
    assert "already1" in email.body_text
    assert "/accounts/password/reset/" in email.body_text


@pytest.mark.parametrize("state", ["unverified", "closed"])
def test_an_account_that_nobody_can_sign_in_to_has_a_way_forward_too(
    client: Client, state: str
) -> None:
    user = person("already1", email=SIGN_UP["email"])
    if state == "closed":
        User.objects.filter(pk=user.pk).update(is_active=False)
    else:
        EmailAddress.objects.update(verified=False)
    post(client)
    words = readable(newest_email()).body_text
    assert "already1" not in words
    assert "/accounts/password/reset/" in words
    assert "call the service center" in words.lower()
