"""Deciding a first PSO keeps the checklist; clean cases are decided many at a time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import DatabaseError, connections, transaction

from access_requests import workflow
from access_requests.desk import together
from access_requests.models import (
    AccessRequest,
    CheckConfirmation,
    DecisionChecklist,
    DeskEvent,
    RejectionReason,
    RoleAssignment,
    Status,
)
from access_requests.policy import Refusal, StepRefused
from accounts.models import AuditEvent, Notice, User
from tests import builders as make
from tests.access_requests.racing import held, wait_until_somebody_waits
from tests.desk import cases, crowd

pytestmark = pytest.mark.django_db


@pytest.fixture
def reviewer() -> User:
    return make.reviewer()


def kept(asked: AccessRequest) -> DecisionChecklist:
    return DecisionChecklist.objects.get(access_request=asked)


def test_open_checks_do_not_stop_an_approval_and_are_kept_as_open(reviewer: User) -> None:
    asked = cases.case()
    workflow.approve(asked.pk, by=reviewer)
    checks = {each["code"]: each for each in kept(asked).checks}
    assert not kept(asked).was_clean
    assert checks["employment"]["holds"] is None
    assert checks["no_pso"] == {
        "code": "no_pso",
        "holds": True,
        "by": "machine",
        "evidence": "Nobody is PSO of this CCN.",
    }
    line = AuditEvent.objects.get(type=DeskEvent.CHECKLIST_KEPT, request_id=asked.pk)
    assert line.details["open"] == ["employment", "email", "second_path"]


def test_a_rejection_keeps_it_too_and_a_psos_decision_has_none(reviewer: User) -> None:
    asked = cases.case()
    cases.call(asked, reviewer, cases.ContactAttempt.Outcome.DENIED)
    why = RejectionReason.NOT_EMPLOYED
    workflow.reject(asked.pk, by=reviewer, reason=why, explanation="Not known there.")
    by_code = {each["code"]: each for each in kept(asked).checks}
    assert by_code["second_path"]["holds"] is False
    assert by_code["second_path"]["by"] == "reviewer"
    home = make.provider()
    pso = make.pso(home, by=reviewer)
    second = cases.case(home)
    workflow.approve(second.pk, by=pso)
    assert not DecisionChecklist.objects.filter(access_request=second).exists()


def test_what_was_kept_never_changes(reviewer: User) -> None:
    asked = cases.clean_case(reviewer)
    workflow.approve(asked.pk, by=reviewer)
    for rows in (
        DecisionChecklist.objects.all(),
        asked.check_confirmations.all(),
        asked.contact_attempts.all(),
    ):
        with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
            rows.update(at=asked.submitted_at)
        with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
            rows._raw_delete(rows.db)


def test_only_clean_cases_go_together(reviewer: User) -> None:
    asked = cases.case()
    with pytest.raises(StepRefused) as refused:
        workflow.approve(asked.pk, by=reviewer, with_others=True)
    assert refused.value.refusal == Refusal.NOT_CLEAN
    assert "Employed as stated: to check." in str(refused.value)
    asked.refresh_from_db()
    assert asked.status == Status.PENDING
    assert not DecisionChecklist.objects.exists()


def test_each_has_its_own_outcome(reviewer: User) -> None:
    clean = cases.clean_case(reviewer)
    spoilt, decided = cases.clean_case(reviewer), cases.clean_case(reviewer)
    cases.case(spoilt.provider)
    other = make.reviewer()
    workflow.approve(decided.pk, by=other)
    ids = [decided.pk, spoilt.pk, clean.pk, 10**9]
    outcomes = {each.request_id: each for each in together.approve_together(ids, by=reviewer)}
    assert outcomes[clean.pk].code == together.APPROVED
    assert outcomes[spoilt.pk].code == together.LEFT
    assert "1 other person asks to be PSO here." in outcomes[spoilt.pk].sentence
    assert outcomes[decided.pk].code == together.OVER
    assert str(other) in outcomes[decided.pk].sentence
    assert outcomes[10**9].code == together.OVER
    assert kept(clean).was_clean
    assert kept(clean).decided_with_others
    assert RoleAssignment.objects.active().psos().count() == 2
    told = Notice.objects.filter(request_id=clean.pk, kind="you_are_now_pso").count()
    again = together.approve_together(ids, by=reviewer)
    assert {each.request_id: each.code for each in again} == {
        pk: each.code for pk, each in outcomes.items()
    }
    assert Notice.objects.filter(request_id=clean.pk, kind="you_are_now_pso").count() == told == 1


@pytest.mark.django_db(transaction=True)
def test_it_is_judged_again_under_the_lock(reviewer: User) -> None:
    """Somebody contradicts a check while the approval stands before the provider's lock."""
    asked = cases.clean_case(reviewer)
    said = CheckConfirmation.objects.get(access_request=asked, check_code="employment")
    with held(asked.provider) as cursor, ThreadPoolExecutor(1) as pool:
        approving = pool.submit(_together, asked.pk, reviewer)
        wait_until_somebody_waits()
        cursor.execute(
            "INSERT INTO access_requests_checkconfirmation"
            " (access_request_id, check_code, answer, note, seen, by_id, at)"
            " VALUES (%s, 'employment', 'fails', 'Left in May.', %s, %s, now())",
            [asked.pk, said.seen, reviewer.pk],
        )
        cursor.connection.commit()
        [outcome] = approving.result(timeout=30)
    assert outcome.code == together.LEFT
    assert "Employed as stated: failed." in outcome.sentence
    asked.refresh_from_db()
    assert asked.status == Status.PENDING


def _together(pk: int, reviewer: User) -> list[together.Outcome]:
    try:
        return together.approve_together([pk], by=reviewer)
    finally:
        connections.close_all()


@pytest.mark.django_db(transaction=True)
def test_many_reviewers_at_once() -> None:
    """The small version of scripts/measure_first_psos.py."""
    before = crowd.deadlocks()
    many = crowd.gather(reviewers=6, homes=16, requests=24)
    outcomes = crowd.decide_at_once(many, seed=7, bulk=2)
    crowd.check(many)
    assert crowd.deadlocks() == before
    assert outcomes["together: approved"] >= len(many.clean)
