"""What the demonstration would have sent can be read, and does nothing by being read."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from pathlib import Path
from smtplib import SMTP

import pytest
from devtools import processes
from devtools.sockets import free_port
from django.conf import LazySettings
from django.test import Client
from playwright.sync_api import Page

from accounts import notices
from accounts.mail.message import build
from accounts.models import OutgoingEmail
from iqies_portal.demo import caught_mail
from tests import builders as make
from tests.browsing import DESKTOP, PHONE
from tests.services import wait_for

pytestmark = pytest.mark.urls("tests.demo.urls")


@pytest.fixture(autouse=True)
def folder(settings: LazySettings, tmp_path: Path) -> Path:
    settings.DATA_DIR = tmp_path
    return tmp_path


def an_email(subject: str, to: str = "pat@example.org", html: str = "") -> bytes:
    message = EmailMessage()
    message["Subject"], message["To"] = subject, to
    message.set_content("Read on: https://portal.example/requests/7/ <b>")
    if html:
        message.add_alternative(html, subtype="html")
    return message.as_bytes()


@pytest.fixture
def catcher(folder: Path) -> Iterator[int]:
    """The real command, in a process of its own."""
    port = free_port()
    log = folder / "catcher.log"
    child = processes.start(
        "mail",
        [sys.executable, "manage.py", "catch_mail", "--port", str(port)],
        env={**os.environ, "DATA_DIR": str(folder)},
        log=log,
        stop_signal=signal.SIGTERM,
    )
    try:
        wait_for(lambda: "Catching" in processes.tail(log), "the mail catcher")
        yield port
        child.process.terminate()
        assert child.process.wait(timeout=10) == 0
    finally:
        processes.stop_all([child])


def test_catcher_keeps_what_is_sent_to_it(catcher: int, client: Client) -> None:
    with SMTP("127.0.0.1", catcher) as smtp:
        smtp.sendmail("portal@example.org", ["pat@example.org"], an_email("You are approved"))
    page = client.get("/demo/mail/").content.decode()
    assert "You are approved" in page
    assert "pat@example.org" in page


def test_newest_first_and_by_address(client: Client) -> None:
    for number in range(3):
        caught_mail.keep(an_email(f"email {number}", to=f"person{number}@example.org"))
    emails = client.get("/demo/mail/").context["emails"]
    assert [email.subject for email in emails] == ["email 2", "email 1", "email 0"]
    emails = client.get("/demo/mail/", {"to": "PERSON1"}).context["emails"]
    assert [email.subject for email in emails] == ["email 1"]


def test_words_of_an_email_are_only_words(client: Client) -> None:
    key = caught_mail.keep(an_email("<script>alert(1)</script>"))
    for path in ("/demo/mail/", f"/demo/mail/{key}/"):
        page = client.get(path).content.decode()
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert" in page
    assert 'href="https://portal.example/requests/7/"' in page
    assert "&lt;b&gt;" in page


def test_html_can_do_nothing_in_its_frame(client: Client) -> None:
    key = caught_mail.keep(an_email("S", html="<script>alert(1)</script><p>Words</p>"))
    answer = client.get(f"/demo/mail/{key}/html/")
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'none'" in policy
    assert "sandbox allow-popups allow-popups-to-escape-sandbox" in policy
    assert answer["X-Frame-Options"] == "SAMEORIGIN"


@pytest.mark.parametrize("key", ["1-ab", "nothing", "..-..", "1234567890123456789-abcdef01"])
def test_email_that_is_not_there(client: Client, key: str) -> None:
    assert client.get(f"/demo/mail/{key}/").status_code == 404
    assert client.get(f"/demo/mail/{key}/html/").status_code == 404


def test_no_email_yet(client: Client) -> None:
    assert "No email has been caught yet" in client.get("/demo/mail/").content.decode()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_in_a_browser(
    new_page: Callable[..., Page],
    axe: Callable[[Page], None],
    portal_url: str,
    size: tuple[int, int],
) -> None:
    """Our own letter, through its whole life; its button leads back into the portal."""
    notices.tell(
        recipient=make.person(full_name="Pat Doe"),
        kind="request_approved",
        subject="You are approved",
        body="You may now work.\n\nWhat next: sign in.",
        path="/help/",
    )
    caught_mail.keep(build(OutgoingEmail.objects.get()))
    page = new_page(size=size)
    page.goto("/accounts/login/")
    to_mail = page.get_by_role("link", name="Read the caught mail")
    page.emulate_media(media="print")
    assert to_mail.is_hidden(), "paper has no links"
    page.emulate_media(media="screen")
    to_mail.click()
    axe(page)
    page.get_by_role("link", name="You are approved").click()
    axe(page)
    frame = page.frame_locator("iframe")
    assert frame.get_by_text("You may now work.").is_visible()
    with page.context.expect_page() as opened:
        frame.get_by_role("link", name="Open in the portal").click()
    opened.value.wait_for_load_state()
    assert opened.value.url == f"{portal_url}/help/"
    overflow = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert overflow <= 0
