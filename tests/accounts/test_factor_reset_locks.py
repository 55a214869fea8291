"""Two steps of a reset at the same moment: another transaction holds the row and stays open."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import OperationalError, connection, connections
from django.utils import timezone

from accounts import factor_reset
from tests.access_requests.racing import held, wait_until_somebody_waits
from tests.accounts.resets import (
    DONE,
    STARTED,
    factors_of,
    started,
    steps_of,
    told,
    with_factor,
)

pytestmark = pytest.mark.django_db(transaction=True)

DAY = timedelta(days=1)
# What the other transaction writes, by the step that it takes.
ENDED = {
    "stop": "UPDATE accounts_factorreset SET stopped_at = takes_effect_at WHERE id = %s",
    "carry_out": "UPDATE accounts_factorreset SET done_at = takes_effect_at WHERE id = %s",
}


@pytest.fixture
def short_patience(transactional_db: None) -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '100ms'")
    yield
    with connection.cursor() as cursor:
        cursor.execute("RESET lock_timeout")


@pytest.mark.parametrize("step", ["start", "stop", "carry_out", "remind"])
def test_every_step_waits_for_whoever_has_the_person(short_patience: None, step: str) -> None:
    person = with_factor()
    reset = None if step == "start" else started(person)
    late = timedelta(0) if step in {"start", "stop"} else DAY * (0.6 if step == "remind" else 1)
    steps: dict[str, Callable[[], Any]] = {
        "start": lambda: started(person),
        "stop": lambda: factor_reset.stop(reset, by=None) if reset else None,
        "carry_out": factor_reset.carry_out_due,
        "remind": factor_reset.remind,
    }
    with (
        held(person),
        time_machine.travel(timezone.now() + late),
        pytest.raises(OperationalError, match="accounts_user"),
    ):
        steps[step]()


@pytest.mark.parametrize("first", ["stop", "carry_out"])
@pytest.mark.parametrize("second", ["stop", "carry_out"])
def test_whoever_comes_second_finds_it_over(first: str, second: str) -> None:
    """The second has read the reset as open and waits; then the first commits."""
    person = with_factor()
    reset = started(person)
    due = reset.takes_effect_at

    def run() -> Any:
        try:
            if second == "stop":
                return factor_reset.stop(reset, by=None)
            return factor_reset.carry_out_due()
        except ValidationError as refusal:
            return refusal.messages[0]
        finally:
            connections.close_all()

    with (
        time_machine.travel(due),
        held(person) as cursor,
        ThreadPoolExecutor(1) as pool,
    ):
        cursor.execute(ENDED[first], [reset.pk])
        running = pool.submit(run)
        wait_until_somebody_waits()
        cursor.connection.commit()
        outcome = running.result(timeout=30)
    too_late = {"stop": "stopped already", "carry_out": "too late"}[first]
    assert too_late in outcome if second == "stop" else outcome == 0
    assert steps_of(person) == [STARTED], "the second did something"
    assert factors_of(person) == 2


def test_two_workers_carry_it_out_once() -> None:
    reset = started()

    def run() -> int:
        try:
            return factor_reset.carry_out_due()
        finally:
            connections.close_all()

    with (
        time_machine.travel(reset.takes_effect_at),
        ThreadPoolExecutor(2) as pool,
        held(reset.user) as cursor,
    ):
        running = [pool.submit(run) for _ in range(2)]
        wait_until_somebody_waits()
        cursor.connection.commit()
        assert sorted(each.result(timeout=30) for each in running) == [0, 1]
    assert steps_of(reset.user) == [STARTED, DONE]
    assert told(reset.user) == [STARTED, DONE]
