"""The tests' own instruments, tried once each."""

from __future__ import annotations

import os
import smtplib
from collections.abc import Callable
from email.message import EmailMessage
from typing import Any

import pytest
import redis
from django.conf import settings
from django.core.cache import cache
from playwright.sync_api import Page

from access_requests.models import Role
from iqies_portal import celery_app
from providers.models import Program
from tests.browsing import PHONE
from tests.mail_server import MailServer, text_of
from tests.services import database_url


def send(server: MailServer) -> None:
    message = EmailMessage()
    message["From"], message["To"] = "portal@example.com", "pat@example.com"
    message["Subject"] = "Your code"
    message.set_content("It is 123456.")
    with smtplib.SMTP("127.0.0.1", server.port) as client:
        client.send_message(message)


def test_the_mail_server_keeps_what_arrives(smtp_server: MailServer) -> None:
    send(smtp_server)
    assert "123456" in text_of(smtp_server.wait_for("pat@example.com", "code"))


def test_the_mail_server_comes_back_after_an_outage(smtp_server: MailServer) -> None:
    smtp_server.stop()
    with pytest.raises(ConnectionRefusedError):
        send(smtp_server)
    smtp_server.start()
    send(smtp_server)
    assert len(smtp_server.to("pat@example.com")) == 1


def test_a_worker_answers_from_a_process_of_its_own(celery_worker_process: Any) -> None:
    (answer,) = celery_app.control.inspect(timeout=1).stats().values()
    assert answer["pid"] == celery_worker_process.process.pid
    assert answer["pool"]["max-concurrency"] == 2


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", ["before", "after"])
def test_reference_rows_outlive_the_flush_of_a_transactional_test(turn: str) -> None:
    assert Role.objects.filter(pk="pso").exists()
    assert Program.objects.exists()


def test_the_cache_is_empty_and_the_broker_is_left_alone(redis_client: redis.Redis) -> None:
    assert settings.REDIS_URL == settings.CELERY_BROKER_URL
    keys = redis_client.keys(":1:*")
    assert keys == []
    cache.set("rate", 1)
    assert redis_client.keys(":1:*") == [b":1:rate"]


@pytest.mark.django_db
def test_a_worker_is_told_of_the_database_of_these_tests() -> None:
    assert "/test_" in database_url()


def test_a_page_of_the_portal_in_a_real_browser(page: Page, axe: Callable[[Page], None]) -> None:
    page.goto("/accounts/login/")
    assert page.get_by_role("button", name="Sign in").is_visible()
    axe(page)


def test_a_browser_without_javascript_on_a_phone(
    new_page: Callable[..., Page], axe: Callable[[Page], None]
) -> None:
    page = new_page(size=PHONE, javascript=False)
    page.goto("/accounts/login/")
    assert page.viewport_size == {"width": 390, "height": 844}
    axe(page)
    assert os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] == "1"


def test_axe_reads_what_is_there_for_people_without_javascript(
    new_page: Callable[..., Page], axe: Callable[[Page], None]
) -> None:
    """And leaves the page as it was: none of its own scripts has run, or runs from then on."""
    page = new_page(javascript=False)
    text = """<!DOCTYPE html><html lang="en"><title>T</title><script>window.ran = true</script>
        <main><h1 onclick="window.ran = true">T</h1><noscript><button></button></noscript></main>"""
    page.route("**/t", lambda route: route.fulfill(body=text, content_type="text/html"))
    page.goto("/t")
    with pytest.raises(AssertionError, match="button-name"):
        axe(page)
    page.get_by_role("heading").click()
    assert page.locator("noscript button").is_visible()
    assert page.evaluate("window.ran") is None
