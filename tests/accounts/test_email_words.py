"""The emails about an account that are no notices of a change (test_security_notices.py): in our
words, text and HTML from the same ones."""

from __future__ import annotations

import html
import re
from copy import deepcopy
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.conf import LazySettings

from accounts.adapter import AccountAdapter
from accounts.models import OutgoingEmail, User
from tests.accounts.builders import readable
from tests.builders import person

pytestmark = pytest.mark.django_db

PAT = User(username="patdoe77")
# What django-allauth puts into the context of each.
EMAILS: dict[str, dict[str, Any]] = {
    "email_confirmation": {"code": "ABCD-EFGH", "user": PAT},
    "email_confirmation_signup": {"code": "ABCD-EFGH", "user": PAT},
    "sign_up_code": {"code": "ABCD-EFGH"},
    "account_created": {"user_id": "patdoe77"},
    "password_reset_code": {"code": "ABCD-EFGH"},
    "harp_address": {"code": "ABCD-EFGH"},
    "sign_in_with_harp": {"user_id": "patdoe77"},
    "account_already_exists": {"user_ids": ["patdoe77"], "email": "pat@sunny-hill.example"},
    "user_id": {"user_ids": ["patdoe77", "patdoe78"]},
}


@pytest.fixture(autouse=True)
def a_missing_variable_shows(settings: LazySettings) -> None:
    templates: Any = deepcopy(settings.TEMPLATES)
    templates[0]["OPTIONS"]["string_if_invalid"] = "MISSING %s"
    settings.TEMPLATES = templates


def send(name: str) -> OutgoingEmail:
    AccountAdapter().send_mail(f"account/email/{name}", "Pat@Sunny-Hill.example", EMAILS[name])
    return readable(OutgoingEmail.objects.get())


def spoken(email: OutgoingEmail) -> str:
    text = re.sub(r"<(head|style).*?</\1>|<[^>]+>", " ", email.body_html, flags=re.DOTALL)
    return " ".join(html.unescape(text).split())


@pytest.mark.parametrize("name", EMAILS)
def test_complete_and_to_the_address_in_lower_case(name: str) -> None:
    email = send(name)
    assert email.to_address == "pat@sunny-hill.example"
    assert "MISSING" not in email.subject + email.body_text + email.body_html
    assert "\n" not in email.subject
    assert "(800) 339-9313" in email.body_text


@pytest.mark.parametrize("name", EMAILS)
def test_html_says_what_the_text_says(name: str) -> None:
    email = send(name)
    words = email.body_text.split("-- ")[0].replace("Hello,", "")
    for paragraph in words.split("\n\n"):
        assert " ".join(paragraph.split()) in spoken(email)
    assert "&amp;amp;" not in email.body_html
    assert "&amp;" not in email.body_text


@pytest.mark.parametrize("name", EMAILS)
def test_only_codes_are_secrets(name: str) -> None:
    email = send(name)
    assert email.holds_secret == ("code" in EMAILS[name])
    assert (email.priority == OutgoingEmail.Priority.CODE) == email.holds_secret
    # The words are stored encrypted; the subject is not.
    assert "ABCD" not in email.subject


def test_a_code_stands_on_a_line_of_its_own() -> None:
    assert "\n\nABCD-EFGH\n\n" in send("password_reset_code").body_text


def test_address_in_use_has_a_way_forward_and_no_blanks() -> None:
    person("patdoe77", email="pat@sunny-hill.example")
    AccountAdapter().send_account_already_exists_mail("Pat@Sunny-Hill.example")
    said = OutgoingEmail.objects.get().body_text
    assert "with the address pat@sunny-hill.example." in said
    assert "Your User ID: patdoe77" in said
    assert "MISSING" not in said


def test_who_never_verified_the_address_is_not_named_to_its_owner() -> None:
    person("squatter1", email="pat@sunny-hill.example")
    EmailAddress.objects.update(verified=False)
    AccountAdapter().send_account_already_exists_mail("pat@sunny-hill.example")
    said = OutgoingEmail.objects.get().body_text
    assert "squatter1" not in said
    assert "never verified" in said
    assert "/accounts/user-id/forgotten/" in said
    assert "MISSING" not in said
