"""Second factors in a browser: from the sign-up to the first request, and to a decision."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.conf import LazySettings, settings
from playwright.sync_api import Page, expect

from access_requests.models import AccessRequest
from accounts.models import Session, User
from accounts.sessions import SessionStore
from providers.models import Provider
from tests import builders as make
from tests.accounts import factors
from tests.browser.passkeys import carries_passkeys
from tests.browser.person import Person
from tests.browsing import DESKTOP, PHONE
from tests.mail_server import MailServer

pytestmark = pytest.mark.django_db(transaction=True)

Check = Callable[[Page], None]
NewPage = Callable[..., Page]
SCRIPTS = pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no scripts"])


@pytest.fixture
def home() -> Provider:
    return make.provider("015009", name="BURNS NURSING HOME, INC.", city="RUSSELLVILLE")


@pytest.fixture
def arrive(
    home: Provider,
    celery_worker_process: Any,
    smtp_server: MailServer,
    new_page: NewPage,
    axe: Check,
) -> Callable[..., Person]:
    def arrive(user_id: str, name: str, *, javascript: bool) -> Person:
        album = "factor" if javascript else "factor-no-scripts"
        page = new_page(javascript=javascript)
        return Person(page, smtp_server, axe, user_id, name, set(), album)

    return arrive


@SCRIPTS
def test_from_sign_up_to_the_first_request(
    settings: LazySettings, arrive: Callable[..., Person], javascript: bool
) -> None:
    settings.SECOND_FACTOR_FOR = "everyone"
    pat = arrive("pwinter31", "Pat Winter", javascript=javascript)
    pat.sign_up()
    pat.go("/requests/new/?ccn=015009")
    pat.sets_up_app()
    expect(pat.page).to_have_url(re.compile(r"/requests/new/\?ccn=015009$"))
    asked = pat.ask("015009", "Assessment Viewer")
    assert AccessRequest.objects.get().requester.username == "pwinter31"
    pat.page.get_by_role("banner").get_by_role("button", name="Sign out").click()
    pat.sign_in()
    pat.go(asked)
    pat.sees("Assessment Viewer")
    pat.go("/accounts/2fa/")
    pat.sees("10 codes are left")
    pat.look("factor-own")


@SCRIPTS
def test_deciding_with_a_stale_factor_loses_nothing(
    new_page: NewPage, axe: Check, home: Provider, javascript: bool
) -> None:
    pso = factors.with_password(make.pso(home))
    app = factors.with_app(pso)
    asked = make.submit(make.person(full_name="Erin Frost"), home)
    page = new_page(javascript=javascript)
    sign_in(page, pso, app)
    an_hour_goes_by()
    page.goto(f"/requests/{asked.pk}/")
    page.get_by_label("Reason", exact=True).select_option("not_employed")
    page.get_by_label("Explanation for the requester").fill("Your contract “B” ended in May.")
    page.get_by_role("button", name="Reject").click()
    expect(page.get_by_text("It is more than an hour since you showed")).to_be_visible()
    expect(page.get_by_text("What you typed is kept.")).to_be_visible()
    axe(page)
    code = page.get_by_label("Code")
    code.fill("123")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("alert").first).to_contain_text("This code is not right.")
    axe(page)
    code.fill(app.fresh_code())
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text("Rejected. Erin Frost was told the reason")).to_be_visible()
    expect(page).to_have_url(re.compile(rf"/requests/{asked.pk}/$"))
    asked.refresh_from_db()
    assert asked.rejection_explanation == "Your contract “B” ended in May."


@SCRIPTS
def test_what_was_decided_by_somebody_else_meanwhile_is_said(
    new_page: NewPage, axe: Check, home: Provider, javascript: bool
) -> None:
    pso = factors.with_password(make.pso(home))
    app = factors.with_app(pso)
    asked = make.submit(make.person(), home)
    page = new_page(javascript=javascript)
    sign_in(page, pso, app)
    an_hour_goes_by()
    page.goto(f"/requests/{asked.pk}/")
    page.get_by_role("button", name="Approve").click()
    make.workflow.withdraw(asked.pk, by=asked.requester)
    page.get_by_label("Code").fill(app.fresh_code())
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("main")).to_contain_text("already ended: Withdrawn")
    axe(page)


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desk", "phone"])
def test_every_page_of_it(new_page: NewPage, axe: Check, size: tuple[int, int]) -> None:
    person = factors.with_password(make.person("patwinter"))
    app = factors.with_app(person)
    page = new_page(size=size)
    carries_passkeys(page)
    page.goto("/accounts/login/")
    looks_right(page, axe)
    sign_in(page, person, app, look=lambda: looks_right(page, axe))
    page.goto("/accounts/2fa/webauthn/add/")
    page.get_by_label("Name").fill("A computer with quite a long name that somebody gave it")
    page.get_by_role("button", name="Set up the passkey").click()
    expect(page.get_by_text("Your passkey is set up.")).to_be_visible()
    old = Authenticator.objects.get(type="webauthn")
    for path in (
        "",
        "totp/replace/",
        "totp/deactivate/",
        "webauthn/add/",
        f"webauthn/keys/{old.pk}/edit/",
        f"webauthn/keys/{old.pk}/remove/",
        "recovery-codes/",
        "recovery-codes/generate/",
        "reauthenticate/",
        "reauthenticate/?with=recovery-code",
        "lost/",
    ):
        page.goto(f"/accounts/2fa/{path}")
        looks_right(page, axe)
    page.goto(f"/accounts/2fa/webauthn/keys/{old.pk}/remove/")
    page.get_by_role("button", name="Remove").click()
    page.goto("/accounts/2fa/")
    expect(page.get_by_role("link", name="Remove")).to_have_count(0)
    looks_right(page, axe)
    page.goto("/accounts/2fa/totp/deactivate/")
    expect(page.get_by_role("heading", name="Add another first")).to_be_visible()
    looks_right(page, axe)


def test_the_codes_can_be_printed_and_downloaded(page: Page) -> None:
    person = factors.with_password(make.person())
    app = factors.with_app(person)
    sign_in(page, person, app)
    page.goto("/accounts/2fa/recovery-codes/")
    page.evaluate("window.print = () => { document.title = 'printed'; }")
    page.get_by_role("button", name="Print").click()
    assert page.title() == "printed"
    with page.expect_download() as download:
        page.get_by_role("link", name="Download").click()
    text = download.value.path().read_text()
    assert all(f"{code[:4]} {code[4:]}" in text for code in factors.recovery_codes_of(person))


@SCRIPTS
def test_a_recovery_code_opens_the_way_to_a_new_phone(
    new_page: NewPage, axe: Check, javascript: bool
) -> None:
    person = factors.with_password(make.person())
    factors.with_app(person)
    page = new_page(javascript=javascript)
    type_password(page, person)
    page.get_by_role("link", name="I lost my device").click()
    axe(page)
    page.get_by_role("link", name="Use a recovery code").click()
    page.get_by_label("Recovery code").fill(factors.recovery_codes_of(person)[0])
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_text("You used a recovery code. 9 are left.")).to_be_visible()
    axe(page)
    page.get_by_role("link", name="Lost your phone or passkey?").click()
    page.get_by_role("link", name="Move to a new phone").click()
    new = factors.App(page.locator(".portal-key").inner_text())
    page.get_by_label("Code").fill(new.fresh_code())
    page.get_by_role("button", name="Use the new app").click()
    expect(page.get_by_text("The new app is in use.")).to_be_visible()


def type_password(page: Page, person: User) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("User ID").fill(person.username)
    page.get_by_label("Password", exact=True).fill(factors.PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def sign_in(
    page: Page, person: User, app: factors.App, look: Callable[[], None] = lambda: None
) -> None:
    type_password(page, person)
    look()
    page.get_by_label("Code").fill(app.fresh_code())
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("button", name="Sign out", include_hidden=True)).to_have_count(1)


def an_hour_goes_by() -> None:
    """For the one session there is, as far as its second factor is concerned."""
    row = Session.objects.exclude(user=None).get()
    data = SessionStore().decode(row.session_data)
    name = "account_authentication_methods"
    data[name] = [
        {**each, "at": each["at"] - settings.FRESH_FACTOR_AGE.total_seconds() - 1}
        for each in data[name]
    ]
    Session.objects.filter(pk=row.pk).update(session_data=SessionStore().encode(data))


def looks_right(page: Page, axe: Check) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), page.url
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    axe(page)
