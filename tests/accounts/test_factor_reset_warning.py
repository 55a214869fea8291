"""A reset takes effect only once the person was warned and had the whole delay to stop it."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from accounts import factor_reset
from accounts.models import AuditEvent, BouncedAddress, FactorReset, Notice, OutgoingEmail
from tests import builders as make
from tests.accounts.resets import (
    STARTED,
    STOPPED,
    factors_of,
    started,
    told,
    unannounced,
    with_factor,
)

pytestmark = pytest.mark.django_db

State = OutgoingEmail.State
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def email_of(reset: FactorReset) -> OutgoingEmail:
    email = Notice.objects.get(recipient=reset.user, kind=STARTED).email
    assert email is not None
    return email


def carried_out_after(reset: FactorReset, later: timedelta) -> int:
    with time_machine.travel(reset.asked_at + later):
        return factor_reset.carry_out_due()


def test_an_email_that_still_waits_puts_it_off() -> None:
    reset = unannounced()
    assert carried_out_after(reset, 3 * DAY) == 0
    assert factor_reset.open_reset_of(reset.user) == reset


def test_the_delay_begins_when_the_email_leaves() -> None:
    reset = unannounced()
    email = email_of(reset)
    email.state, email.sent_at = State.SENT, reset.asked_at + 5 * HOUR
    email.save()
    assert carried_out_after(reset, DAY + 4 * HOUR) == 0
    assert carried_out_after(reset, DAY + 6 * HOUR) == 1


@pytest.mark.parametrize("what", ["refused", "returned", "address flagged"])
def test_whom_the_warning_does_not_reach_keeps_the_factor(what: str) -> None:
    reset = started()
    email = email_of(reset)
    if what == "refused":
        email.state, email.sent_at = State.FAILED, None
    elif what == "returned":
        email.state = State.BOUNCED
    else:
        BouncedAddress.objects.create(address=reset.user.email, since=timezone.now())
    email.save()
    assert carried_out_after(reset, DAY + HOUR) == 0
    reset.refresh_from_db()
    assert reset.stopped_at is not None
    assert reset.done_at is None
    assert factors_of(reset.user) == 2
    line = AuditEvent.objects.get(type=STOPPED)
    assert line.actor is None
    assert line.details["warning_did_not_arrive"]
    assert told(reset.user)[-1] == STOPPED
    told_agent = Notice.objects.get(recipient=reset.asked_by, kind="factor_reset_stopped_agent")
    assert "address that works" in told_agent.body


def test_a_reviewer_answers_for_whom_no_email_reaches() -> None:
    person = with_factor()
    BouncedAddress.objects.create(address=person.email, since=timezone.now())
    from_reviewer = unannounced(person, by=make.reviewer())
    assert carried_out_after(from_reviewer, DAY + HOUR) == 1
