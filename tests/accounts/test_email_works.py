"""Whoever gets no email is told on every page, and shows by a code that the address works."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from accounts import bounces
from accounts.models import AuditEvent, OutgoingEmail, User
from tests.accounts.builders import code_in, newest_email, verify
from tests.builders import person
from tests.pages.browsing import browser_of, field_error, words

pytestmark = pytest.mark.django_db

PAGE = "/accounts/email/works/"
WARNING = "Our emails do not reach you"


@pytest.fixture
def pat() -> User:
    user = person("patdoe77", email="pat@sunny-hill.example")
    assert bounces.flag(user.email, reason="550 5.1.1 Unknown", sent_at=timezone.now())
    return user


@pytest.fixture
def browser(pat: User) -> Client:
    return browser_of(pat)


@pytest.mark.parametrize("path", ["/", "/accounts/", "/requests/", "/providers/", "/help/", PAGE])
def test_is_told_on_every_page_in_few_letters(browser: Client, pat: User, path: str) -> None:
    page = words(browser.get(path))
    assert WARNING in page
    assert "Email to p…@sunny-hill.example comes back" in page


def test_the_account_page_says_it_beside_the_address(browser: Client) -> None:
    page = words(browser.get("/accounts/"))
    assert "pat@sunny-hill.example Email comes back" in page


def test_nobody_else_is_told(pat: User) -> None:
    assert WARNING not in words(browser_of(person()).get("/"))
    assert WARNING not in words(browser_of(None).get("/"))


def send_code(browser: Client) -> str:
    browser.post(PAGE, {"action": "send"})
    return code_in(newest_email("pat@sunny-hill.example"))


def test_the_code_shows_that_the_address_works(browser: Client, pat: User) -> None:
    code = send_code(browser)
    assert OutgoingEmail.objects.latest("pk").holds_secret
    assert "The code is good for 15 minutes." in words(browser.get(PAGE))
    page = words(browser.post(PAGE, {"code": code}, follow=True))
    assert "Your address works." in page
    assert WARNING not in page
    [line] = AuditEvent.objects.filter(type="bounce_cleared")
    assert (line.actor, line.person) == (pat, pat)
    assert "does not come back" in words(browser.get(PAGE, follow=True))


def test_a_wrong_code_is_told_and_changes_nothing(browser: Client, pat: User) -> None:
    send_code(browser)
    response = browser.post(PAGE, {"code": "AAAA-AAAA"})
    assert response.status_code == 422
    assert "This code is not right." in field_error(response, "code")
    assert bounces.is_bounced(pat.email)


def test_only_a_few_wrong_codes(browser: Client, pat: User) -> None:
    code = send_code(browser)
    for _ in range(5):
        browser.post(PAGE, {"code": "AAAA-AAAA"})
    page = words(browser.post(PAGE, {"code": code}, follow=True))
    assert "Too many wrong codes." in page
    assert bounces.is_bounced(pat.email)


def test_only_a_few_codes(browser: Client) -> None:
    for _ in range(6):
        page = words(browser.post(PAGE, {"action": "send"}, follow=True))
    assert "We have sent several codes already." in page
    assert OutgoingEmail.objects.filter(holds_secret=True).count() == 5


def test_a_code_without_having_asked_for_one(browser: Client, pat: User) -> None:
    assert browser.post(PAGE, {"code": ""}).status_code == 200
    assert bounces.is_bounced(pat.email)


def test_a_code_for_an_earlier_address_is_none(browser: Client, pat: User) -> None:
    code = send_code(browser)
    User.objects.filter(pk=pat.pk).update(email="new@sunny-hill.example")
    bounces.flag("new@sunny-hill.example", reason="", sent_at=timezone.now())
    browser.post(PAGE, {"code": code})
    assert bounces.is_bounced("new@sunny-hill.example")


def test_a_changed_address_ends_the_warning(browser: Client, pat: User) -> None:
    typed = {"email": "patricia@sunny-hill.example", "action_add": "1"}
    browser.post("/accounts/email/", typed)
    verify(browser, "patricia@sunny-hill.example")
    assert User.objects.get(pk=pat.pk).email == "patricia@sunny-hill.example"
    assert WARNING not in words(browser.get("/"))
