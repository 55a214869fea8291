"""Broker down, mail server down, worker killed: nothing is lost. Nothing here is pretended."""

from __future__ import annotations

import time
from contextlib import ExitStack
from email.message import EmailMessage

import pytest
from devtools import processes
from django.db import connections, transaction
from django.test import Client
from django.urls import reverse

from access_requests.models import AccessRequest, Status
from accounts.mail import outbox
from accounts.models import OutgoingEmail
from iqies_portal import celery_app
from tests import builders as make
from tests.mail.sink import TAKEN, MailSink
from tests.mail.workers import kill, sweeping_worker, wait_until_all_are_sent
from tests.services import wait_for

pytestmark = pytest.mark.django_db(transaction=True)

EMAILS = 200


@pytest.fixture(autouse=True)
def no_old_tasks() -> None:
    celery_app.control.purge()


@pytest.fixture
def owed_emails() -> None:
    with transaction.atomic():
        outbox.store(
            [
                OutgoingEmail(to_address=f"person{number}@example.org", subject=str(number))
                for number in range(EMAILS)
            ]
        )


def test_killed_worker_repeats_only_what_it_had_in_hand(owed_emails: None, sink: MailSink) -> None:
    """Killed at the worst moment, five times: the server has the email, the worker has not heard.

    The worker has one child, so each kill repeats one email (two kills in a row the same one),
    each copy under its first Message-ID; and no email is lost.
    """
    kills = [20, 60, 61, 110, 170]
    workers: list[processes.Child] = []
    killed: list[int] = []

    def kill_in_mid_delivery(_to: str, _message: EmailMessage) -> str:
        arrived = len(sink.taken)
        if kills and arrived >= kills[0]:
            killed.append(kills.pop(0))
            kill(workers[-1])
        return TAKEN

    sink.answer = kill_in_mid_delivery
    while kills:
        with sweeping_worker(sink) as worker:
            workers.append(worker)
            before = len(killed)
            wait_for(lambda before=before: len(killed) > before, "the worker to be killed")
            worker.process.wait(timeout=10)
    with sweeping_worker(sink):
        wait_until_all_are_sent()
    copies = sink.copies()
    assert len(copies) == EMAILS, "an email was lost"
    assert sum(copies.values()) - EMAILS == len(killed) == 5
    assert OutgoingEmail.objects.filter(state=OutgoingEmail.State.SENT).count() == EMAILS


def test_two_workers_at_once_send_nothing_twice(owed_emails: None, sink: MailSink) -> None:
    sink.pause = 0.01
    with ExitStack() as stack:
        for _ in range(2):
            stack.enter_context(sweeping_worker(sink, children=2))
        wait_until_all_are_sent()
    assert set(sink.copies().values()) == {1}
    assert len(sink.copies()) == EMAILS
    assert sink.most_at_once > 1, "they did not work side by side"


def test_email_waits_for_a_mail_server_that_is_down(sink: MailSink) -> None:
    sink.stop()
    with sweeping_worker(sink):
        asked = make.submit(make.person(email="requester@example.org"), make.provider(), "pso")
        owed = OutgoingEmail.objects.filter(notice__request_id=asked.pk)
        wait_for(lambda: celery_app.control.ping(timeout=0.5), "the worker to answer")
        time.sleep(2)
        assert set(owed.values_list("state", "attempts")) == {("waiting", 0)}
        sink.start()
        wait_until_all_are_sent()
    assert len(sink.taken) == owed.count()


def test_decision_with_the_broker_down_answers_and_its_email_is_swept_up(
    broker_down: None, sink: MailSink, client: Client
) -> None:
    home, reviewer = make.provider(), make.reviewer()
    asked = make.submit(make.person(), home, "pso")
    client.force_login(reviewer)

    started = time.perf_counter()
    answer = client.post(reverse("access_requests:approve", args=[asked.pk]), make.as_read(asked))
    seconds = time.perf_counter() - started

    assert answer.status_code == 302
    assert seconds < 1.5
    assert AccessRequest.objects.get(pk=asked.pk).status == Status.APPROVED
    owed = OutgoingEmail.objects.filter(notice__request_id=asked.pk)
    assert {email.state for email in owed} == {OutgoingEmail.State.WAITING}
    with sweeping_worker(sink):
        wait_until_all_are_sent()
    assert len(sink.taken) == OutgoingEmail.objects.count()


def test_worker_survives_a_lost_database_connection(sink: MailSink) -> None:
    """Between two tasks the fixup of Celery closes what is broken; the next run connects anew."""
    with sweeping_worker(sink):
        make.submit(make.person(), make.provider(), "pso")
        wait_until_all_are_sent()
        with connections["default"].cursor() as cursor:
            cursor.execute(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        make.submit(make.person(), make.provider(), "pso")
        wait_until_all_are_sent()
