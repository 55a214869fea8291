"""A campaign's worker is killed, steps are started and paused at once: nothing is pretended."""

from __future__ import annotations

import threading
from collections.abc import Callable
from email.message import EmailMessage

import pytest
from devtools import processes
from django.db import connection, transaction

from access_requests import workflow
from access_requests.campaigns import sending, steps
from access_requests.models import CampaignLetter, CampaignStep
from accounts.models import OutgoingEmail
from iqies_portal import celery_app
from tests import builders as make
from tests.campaigns import builders as campaigns
from tests.mail.sink import TAKEN, MailSink
from tests.mail.workers import kill, sweeping_worker
from tests.services import wait_for

pytestmark = pytest.mark.django_db(transaction=True)

EMAILS = 60
State = CampaignStep.State


def test_killed_worker_loses_nothing_and_decisions_go_first(sink: MailSink) -> None:
    """Killed when the mail server has an email and the worker has not heard: that one comes twice,
    under its first Message-ID. What is decided meanwhile overtakes the rest of the campaign."""
    celery_app.control.purge()
    campaigns.homes(EMAILS)
    asked = make.submit(make.person(email="hopeful@home.example"), make.provider(state="CA"), "pso")
    step = campaigns.started(states=["AL"])
    workers: list[processes.Child] = []
    killed = threading.Event()

    def kill_once(_to: str, message: EmailMessage) -> str:
        if message["List-Unsubscribe"] and len(sink.taken) >= 20 and not killed.is_set():
            killed.set()
            kill(workers[0])
        return TAKEN

    sink.answer = kill_once
    with sweeping_worker(sink) as worker:
        workers.append(worker)
        assert killed.wait(30), "the worker was to be killed"
    steps_left = CampaignLetter.objects.filter(email__state="waiting").count()
    decided = owed_decision(asked.pk)
    with sweeping_worker(sink):
        wait_for(
            lambda: CampaignStep.objects.get(pk=step.pk).state == State.DONE, "the step to be done"
        )
    letters = [each for each in sink.taken if each["List-Unsubscribe"]]
    copies = sink.copies()
    assert len({str(each["To"]) for each in letters}) == EMAILS, "an email was lost"
    assert sum(copies.values()) - len(copies) == 1
    assert steps_left > 20
    place = [str(each["Subject"]) for each in sink.taken].index(decided)
    before = sum(1 for each in sink.taken[:place] if each["List-Unsubscribe"])
    assert before <= 21, "a decision waited behind the campaign"


def owed_decision(request_id: int) -> str:
    """Approve it, and the subject of what the requester is told."""
    workflow.approve(request_id, by=make.reviewer())
    owed = OutgoingEmail.objects.filter(notice__request_id=request_id)
    return owed.filter(to_address="hopeful@home.example").latest("pk").subject


def held_open(step: Callable[[], object], meanwhile: Callable[[], object]) -> list[object]:
    """Whether `meanwhile`, begun before `step` is committed, has to wait; and what it comes to."""
    came: list[object] = []

    def run() -> None:
        try:
            came.append(meanwhile())
        except steps.Refused as refusal:
            came.append(refusal)
        finally:
            connection.close()

    other = threading.Thread(target=run)
    with transaction.atomic():
        step()
        other.start()
        other.join(0.5)
        assert other.is_alive() or came, "it neither waits nor answers"
        waited = other.is_alive()
    other.join(10)
    return [waited, *came]


def test_two_who_start_at_once_start_it_once() -> None:
    campaigns.homes(2)
    step = campaigns.draft()
    waited, refusal = held_open(lambda: campaigns.start(step), lambda: campaigns.start(step))
    assert waited
    assert isinstance(refusal, steps.Refused)
    assert CampaignLetter.objects.count() == 2


def test_a_pause_waits_for_the_batch_in_hand_and_holds_it() -> None:
    campaigns.homes(2)
    step = campaigns.started()
    CampaignStep.objects.update(next_batch_at=None)
    waited, _paused = held_open(
        lambda: sending.turn(step.pk), lambda: steps.pause(step.pk, by=step.created_by)
    )
    assert waited
    waiting = OutgoingEmail.objects.filter(priority=OutgoingEmail.Priority.CAMPAIGN)
    assert {each.next_attempt_at.year for each in waiting} == {9000}
    assert waiting.count() == 2


def test_a_batch_does_not_wait_for_whoever_has_the_step() -> None:
    campaigns.homes(2)
    step = campaigns.started()
    waited, answer = held_open(
        lambda: steps.pause(step.pk, by=step.created_by), lambda: sending.turn(step.pk)
    )
    assert (waited, answer) == (False, None)
    assert not OutgoingEmail.objects.filter(priority=OutgoingEmail.Priority.CAMPAIGN).exists()
