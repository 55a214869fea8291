"""Signing in with HARP in a browser, against a stand-in for HARP in a second process."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.conf import LazySettings
from playwright.sync_api import Page, expect

from accounts import terms
from accounts.models import HarpIdentity, User
from providers.models import Provider
from tests import builders
from tests.accounts.builders import PASSWORD, code_in, newest_email
from tests.accounts.factors import with_app
from tests.harp.conftest import Harp, running_harp
from tests.harp.visitor import Visitor

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("portal_with_harp")]


@pytest.fixture
def visitor(page: Page, axe: Any, harp: Harp) -> Visitor:
    return Visitor(page, axe, harp.url)


@pytest.fixture
def pat() -> User:
    """An account that was made here, with the User ID and the address of somebody at HARP."""
    user = builders.person("patdoe77", email="pat@sunny-hill.example", full_name="Pat Doe")
    user.set_password(PASSWORD)
    user.save()
    terms.accept(user)
    return user


def types_password(visitor: Visitor, password: str = PASSWORD) -> None:
    visitor.page.get_by_label("User ID").fill("patdoe77")
    visitor.page.get_by_label("Password", exact=True).fill(password)
    visitor.click("Sign in")


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no scripts"])
def test_somebody_new(
    new_page: Callable[..., Page], axe: Any, harp: Harp, javascript: bool
) -> None:
    visitor = Visitor(new_page(javascript=javascript), axe, harp.url)
    visitor.page.goto("/accounts/login/")
    visitor.reads("Sign in", "Do you have a HARP account?")
    visitor.comes_from_harp("NoraNew77")
    visitor.accepts_terms()
    visitor.is_signed_in_as("Nora New")
    nora = User.objects.get()
    assert (nora.username, nora.identity_proofing) == ("noranew77", "harp")
    visitor.page.goto("/accounts/")
    visitor.reads("Your account", "noranew77", "Proofed by HARP", "Opens this account when you")
    visitor.page.get_by_role("main").get_by_role("link", name="Disconnect HARP").click()
    visitor.reads("Disconnect HARP", "HARP is the only way into this account.")


def test_an_account_here_is_connected_after_proof_of_both(visitor: Visitor, pat: User) -> None:
    app = with_app(pat)
    visitor.comes_from_harp("patdoe77")
    visitor.reads("Is this account yours?", "already", "patdoe77@harp")
    visitor.click("Sign in to connect it", "link")
    visitor.reads("Sign in", "Sign in to connect your account with HARP")
    types_password(visitor, "not the password at all")
    expect(visitor.page.get_by_role("alert").first).to_contain_text("is not right")
    assert not HarpIdentity.objects.exists()
    types_password(visitor)
    visitor.page.get_by_label("Code").fill(app.fresh_code())
    visitor.click("Sign in")
    visitor.reads("Connect your account with HARP", "User ID at HARP", "patdoe77")
    visitor.click("Connect them")
    visitor.is_signed_in_as("Pat Doe")
    expect(visitor.page.locator("body")).to_contain_text("you can sign in with HARP as well")
    assert HarpIdentity.objects.get().user == pat
    visitor.page.goto("/accounts/harp/disconnect/")
    visitor.reads("Disconnect HARP", "will no longer open this account")


def test_somebody_else_has_the_user_id(visitor: Visitor, pat: User) -> None:
    EmailAddress.objects.filter(user=pat).update(email="p.doe@other-home.example")
    visitor.comes_from_harp("patdoe77")
    visitor.click("Go on with a new account")
    visitor.accepts_terms()
    visitor.page.goto("/accounts/")
    visitor.reads("Your account", "patdoe77@harp", "Somebody here had this User ID already")


def test_the_address_is_in_use_here(visitor: Visitor) -> None:
    other = builders.person("otherid7", email="nora@burns-home.example")
    visitor.comes_from_harp("NoraNew77")
    visitor.reads("Is this account yours?", "nora@burns-home.example", "one account")
    assert other.username not in visitor.page.content()
    visitor.click("Use another email address", "link")
    visitor.reads("Your work email", "noranew77")
    visitor.page.get_by_label("Email").fill("nora")
    visitor.click("Send the code")
    expect(visitor.page.get_by_role("alert")).to_be_focused()
    visitor.reads("Your work email")


def test_user_ids_that_speak_against_themselves(
    visitor: Visitor, new_page: Callable[..., Page], axe: Any, settings: LazySettings
) -> None:
    Provider.objects.create(
        ccn="015009", kind="snf", name="BURNS NURSING HOME", city="RUSSELLVILLE", state="AL"
    )
    visitor.comes_from_harp("kim#lee")
    visitor.accepts_terms()
    visitor.is_signed_in_as("Kim Lee")
    other = Visitor(new_page(), axe, visitor.harp_url)
    other.comes_from_harp("burnsnursinghome")
    other.accepts_terms()
    other.page.goto("/accounts/")
    other.reads("Your account", "Holds the name of a provider", "It came from HARP and stays.")
    flags = dict(User.objects.values_list("username", "user_id_flags"))
    assert flags == {"kim#lee": ["characters"], "burnsnursinghome": ["provider_name"]}


def test_an_address_that_harp_has_not_verified(visitor: Visitor) -> None:
    visitor.comes_from_harp("una.verified")
    visitor.reads("Enter the code from our email", "una@burns-home.example")
    assert not User.objects.exists()
    visitor.page.get_by_label("Code").fill("AAAA-AAAA")
    visitor.click("Confirm")
    visitor.reads("Enter the code from our email", "This code is not right.")
    visitor.page.get_by_label("Code").fill(code_in(newest_email("una@burns-home.example")))
    visitor.click("Confirm")
    visitor.accepts_terms()
    visitor.is_signed_in_as("Una Verified")
    assert EmailAddress.objects.get().verified


def test_without_a_factor_at_harp_one_is_set_up_here(
    visitor: Visitor, settings: LazySettings
) -> None:
    settings.SECOND_FACTOR_FOR = "everyone"
    visitor.comes_from_harp("onefactor1")
    expect(visitor.page.get_by_role("heading", level=1)).to_have_text("Set up your second factor")


def test_a_factor_at_harp_is_enough(visitor: Visitor, settings: LazySettings) -> None:
    settings.SECOND_FACTOR_FOR = "everyone"
    visitor.comes_from_harp("NoraNew77")
    visitor.accepts_terms()
    visitor.is_signed_in_as("Nora New")


def test_asked_once_more_by_harp(visitor: Visitor) -> None:
    """A person with nothing but HARP chooses a password: HARP has to ask them again first."""
    visitor.comes_from_harp("onefactor1")
    visitor.accepts_terms()
    visitor.is_signed_in_as("Ona Factor")
    visitor.page.goto("/accounts/harp/reauthenticate/?next=/accounts/password/set/")
    visitor.reads("Sign in at HARP once more", "in case somebody else sits at your computer")
    visitor.click("Go to HARP")
    visitor.types_password_at_harp()
    visitor.page.get_by_role("button", name="Authorize").click()
    expect(visitor.page).to_have_url(re.compile("/accounts/password/set/$"))


def test_cancelled_at_harp(visitor: Visitor) -> None:
    visitor.goes_to_harp()
    visitor.page.get_by_label("Username").fill("NoraNew77")
    visitor.types_password_at_harp()
    visitor.page.get_by_role("button", name="Cancel").click()
    visitor.reads("Sign in", "Do you have a HARP account?")
    expect(visitor.page.locator("body")).to_contain_text("You did not sign in at HARP.")
    assert not User.objects.exists()


def test_harp_does_not_say_who_it_is(visitor: Visitor) -> None:
    visitor.comes_from_harp("nouserid")
    visitor.reads("HARP did not tell us who you are", "Nothing was created.")
    assert not User.objects.exists()


def test_an_old_answer_of_harp(visitor: Visitor) -> None:
    visitor.page.goto("/accounts/harp/callback/?code=x&state=y")
    visitor.reads("This sign-in has expired", "Start again.")
    visitor.click("Try HARP again")
    expect(visitor.page).to_have_url(re.compile(re.escape(visitor.harp_url)))


def test_harp_is_down(
    visitor: Visitor, pat: User, settings: LazySettings, live_server: Any
) -> None:
    with running_harp(live_server.url) as another:
        settings.HARP_OIDC_SERVER = another.url
        policy = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
        policy["form-action"] = [*policy["form-action"], another.url]
        visitor.page.goto("/accounts/login/")
        another.stop()
        visitor.page.get_by_role("button", name="Sign in with HARP").click()
        visitor.reads("HARP does not answer", "Nothing is wrong with your account.")
        visitor.click("Sign in with a portal password", "link")
        types_password(visitor)
        visitor.is_signed_in_as("Pat Doe")
