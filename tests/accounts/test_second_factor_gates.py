"""Nothing that was kept on the way to a second factor is done without one."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.conf import LazySettings
from django.test import Client

from access_requests.models import RoleAssignment
from accounts.harp import joining
from accounts.harp.identity import identity_from
from accounts.models import AuditEvent, HarpIdentity, KeptForm, TermsAcceptance, User
from tests import builders as make
from tests.accounts import factors
from tests.accounts.builders import PASSWORD
from tests.harp.claims import NORA
from tests.harp.conftest import NOBODY_THERE, configure
from tests.pages.browsing import words

pytestmark = pytest.mark.django_db

SET_UP = "/accounts/2fa/"
SAVED = "/accounts/2fa/recovery-codes/saved/"
AGAIN = "/accounts/reauthenticate/"
PROFILE = {"full_name": "Changed Name", "phone": "", "employer": "", "job_title": ""}
NEW_ADDRESS = {"action_add": "", "email": "thief@evil-corp.example"}


@pytest.fixture(autouse=True)
def everyone_must_have_one(settings: LazySettings) -> None:
    settings.SECOND_FACTOR_FOR = "everyone"


@pytest.fixture
def pat() -> User:
    return factors.with_password(make.person("patdoe77"))


@pytest.fixture
def pso() -> User:
    return factors.with_password(make.pso(make.provider()))


def set_up_app(client: Client) -> None:
    app = factors.key_on(client.get("/accounts/2fa/totp/activate/"))
    client.post("/accounts/2fa/totp/activate/", {"code": app.code()})


def post_and_say_codes_are_saved(client: Client, path: str, typed: dict[str, str]) -> Any:
    assert client.post(path, typed)["Location"] == SET_UP
    return client.post(SAVED)


def test_to_say_that_codes_are_saved_is_no_factor(client: Client, pso: User) -> None:
    holder = make.holder(pso.role_assignments.get().provider)
    role = RoleAssignment.objects.get(user=holder)
    factors.type_password(client, pso)
    path = f"/roles/{role.pk}/revoke/"
    answer = post_and_say_codes_are_saved(client, path, {"reason": "Left us in May."})
    assert answer["Location"] == SET_UP
    role.refresh_from_db()
    assert role.status == "active"
    assert client.post(SAVED)["Location"] == SET_UP


def test_a_pso_loses_no_role_by_a_password_alone(client: Client, pso: User) -> None:
    role = pso.role_assignments.get()
    factors.type_password(client, pso)
    post_and_say_codes_are_saved(client, f"/roles/{role.pk}/give-up/", {})
    role.refresh_from_db()
    assert role.status == "active"


def test_no_persons_page_is_shown_to_an_agent_without_one(client: Client) -> None:
    agent, whom = factors.with_password(make.agent()), make.person(full_name="Very Secret")
    factors.type_password(client, agent)
    path = f"/service-center/people/{whom.pk}/note/"
    answer = post_and_say_codes_are_saved(client, path, {})
    assert "Very Secret" not in answer.content.decode()
    assert answer["Location"] == SET_UP


def test_with_a_password_typed_again_the_address_stays(client: Client, pat: User) -> None:
    factors.type_password(client, pat)
    client.post(AGAIN, {"password": PASSWORD})
    post_and_say_codes_are_saved(client, "/accounts/email/", NEW_ADDRESS)
    assert not EmailAddress.objects.filter(email=NEW_ADDRESS["email"]).exists()
    set_up_app(client)
    # What changes the account is not kept at all.
    assert client.post(SAVED)["Location"] == "/accounts/email/"
    assert not EmailAddress.objects.filter(email=NEW_ADDRESS["email"]).exists()


@pytest.mark.parametrize(
    "path", ["email/", "password/change/", "profile/", "sessions/", "password/set/", ""]
)
def test_no_page_of_an_account_is_open_before(client: Client, pat: User, path: str) -> None:
    factors.type_password(client, pat)
    client.post(AGAIN, {"password": PASSWORD})
    for answer in (client.get(f"/accounts/{path}"), client.post(f"/accounts/{path}", {})):
        assert answer["Location"] == SET_UP
    assert client.post(f"{AGAIN}?next=/accounts/{path}", {"password": PASSWORD}).status_code == 302
    assert client.get(f"/accounts/{path}")["Location"] == SET_UP


def test_people_from_harp_need_one_too_when_they_type_a_password(
    client: Client, settings: LazySettings
) -> None:
    configure(settings, NOBODY_THERE)
    nora = factors.with_password(make.person("noranew77", email="nora@burns-home.example"))
    joining.connect(nora, identity_from(NORA))
    factors.type_password(client, nora)
    client.post(AGAIN, {"password": PASSWORD})
    for path, typed in (
        ("/accounts/harp/disconnect/", {}),
        ("/accounts/email/", NEW_ADDRESS),
        ("/accounts/profile/", PROFILE),
    ):
        answer = post_and_say_codes_are_saved(client, path, typed)
        assert answer["Location"] == SET_UP
    nora.refresh_from_db()
    assert nora.full_name != "Changed Name"
    assert HarpIdentity.objects.filter(user=nora).exists()


def test_the_terms_are_asked_before_what_was_kept_is_done(client: Client, pat: User) -> None:
    TermsAcceptance.objects.filter(user=pat).delete()
    factors.type_password(client, pat)
    post_and_say_codes_are_saved(client, "/accounts/profile/", PROFILE)
    set_up_app(client)
    assert client.post(SAVED)["Location"] == "/accounts/terms/"
    pat.refresh_from_db()
    assert pat.full_name != "Changed Name"
    client.post("/accounts/terms/", {})
    assert "Changed Name" in words(client.get("/accounts/kept/"))
    assert KeptForm.objects.get().path == "/accounts/profile/"


def test_and_before_what_waited_for_a_factor_set_up_elsewhere(client: Client, pat: User) -> None:
    TermsAcceptance.objects.filter(user=pat).delete()
    factors.type_password(client, pat)
    app = factors.with_app(pat)
    show = client.post("/accounts/profile/", PROFILE)["Location"]
    assert client.post(show, {"code": app.code()})["Location"] == "/accounts/terms/"
    pat.refresh_from_db()
    assert pat.full_name != "Changed Name"


def test_what_waited_for_a_factor_is_not_done_by_password_once_it_is_gone(
    client: Client, pat: User
) -> None:
    factors.type_password(client, pat)
    factors.with_app(pat)
    client.post("/accounts/profile/", PROFILE)
    Authenticator.objects.filter(user=pat).delete()
    answer = client.post(f"{AGAIN}?next=/accounts/profile/", {"password": PASSWORD})
    assert answer["Location"] == SET_UP
    pat.refresh_from_db()
    assert pat.full_name != "Changed Name"


def test_what_was_kept_is_done_once_the_factor_is_there(client: Client, pat: User) -> None:
    factors.type_password(client, pat)
    client.post("/accounts/profile/", PROFILE)
    set_up_app(client)
    assert client.post(SAVED).status_code == 302
    pat.refresh_from_db()
    assert pat.full_name == "Changed Name"


def test_a_page_that_is_not_for_them_is_not_kept(client: Client, pat: User) -> None:
    factors.type_password(client, pat)
    other = make.person()
    client.post(f"/service-center/people/{other.pk}/note/", {"text": "Mine", "ticket": "T-1"})
    assert "request" not in client.session["after_factor_set_up"]
    agent = factors.with_password(make.agent())
    theirs = Client()
    factors.type_password(theirs, agent)
    theirs.post(f"/service-center/people/{other.pk}/note/", {"text": "Mine", "ticket": "T-1"})
    assert "request" in theirs.session["after_factor_set_up"]
    assert not AuditEvent.objects.filter(type="note_written").exists()
