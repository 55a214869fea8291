"""A lost second factor: announced, delayed, easy to stop, and carried out once."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.conf import LazySettings
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.test import Client
from django.utils import timezone

from accounts import audit, bounces, factor_reset, tasks
from accounts.factor_reset_notices import path_of
from accounts.models import AuditEvent, CmsRole, FactorReset, Notice, OutgoingEmail, User
from tests import builders as make
from tests.accounts.resets import (
    DONE,
    SOON,
    STARTED,
    STOPPED,
    factors_of,
    started,
    steps_of,
    told,
    with_factor,
)

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
LONG_AGO, MUCH_LATER = datetime(2020, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize("role", [make.agent, make.reviewer])
def test_starting_takes_nothing_away_and_tells_the_person(role: Callable[[], User]) -> None:
    person, by = with_factor(), role()
    reset = started(person, by)
    assert factor_reset.open_reset_of(person) == reset
    assert reset.takes_effect_at - reset.asked_at == DAY
    assert factors_of(person) == 2
    line = AuditEvent.objects.get(type=STARTED)
    assert (line.actor, line.person, line.details["ticket"]) == (by, person, "INC-7")
    notice = Notice.objects.get(recipient=person)
    assert notice.path == path_of(reset)
    assert notice.email is not None
    assert f"{notice.path}" in notice.email.body_text
    assert "INC-7" in notice.email.body_text
    assert "(800) 339-9313" in notice.email.body_text
    assert not notice.email.holds_secret


def test_the_link_names_nobody() -> None:
    person = with_factor("patdoe77")
    reset = started(person)
    assert path_of(reset) == f"/accounts/factor-reset/{reset.reference}/"
    assert reset.reference.version == 4


def test_an_address_that_was_changed_lately_is_told_too() -> None:
    """Whoever has the mailbox of today may not be the person."""
    person = with_factor(email="new@sunrise-care.example")
    for before, days in (("old@sunrise-care.example", 29), ("older@sunrise-care.example", 31)):
        with time_machine.travel(timezone.now() - timedelta(days=days)):
            audit.record("email_changed", actor=person, person=person, details={"before": before})
    started(person)
    sent_to = set(OutgoingEmail.objects.values_list("to_address", flat=True))
    assert sent_to == {"new@sunrise-care.example", "old@sunrise-care.example"}


def refusals() -> dict[str, tuple[User, User, str, str]]:
    """person, by, ticket, and a part of the sentence."""
    one, agent = with_factor(), make.agent()
    running, closed = with_factor(), with_factor()
    started(running)
    closed.is_active = False
    closed.save()
    cms = make.agent()
    TOTP.activate(cms, generate_totp_secret())
    former = make.agent()
    former.is_active = False
    former.save()
    return {
        "a stranger": (one, make.person(), "T1", "Only the Service Center"),
        "themselves": (one, one, "T1", "Only the Service Center"),
        "an agent for themselves": (cms, cms, "T1", "Ask a colleague"),
        "an agent who has left": (one, former, "T1", "Only the Service Center"),
        "no ticket": (one, agent, "  ", "Enter the ticket number"),
        "a long ticket": (one, agent, "T" * 41, "Enter the ticket number"),
        "no factor": (make.person(), agent, "T1", "has no second factor"),
        "closed": (closed, agent, "T1", "is closed"),
        "one is open": (running, agent, "T1", "under way already (ticket INC-7)"),
    }


def test_who_may_not_start_one_and_for_whom() -> None:
    for name, (person, by, ticket, sentence) in refusals().items():
        before = FactorReset.objects.count()
        with pytest.raises(ValidationError) as refused:
            factor_reset.start(person, by=by, ticket=ticket)
        assert sentence in refused.value.messages[0], name
        assert FactorReset.objects.count() == before, name


def test_only_a_reviewer_starts_one_for_people_of_cms() -> None:
    kinds: list[dict[str, Any]] = [{"cms_role": each} for each in CmsRole]
    for fields in (*kinds, {"is_staff": True}):
        person = with_factor(**fields)
        with pytest.raises(ValidationError, match="Only a CMS reviewer can start this"):
            started(person, make.agent())
        assert steps_of(person) == []
        started(person, make.reviewer())
        assert steps_of(person) == [STARTED]


def test_codes_alone_are_no_factor() -> None:
    person = make.person()
    RecoveryCodes.activate(person)
    with pytest.raises(ValidationError, match="has no second factor"):
        started(person)


def test_where_email_comes_back_only_a_reviewer_starts_one() -> None:
    """The person could not be warned; somebody must have made sure by another path."""
    person = with_factor()
    bounces.flag(person.email, reason="550 No such mailbox", sent_at=timezone.now())
    with pytest.raises(ValidationError, match="could not be warned"):
        started(person)
    started(person, make.reviewer())


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("factor_reset_one_open_per_person", {"reference": uuid.uuid4(), "pk": None}),
        ("factor_reset_stopped_or_done", {"stopped_at": MUCH_LATER, "done_at": MUCH_LATER}),
        ("factor_reset_never_early", {"done_at": LONG_AGO}),
    ],
)
def test_the_database_refuses(name: str, fields: dict[str, Any]) -> None:
    reset = started()
    for field, value in fields.items():
        setattr(reset, field, value)
    reset._state.adding = reset.pk is None
    with pytest.raises(IntegrityError, match=name):
        reset.save()


def test_the_database_refuses_a_reset_for_oneself() -> None:
    reset = started()
    reset.asked_by = reset.user
    with pytest.raises(IntegrityError, match="factor_reset_not_for_oneself"):
        reset.save()


# Stopping


def test_stopped_by_the_link_the_person_or_cms() -> None:
    for how in ("link", "person", "agent", "reviewer"):
        person = with_factor()
        reset = started(person)
        by = {"person": person, "agent": make.agent(), "reviewer": make.reviewer()}.get(how)
        factor_reset.stop(reset, by=by)
        reset.refresh_from_db()
        assert reset.stopped_by == by
        assert factor_reset.open_reset_of(person) is None
        assert (factors_of(person), steps_of(person)) == (2, [STARTED, STOPPED])
        line = AuditEvent.objects.get(type=STOPPED, person=person)
        assert (line.actor, line.details["by_link"]) == (by, how == "link")
        assert told(person) == [STARTED, STOPPED]
        assert told(reset.asked_by) == ["factor_reset_stopped_agent"]


def test_whoever_started_it_and_stops_it_is_told_nothing() -> None:
    reset = started()
    factor_reset.stop(reset, by=reset.asked_by)
    assert told(reset.asked_by) == []


def test_nobody_else_stops_it() -> None:
    reset = started()
    with pytest.raises(ValidationError, match="Only the person"):
        factor_reset.stop(reset, by=make.person())


def test_stopped_once_and_never_carried_out() -> None:
    reset = started()
    factor_reset.stop(reset, by=None)
    with pytest.raises(ValidationError, match="stopped already"):
        factor_reset.stop(reset, by=None)
    with time_machine.travel(timezone.now() + 2 * DAY):
        assert factor_reset.carry_out_due() == 0
    assert factors_of(reset.user) == 2


def test_after_a_stop_another_can_be_started() -> None:
    person = with_factor()
    factor_reset.stop(started(person), by=None)
    assert factor_reset.open_reset_of(person) is None
    assert started(person).pk


# Carrying out


def test_carried_out_when_due_and_not_before(client: Client) -> None:
    person = with_factor()
    client.force_login(person)
    assert client.get("/accounts/").status_code == 200
    now = timezone.now()
    reset = started(person)
    with time_machine.travel(now + DAY - timedelta(minutes=1)):
        assert tasks.carry_out_factor_resets() == 0
    with time_machine.travel(now + DAY + timedelta(seconds=30)):
        assert tasks.carry_out_factor_resets() == 1
        assert tasks.carry_out_factor_resets() == 0
    reset.refresh_from_db()
    assert reset.done_at is not None
    assert factors_of(person) == 0
    assert client.get("/accounts/").status_code == 302, "still signed in"
    assert steps_of(person) == [STARTED, DONE]
    line = AuditEvent.objects.get(type=DONE)
    assert line.actor is None
    assert line.details == {"ticket": "INC-7", "factors": ["recovery_codes", "totp"]}
    assert told(person) == [STARTED, SOON, DONE]
    with pytest.raises(ValidationError, match="too late"):
        factor_reset.stop(reset, by=None)


def test_what_a_thief_has_added_meanwhile_goes_too() -> None:
    person = with_factor()
    reset = started(person)
    Authenticator.objects.create(user=person, type=Authenticator.Type.WEBAUTHN, data={})
    with time_machine.travel(reset.takes_effect_at):
        factor_reset.carry_out_due()
    assert factors_of(person) == 0


def test_other_people_keep_theirs() -> None:
    reset, other = started(), with_factor()
    with time_machine.travel(reset.takes_effect_at):
        factor_reset.carry_out_due()
    assert factors_of(other) == 2


def test_one_reminder_halfway() -> None:
    reset = started()
    with time_machine.travel(reset.asked_at + DAY / 2 - timedelta(minutes=1)):
        assert factor_reset.remind() == 0
    for _ in range(2):
        with time_machine.travel(reset.asked_at + DAY / 2 + timedelta(minutes=1)):
            factor_reset.remind()
    assert told(reset.user) == [STARTED, SOON]


def test_a_second_reset_is_reminded_of_too() -> None:
    person = with_factor()
    now = timezone.now()
    for day in (0, 7):
        with time_machine.travel(now + day * DAY):
            reset = started(person)
        with time_machine.travel(now + (day + 0.6) * DAY):
            assert factor_reset.remind() == 1
            factor_reset.stop(reset, by=person)
    assert told(person).count(SOON) == 2


def test_the_worker_is_told_to_look_every_minute(settings: LazySettings) -> None:
    entry = settings.CELERY_BEAT_SCHEDULE["carry-out-factor-resets"]
    assert (entry["task"], entry["schedule"]) == (tasks.carry_out_factor_resets.name, 60.0)
