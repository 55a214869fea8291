"""A PSO who cannot be reached: attempts on record, and the role's end when they were enough."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest
import time_machine
from django.db import connection
from django.db.utils import IntegrityError
from django.test import Client
from django.utils import timezone

from access_requests import workflow
from access_requests.models import DeskEvent, EndedHow, EventType, ReachAttempt, RoleAssignment
from access_requests.orphans import attempts, reaching
from access_requests.policy import Refusal, StepRefused
from accounts.models import AuditEvent, Notice, OutgoingEmail, User
from providers.models import Provider
from tests import builders as make
from tests.access_requests.racing import at_once, held, wait_until_somebody_waits

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 11, 2, 15, tzinfo=UTC)
CALL, EMAIL, LETTER = ReachAttempt.How.CALL, ReachAttempt.How.EMAIL, ReachAttempt.How.LETTER
NOT_REACHED, REACHED = ReachAttempt.Outcome.NOT_REACHED, ReachAttempt.Outcome.REACHED


@pytest.fixture
def home() -> Provider:
    return make.provider(name="BURNS NURSING HOME")


@pytest.fixture
def reviewer() -> User:
    return make.reviewer()


@pytest.fixture
def silent(home: Provider) -> RoleAssignment:
    """The role of a PSO who was last seen a month before."""
    with time_machine.travel(MONDAY - timedelta(days=30)):
        return make.pso(home).role_assignments.get()


def tried(
    role: RoleAssignment,
    by: User,
    *,
    days: float = 0,
    how: ReachAttempt.How = CALL,
    outcome: ReachAttempt.Outcome = NOT_REACHED,
) -> ReachAttempt:
    with time_machine.travel(MONDAY + timedelta(days=days)):
        note = f"Day {days}: (555) 010-0100."
        return attempts.record(role.pk, by=by, how=how, outcome=outcome, note=note)


def often_enough(role: RoleAssignment, by: User, *, days: float = 0) -> None:
    tried(role, by, days=days)
    tried(role, by, days=days, how=EMAIL)
    tried(role, by, days=days + 7)


def search(role: RoleAssignment, *, days: float) -> reaching.Search:
    """As CMS sees it so many days after the first Monday."""
    with time_machine.travel(MONDAY + timedelta(days=days)):
        return reaching.search_for(RoleAssignment.objects.get(pk=role.pk))


def is_enough(role: RoleAssignment, *, days: float = 60) -> bool:
    return search(role, days=days).is_enough


def test_three_calls_at_least_three_business_days_apart(
    silent: RoleAssignment, reviewer: User
) -> None:
    assert search(silent, days=0).missing == "3 more attempts are needed."
    tried(silent, reviewer)
    early = search(silent, days=0).missing
    assert early == (
        "2 more attempts are needed. The last one counts only on November 5, 2026 or later."
    )
    for days in (1, 2):
        tried(silent, reviewer, days=days)
    assert "try once more on November 5, 2026 or later" in search(silent, days=2).missing
    assert not is_enough(silent)
    tried(silent, reviewer, days=3)
    assert is_enough(silent, days=3)


def test_a_weekend_is_no_time_to_be_silent(silent: RoleAssignment, reviewer: User) -> None:
    for days in (4, 6, 8):
        tried(silent, reviewer, days=days)
    assert not is_enough(silent)
    # Wednesday is a holiday: the third business day after Friday is Thursday.
    tried(silent, reviewer, days=9)
    assert not is_enough(silent)
    tried(silent, reviewer, days=10)
    assert is_enough(silent)


def test_minutes_around_midnight_are_no_search(silent: RoleAssignment, reviewer: User) -> None:
    """A call at 11:58 PM, a letter and an email."""
    midnight = 14 / 24
    for how, minutes in ((CALL, -2), (LETTER, -1), (EMAIL, 1)):
        tried(silent, reviewer, days=midnight + minutes / 1440, how=how)
    assert search(silent, days=1).counted == [silent.reach_attempts.get(how=CALL)]
    assert not is_enough(silent)
    with pytest.raises(StepRefused):
        workflow.revoke_unreachable(silent.pk, by=reviewer)


@pytest.mark.parametrize(
    ("how", "days"), [(CALL, 3), (EMAIL, 7), (LETTER, 11)], ids=["call", "email", "letter"]
)
def test_what_is_written_counts_once_there_was_time_to_answer(
    silent: RoleAssignment, reviewer: User, how: ReachAttempt.How, days: int
) -> None:
    """The last attempt, on a Thursday. The Wednesday after it is a holiday."""
    tried(silent, reviewer)
    tried(silent, reviewer, days=1)
    tried(silent, reviewer, days=3, how=how)
    if how != CALL:
        early = search(silent, days=days - 0.001)
        assert not early.is_enough
        assert len(early.counted) == 2
        assert f"from November {2 + days}, 2026, 10:00 AM" in early.missing
    assert search(silent, days=days).is_enough
    assert search(silent, days=3).enough_from == MONDAY + timedelta(days=days)


def test_two_calls_in_a_row_are_one(silent: RoleAssignment, reviewer: User) -> None:
    for days in (0, 0.01, 0.02, 3):
        tried(silent, reviewer, days=days)
    assert "1 more attempt is needed." in search(silent, days=3).missing
    tried(silent, reviewer, days=3.1)
    assert is_enough(silent)


@pytest.mark.parametrize("sign", ["signs in", "decides", "is reached"])
def test_a_sign_of_life_begins_anew(
    silent: RoleAssignment, reviewer: User, home: Provider, sign: str
) -> None:
    asked = make.submit(make.person(), home)
    often_enough(silent, reviewer)
    assert is_enough(silent)
    with time_machine.travel(MONDAY + timedelta(days=7.5)):
        if sign == "signs in":
            Client().force_login(silent.user)
        elif sign == "decides":
            workflow.approve(asked.pk, by=silent.user)
        else:
            tried(silent, reviewer, days=7.5, outcome=REACHED)
    assert not is_enough(silent)
    with pytest.raises(StepRefused) as refused:
        workflow.revoke_unreachable(silent.pk, by=reviewer)
    assert refused.value.refusal == Refusal.NOT_UNREACHABLE
    often_enough(silent, reviewer, days=8)
    assert is_enough(silent)


def test_revoked_as_unreachable_the_rule_applies(
    silent: RoleAssignment, reviewer: User, home: Provider
) -> None:
    holder = make.holder(home)
    further, working = make.person(), make.person()
    further_request = make.submit(further, home, "pso")
    make.submit(working, home)
    later = timezone.now() + timedelta(days=9)
    days = (later - MONDAY) / timedelta(days=1)
    often_enough(silent, reviewer, days=days - 8)
    with time_machine.travel(later):
        ended = workflow.revoke_unreachable(silent.pk, by=reviewer)
    assert (ended.ended_how, ended.ended_by) == (EndedHow.REVOKED, reviewer)
    assert "call on" in ended.end_reason
    assert "email on" in ended.end_reason
    event = AuditEvent.objects.get(type=EventType.ROLE_REVOKED)
    assert event.details["attempts"] == list(silent.reach_attempts.values_list("pk", flat=True))
    told = set(Notice.objects.values_list("recipient", "kind"))
    assert {
        (silent.user_id, "role_ended"),
        (further.pk, "request_moved"),
        (working.pk, "request_waits_again"),
        (holder.pk, "last_pso_gone"),
        (reviewer.pk, "last_pso_gone"),
    } <= told
    # The PSO requests are CMS's again.
    workflow.approve(further_request.pk, by=reviewer)


def test_an_attempt_by_email_is_an_email(silent: RoleAssignment, reviewer: User) -> None:
    sent = OutgoingEmail.objects.filter(subject__contains="trying to reach you")
    tried(silent, reviewer)
    assert not sent.exists()
    tried(silent, reviewer, how=EMAIL)
    assert sent.get().to_address == silent.user.email
    tried(silent, reviewer, how=EMAIL, days=1, outcome=REACHED)
    assert sent.count() == 1


def test_only_reviewers_write_down_and_revoke(silent: RoleAssignment, home: Provider) -> None:
    for person in (make.pso(home), make.agent(), make.holder(home)):
        with pytest.raises(StepRefused) as refused:
            tried(silent, person)
        assert refused.value.refusal == Refusal.ONLY_CMS
        with pytest.raises(StepRefused):
            workflow.revoke_unreachable(silent.pk, by=person)
    silent.refresh_from_db()
    assert silent.status == "active"


def test_only_of_psos_and_of_roles_that_go_on(
    silent: RoleAssignment, reviewer: User, home: Provider
) -> None:
    viewer = make.holder(home).role_assignments.get()
    with pytest.raises(StepRefused) as refused:
        tried(viewer, reviewer)
    assert refused.value.refusal == Refusal.NOT_A_PSO
    with pytest.raises(StepRefused):
        workflow.revoke_unreachable(viewer.pk, by=reviewer)
    workflow.give_up(silent.pk, by=silent.user)
    with pytest.raises(StepRefused) as refused:
        tried(silent, reviewer)
    assert refused.value.refusal == Refusal.ASSIGNMENT_ENDED


def test_what_is_on_record_stays(silent: RoleAssignment, reviewer: User) -> None:
    tried(silent, reviewer)
    with pytest.raises(IntegrityError, match="never changes"):
        ReachAttempt.objects.update(outcome=REACHED)


def test_the_page_of_a_pso(silent: RoleAssignment, reviewer: User) -> None:
    path = f"/orphans/psos/{silent.pk}/"
    cms = Client()
    cms.force_login(reviewer)
    faulty = cms.post(f"{path}attempts/", {"how": "call", "outcome": "not_reached", "note": " "})
    assert faulty.status_code == 422
    for _ in range(2):
        said = {"how": "call", "outcome": "not_reached", "note": "Rang out."}
        assert cms.post(f"{path}attempts/", said).status_code == 302
    assert ReachAttempt.objects.count() == 1
    assert AuditEvent.objects.filter(type=DeskEvent.REACH_ATTEMPTED).count() == 1
    shown = cms.get(path).content.decode()
    assert "Rang out." in shown
    assert "2 more attempts are needed" in shown
    assert "Revoke as unreachable" not in shown
    said = {"how": "email", "outcome": "not_reached", "note": "Wrote."}
    cms.post(f"{path}attempts/", said)
    assert "counts from" in cms.get(path).content.decode()
    too_early = cms.post(f"{path}revoke/")
    assert too_early.status_code == 409
    assert "has not tried often enough" in too_early.content.decode()
    often_enough(silent, reviewer)
    assert "Revoke as unreachable" in cms.get(path).content.decode()
    assert cms.post(f"{path}revoke/", follow=True).status_code == 200
    assert cms.post(f"{path}revoke/").status_code == 409
    silent.refresh_from_db()
    assert silent.ended_how == EndedHow.REVOKED


def test_who_gets_no_email_is_not_tried_by_email(silent: RoleAssignment, reviewer: User) -> None:
    silent.user.is_active = False
    silent.user.save(update_fields=["is_active"])
    cms = Client()
    cms.force_login(reviewer)
    path = f"/orphans/psos/{silent.pk}/"
    assert 'value="email"' not in cms.get(path).content.decode()
    said = {"how": "email", "outcome": "not_reached", "note": "Wrote."}
    assert cms.post(f"{path}attempts/", said).status_code == 422


@pytest.mark.django_db(transaction=True)
def test_a_pso_signs_in_while_being_revoked(silent: RoleAssignment, reviewer: User) -> None:
    """Whose sign-in commits first keeps the role: the step waits for it, and sees it."""
    often_enough(silent, reviewer)
    with held(silent.user) as signing_in:
        signing_in.execute(
            "UPDATE accounts_user SET last_login = now() WHERE id = %s", [silent.user_id]
        )
        outcome: list[object] = []

        def revoke() -> object:
            return workflow.revoke_unreachable(silent.pk, by=reviewer)

        step = Thread(target=lambda: outcome.extend(at_once([revoke])))
        step.start()
        wait_until_somebody_waits()
        signing_in.connection.commit()
        step.join(30)
    assert isinstance(outcome[0], StepRefused)
    assert outcome[0].refusal == Refusal.NOT_UNREACHABLE
    connection.close()
    silent.refresh_from_db()
    assert silent.status == "active"
