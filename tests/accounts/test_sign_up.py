"""Creating an account, up to the verified address (rules 4 and 7)."""

from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.test import Client

from accounts import audit
from accounts.forms import SignUpForm
from accounts.models import AuditEvent, OutgoingEmail, User
from tests.accounts.builders import PASSWORD, SIGN_UP, code_in, newest_email, signed_up, verify
from tests.builders import person

pytestmark = pytest.mark.django_db


def post(client: Client, **typed: str) -> Any:
    return client.post("/accounts/signup/", SIGN_UP | typed)


def errors(response: Any) -> dict[str, list[str]]:
    assert response.status_code == 200
    return dict(response.context["form"].errors)


def test_an_account_with_only_the_three_fields(client: Client) -> None:
    typed = {key: SIGN_UP[key] for key in ("username", "email", "password1")}
    assert client.post("/accounts/signup/", typed).status_code == 302
    assert User.objects.get(username="patdoe77").check_password(PASSWORD)


def test_the_page_says_that_it_can_never_change(client: Client) -> None:
    page = client.get("/accounts/signup/").content.decode()
    assert "Your User ID can never change" in page


def test_stored_as_it_must_be(client: Client) -> None:
    post(client, username="  PatDoe77", email="Pat@Sunny-Hill.example")
    user = User.objects.get()
    assert (user.username, user.email, user.full_name) == (
        "patdoe77",
        "pat@sunny-hill.example",
        "Pat Doe",
    )


def test_nobody_is_in_before_the_address_is_verified(client: Client) -> None:
    post(client)
    assert "_auth_user_id" not in client.session
    assert not EmailAddress.objects.get().verified


def test_the_code_is_a_secret_that_goes_first(client: Client) -> None:
    post(client)
    email = newest_email()
    assert email.holds_secret
    assert email.priority == OutgoingEmail.Priority.CODE
    assert "patdoe77" in email.body_text
    assert code_in(email) in email.body_html


def test_the_code_lets_in(client: Client) -> None:
    post(client)
    verify(client, SIGN_UP["email"])
    assert client.session["_auth_user_id"] == str(User.objects.get().pk)
    assert EmailAddress.objects.get().verified


def test_a_wrong_code_does_not_and_the_third_ends_it(client: Client) -> None:
    post(client)
    for _ in range(2):
        page = client.post("/accounts/confirm-email/", {"code": "WRONG"})
        assert "This code is not right" in page.content.decode()
    last = client.post("/accounts/confirm-email/", {"code": "WRONG"})
    assert last["Location"] == "/accounts/login/"
    right = client.post("/accounts/confirm-email/", {"code": code_in(newest_email())})
    assert right["Location"] == "/accounts/login/"
    assert not EmailAddress.objects.get().verified


def test_a_new_code_replaces_the_old_one(client: Client, settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"confirm_email": None}
    post(client)
    old = code_in(newest_email())
    client.post("/accounts/confirm-email/", {"action": "resend"})
    assert code_in(newest_email()) != old
    client.post("/accounts/confirm-email/", {"code": old})
    assert not EmailAddress.objects.get().verified
    verify(client, SIGN_UP["email"])
    assert EmailAddress.objects.get().verified


def test_each_step_is_in_the_trail(client: Client) -> None:
    signed_up(client)
    user = User.objects.get()
    steps = AuditEvent.objects.values_list("type", "actor", "person")
    assert list(steps) == [
        ("account_created", user.pk, user.pk),
        ("email_verified", user.pk, user.pk),
        ("signed_in", user.pk, user.pk),
    ]


def test_a_failing_trail_undoes_everything(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("no room left")

    monkeypatch.setattr(audit, "record", fail)
    with pytest.raises(RuntimeError, match="no room left"):
        post(client)
    assert not User.objects.exists()
    assert not OutgoingEmail.objects.exists()


def test_a_taken_user_id_may_be_said(client: Client) -> None:
    person("patdoe77", email="other@sunny-hill.example")
    assert errors(post(client)) == {"username": ["This User ID is taken. Choose another one."]}


def test_two_at_once_who_want_the_same(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both were told that it is free; the constraint decides, and the slower one reads it."""
    person("patdoe77", email="other@sunny-hill.example")
    monkeypatch.setattr(SignUpForm, "clean_username", lambda form: form.cleaned_data["username"])
    page = client.post("/accounts/signup/", SIGN_UP, follow=True)
    assert "This User ID is taken" in page.content.decode()
    assert User.objects.count() == 1


def test_an_address_in_use_tells_strangers_nothing(client: Client) -> None:
    person("already1", email=SIGN_UP["email"])
    known = client.post("/accounts/signup/", SIGN_UP, follow=True)
    unknown = Client().post(
        "/accounts/signup/",
        SIGN_UP | {"username": "samroe88", "email": "sam@sunny-hill.example"},
        follow=True,
    )
    assert [step for step, _ in known.redirect_chain] == [
        step for step, _ in unknown.redirect_chain
    ]
    said = known.content.decode().replace("pat@", "sam@")
    assert _without_tokens(said) == _without_tokens(unknown.content.decode())
    assert not User.objects.filter(username="patdoe77").exists()


def test_the_owner_of_the_address_is_told_the_way_forward(client: Client) -> None:
    person("already1", email=SIGN_UP["email"])
    post(client)
    email = newest_email()
    assert "already1" in email.body_text
    assert "/accounts/password/reset/" in email.body_text


@pytest.mark.parametrize("password", ["patdoe77 and a horse", "horses for pat.doe-smith", "short"])
def test_bad_passwords(client: Client, password: str) -> None:
    response = post(client, password1=password, full_name="Pat Doe-Smith")
    assert list(errors(response)) == ["password1"]


def test_a_warned_user_id_is_taken_once_confirmed(client: Client) -> None:
    first = post(client, username="patsunny")
    assert errors(first) == {"username": ["This is part of the name of a provider."]}
    assert 'name="user_id_confirmed"' in first.content.decode()
    assert post(client, username="patsunny", user_id_confirmed="on").status_code == 302
    assert User.objects.filter(username="patsunny").exists()


def test_a_refused_one_is_not(client: Client) -> None:
    response = post(client, username="sunnyhillcare", user_id_confirmed="on")
    assert errors(response) == {"username": ["This is the name of a provider."]}


def test_an_ordinary_one_asks_nothing(client: Client) -> None:
    response = post(client, email="wrong")
    assert "user_id_confirmed" not in response.content.decode()


def _without_tokens(page: str) -> list[str]:
    return [line for line in page.splitlines() if "csrfmiddlewaretoken" not in line]
