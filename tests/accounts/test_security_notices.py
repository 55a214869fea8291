"""Whatever changes about the safety of an account is told once, in the portal and by email."""

from __future__ import annotations

import re
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import allauth
import pytest
import time_machine
from allauth.account.adapter import get_adapter
from django.conf import LazySettings, settings
from django.test import Client
from django.urls import resolve

from accounts import security_notices
from accounts.models import Notice, OutgoingEmail, User
from tests.accounts.builders import PASSWORD, code_in, newest_email
from tests.builders import person

pytestmark = pytest.mark.django_db

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
NOW = datetime(2026, 11, 23, 20, 5, tzinfo=UTC)
SOON = datetime(2026, 11, 24, 20, 5, tzinfo=UTC)
# What each change is told with.
DETAILS: dict[str, dict[str, Any]] = {
    "password_changed": {},
    "password_set": {},
    "password_reset": {},
    "email_changed": {"before": "old@a&b.example", "after": "new@a&b.example"},
    "name_changed": {"before": "Pat O'Neill", "after": "Pat Doe"},
    "factor_added": {"factor": "totp"},
    "factor_removed": {"factor": "webauthn"},
    "recovery_codes_made": {},
    "recovery_code_used": {"left": 9},
    "signed_out_everywhere": {},
    "harp_linked": {},
    "harp_unlinked": {},
    "new_device": {},
    "wrong_codes": {},
    "factor_reset_started": {"ticket": "INC-7", "takes_effect_at": SOON},
    "factor_reset_soon": {"ticket": "INC-7", "takes_effect_at": SOON},
    "factor_reset_stopped": {"ticket": "INC-7", "how": "link"},
    "factor_reset_done": {"ticket": "INC-7"},
    "unlocked": {},
    "bounce_cleared": {"ticket": "INC-7"},
}


@pytest.fixture(autouse=True)
def a_missing_variable_shows(settings: LazySettings) -> None:
    templates: Any = deepcopy(settings.TEMPLATES)
    templates[0]["OPTIONS"]["string_if_invalid"] = "MISSING %s"
    settings.TEMPLATES = templates


@pytest.fixture
def pat() -> User:
    user = person("patdoe77", email="pat@sunny-hill.example", full_name="Pat Doe")
    user.set_password(PASSWORD)
    user.save()
    return user


def kinds() -> list[str]:
    return list(Notice.objects.order_by("pk").values_list("kind", flat=True))


def test_every_change_has_words_and_all_words_have_a_change() -> None:
    folder = Path(settings.BASE_DIR) / "templates" / "account" / "email" / "security"
    files = {each.stem for each in folder.glob("[!_]*.txt")}
    assert files == security_notices.BY_THE_PERSON | security_notices.BY_CMS == set(DETAILS)


@pytest.mark.parametrize("change", DETAILS)
def test_one_notice_and_one_email_with_the_same_words(change: str, pat: User) -> None:
    security_notices.tell(pat, change, **DETAILS[change])
    notice, email = Notice.objects.get(), OutgoingEmail.objects.get()
    assert notice.email == email
    assert (notice.recipient, notice.kind, notice.subject) == (pat, change, email.subject)
    assert (email.to_address, email.holds_secret) == (pat.email, False)
    for paragraph in notice.body.split("\n\n"):
        assert paragraph.strip() in email.body_text
    for words in (notice.subject, notice.body, email.body_text, email.body_html):
        assert "MISSING" not in words
    assert "&amp;" not in notice.body + email.body_text
    assert "\n" not in notice.subject
    assert "(800) 339-9313" in notice.body
    link = re.search(rf"{re.escape(settings.PUBLIC_URL)}(/\S*)", email.body_text)
    assert link
    assert resolve(link[1])


def test_a_letter_that_names_what_is_not_there_would_be_seen(pat: User) -> None:
    security_notices.tell(pat, "factor_reset_done")
    assert "MISSING ticket" in Notice.objects.get().body


def test_nothing_is_told_of_a_change_without_words(pat: User) -> None:
    with pytest.raises(Exception, match="no_such_change"):
        security_notices.tell(pat, "no_such_change")
    assert not Notice.objects.exists()


def test_says_when_and_from_which_kind_of_device(client: Client, pat: User) -> None:
    typed = {"oldpassword": PASSWORD, "password1": "a new horse for the battery"}
    with time_machine.travel(NOW):
        client.force_login(pat)
        client.post("/accounts/password/change/", typed, headers={"user-agent": FIREFOX})
    body = Notice.objects.get(kind="password_changed").body
    assert "When: November 23, 2026, 3:05 PM EST" in body
    assert "From: Firefox on Windows" in body
    assert "127.0.0.1" not in newest_email().body_text


def test_what_cms_does_is_not_told_with_the_device_it_was_done_from(pat: User) -> None:
    security_notices.tell(pat, "factor_reset_done", ticket="INC-7")
    assert "From:" not in Notice.objects.get().body


def test_a_changed_password_is_told_once(client: Client, pat: User) -> None:
    client.force_login(pat)
    typed = {"oldpassword": PASSWORD, "password1": "a new horse for the battery"}
    client.post("/accounts/password/change/", typed)
    assert kinds() == ["password_changed"]
    assert OutgoingEmail.objects.count() == 1


def test_a_password_reset_by_code_is_told_once(client: Client, pat: User) -> None:
    client.post("/accounts/password/reset/", {"email": pat.email})
    client.post("/accounts/password/reset/confirm/", {"code": code_in(newest_email())})
    client.post("/accounts/password/reset/complete/", {"password1": "a horse for the battery"})
    assert kinds() == ["password_reset"]
    # The code, and the notice.
    assert OutgoingEmail.objects.count() == 2


def test_a_changed_address_is_told_to_both(client: Client, pat: User) -> None:
    old, new = pat.email, "pat@new-hill.example"
    client.force_login(pat)
    client.post("/accounts/email/", {"email": new, "action_add": "1"})
    client.post("/accounts/confirm-email/", {"code": code_in(newest_email(new))})
    assert kinds() == ["email_changed"]
    told = OutgoingEmail.objects.filter(subject="Your email address was changed")
    assert {email.to_address for email in told} == {old, new}
    assert len({email.body_text for email in told}) == 1
    assert f"now goes to {new}, and no longer to {old}" in newest_email(old).body_text


def test_a_closed_account_is_not_written_to(pat: User) -> None:
    pat.is_active = False
    security_notices.tell(pat, "password_changed", also_to=["old@sunny-hill.example"])
    assert Notice.objects.get().email is None
    assert not OutgoingEmail.objects.exists()


def test_whatever_allauth_mails_about_has_words_of_ours() -> None:
    """An upgrade of django-allauth may bring a new notification; the adapter would refuse it."""
    source = Path(allauth.__file__).parent
    sent = {
        prefix
        for file in source.rglob("*.py")
        if "tests" not in file.parts
        for prefix in re.findall(
            r'send_notification_mail\(\s*"([^"]+)"', file.read_text(encoding="utf-8")
        )
    }
    # An address is changed for another one, never deleted (accounts/adapter.py).
    assert sent - {"account/email/email_deleted"} == set(security_notices.OF_ALLAUTH)
    assert len(sent) > 10


@pytest.mark.parametrize("prefix", security_notices.OF_ALLAUTH)
def test_each_of_allauths_is_told_as_ours(prefix: str, pat: User) -> None:
    context = {"from_email": "old@sunny-hill.example", "to_email": pat.email}
    get_adapter().send_notification_mail(prefix, pat, context)
    assert kinds() == [security_notices.OF_ALLAUTH[prefix][0]]
    assert "MISSING" not in Notice.objects.get().body


def test_another_kind_of_device_is_told_of_once(pat: User) -> None:
    typed = {"login": pat.username, "password": PASSWORD}
    edge = FIREFOX.replace("Firefox/", "Edg/")
    for agent in (FIREFOX, FIREFOX, edge, edge, FIREFOX, "", "curl/8"):
        Client().post("/accounts/login/", typed, headers={"user-agent": agent})
    assert kinds() == ["new_device"]
    assert "From: Edge on Windows" in Notice.objects.get().body
    with time_machine.travel(datetime.now(UTC) + timedelta(days=60)):
        Client().post("/accounts/login/", typed, headers={"user-agent": FIREFOX})
    with time_machine.travel(datetime.now(UTC) + timedelta(days=100)):
        Client().post("/accounts/login/", typed, headers={"user-agent": edge})
    assert kinds() == ["new_device", "new_device"]
