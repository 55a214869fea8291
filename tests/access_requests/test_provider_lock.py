"""The provider's lock, proved: another transaction holds the row, and the step waits for it.

A race between two threads passes on most days with the lock taken out; these do not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import partial
from typing import Any

import pytest
from django.db import OperationalError, connection, connections

from access_requests import workflow
from access_requests.models import (
    AccessRequest,
    Authority,
    Status,
)
from access_requests.policy import Refusal, StepRefused
from access_requests.statement import NotEligible
from accounts.models import User
from providers.models import Provider
from tests import builders as make
from tests.access_requests.racing import held, wait_until_somebody_waits
from tests.access_requests.steps import Step, steps_at

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def short_patience(transactional_db: None) -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '100ms'")
    yield
    with connection.cursor() as cursor:
        cursor.execute("RESET lock_timeout")


def sqlstate(error: BaseException) -> str:
    return str(error.__cause__.pgcode)  # type: ignore[union-attr]


def test_every_step_waits_for_whoever_has_the_provider(short_patience: None) -> None:
    home = make.provider()
    steps = steps_at(home)
    for name, step in steps.items():
        with held(home), pytest.raises(OperationalError, match="lock timeout") as waited:
            step()
        assert "providers_provider" in str(waited.value), name
        assert sqlstate(waited.value) == "55P03"


def test_no_step_waits_for_another_provider(short_patience: None) -> None:
    home = make.provider()
    steps = steps_at(home)
    with held(make.provider()):
        for name in ("submit", "approve", "answer", "give_up", "close"):
            steps[name]()


def test_submitting_waits_for_another_submission_of_the_same_person(short_patience: None) -> None:
    person = make.person()
    with held(person), pytest.raises(OperationalError, match="lock timeout"):
        make.submit(person, make.provider())
    with held(make.person()):
        make.submit(person, make.provider())


def outcome_after(home: Provider, meanwhile: Callable[[Any], None], step: Step) -> Any:
    """The step begins while another transaction has the provider; what that one does inside
    `meanwhile` is committed only when the step already waits."""

    def run() -> Any:
        try:
            return step()
        except (StepRefused, NotEligible, AccessRequest.DoesNotExist) as refusal:
            return refusal
        finally:
            connections.close_all()

    with held(home) as cursor, ThreadPoolExecutor(1) as pool:
        meanwhile(cursor)
        running = pool.submit(run)
        wait_until_somebody_waits()
        cursor.connection.commit()
        return running.result(timeout=30)


def end_role_of(pso: User) -> Callable[[Any], None]:
    def end(cursor: Any) -> None:
        cursor.execute(
            "UPDATE access_requests_roleassignment SET status = 'ended', ended_at = now(),"
            " ended_how = 'given_up' WHERE user_id = %s",
            [pso.pk],
        )

    return end


def approve_in_sql(request: AccessRequest, by: User) -> Callable[[Any], None]:
    def approve(cursor: Any) -> None:
        cursor.execute(
            "UPDATE access_requests_accessrequest SET status = 'approved', ended_at = now(),"
            " decided_by_id = %s, decided_as = 'cms' WHERE id = %s",
            [by.pk, request.pk],
        )
        cursor.execute(
            "INSERT INTO access_requests_roleassignment (access_request_id, user_id, provider_id,"
            " role_id, affiliation, status, granted_at, ended_how, end_reason)"
            " SELECT id, requester_id, provider_id, role_id, affiliation, 'active', now(), '', ''"
            " FROM access_requests_accessrequest WHERE id = %s",
            [request.pk],
        )

    return approve


def test_who_waited_is_judged_by_what_was_committed_meanwhile() -> None:
    home, reviewer = make.provider(), make.reviewer()
    winner, rival = (make.submit(make.person(), home, "pso") for _ in range(2))
    outcome = outcome_after(
        home,
        approve_in_sql(winner, reviewer),
        partial(workflow.approve, rival.pk, by=make.reviewer()),
    )
    assert isinstance(outcome, StepRefused)
    assert outcome.refusal == Refusal.PSO_DECIDES


def test_a_pso_whose_role_ended_meanwhile_decides_nothing() -> None:
    home = make.provider()
    pso = make.pso(home)
    asked = make.submit(make.person(), home)
    outcome = outcome_after(home, end_role_of(pso), partial(workflow.approve, asked.pk, by=pso))
    assert isinstance(outcome, AccessRequest.DoesNotExist)
    asked.refresh_from_db()
    assert asked.status == Status.PENDING


def test_cms_decides_when_the_last_pso_left_meanwhile() -> None:
    home, reviewer = make.provider(), make.reviewer()
    pso = make.pso(home)
    asked = make.submit(make.person(), home, "pso")
    outcome = outcome_after(
        home, end_role_of(pso), partial(workflow.approve, asked.pk, by=reviewer)
    )
    assert isinstance(outcome, AccessRequest)
    assert outcome.decided_as == Authority.CMS


def test_a_submission_that_waited_sees_that_the_provider_closed() -> None:
    home = make.provider()

    def close(cursor: Any) -> None:
        cursor.execute(
            "UPDATE providers_provider SET closed_on = %s WHERE id = %s",
            [date(2026, 1, 2), home.pk],
        )

    outcome = outcome_after(home, close, partial(make.submit, make.person(), home))
    assert isinstance(outcome, NotEligible)
    assert not AccessRequest.objects.exists()
