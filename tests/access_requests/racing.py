"""Several people at the same moment: each in a thread with a database connection of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier, Event
from typing import Any

import psycopg2
from django.db import connection, connections, transaction
from django.db.models import F, Q

from access_requests.models import AccessRequest, Authority, RoleAssignment, Status
from access_requests.policy import StepRefused
from access_requests.statement import NotEligible
from providers.models import Provider
from tests.services import database_url, wait_for

REFUSALS = (
    StepRefused,
    NotEligible,
    AccessRequest.DoesNotExist,
    RoleAssignment.DoesNotExist,
)


def at_once(steps: Iterable[Callable[[], Any]]) -> list[Any]:
    """What each step returned, or how it was refused, in their order. They start together."""
    steps = list(steps)
    start = Barrier(len(steps))

    def run(step: Callable[[], Any]) -> Any:
        try:
            connection.ensure_connection()
            start.wait(timeout=30)
            return step()
        except REFUSALS as refusal:
            return refusal
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(steps)) as pool:
        return list(pool.map(run, steps))


@contextmanager
def held(row: Any) -> Iterator[Any]:
    """Another transaction has the row locked and stays open. Yields its cursor."""
    other = psycopg2.connect(database_url())
    try:
        with other.cursor() as cursor:
            cursor.execute(
                f"SELECT FROM {row._meta.db_table} WHERE id = %s FOR NO KEY UPDATE",
                [row.pk],
            )
            yield cursor
    finally:
        other.close()


def wait_until_somebody_waits() -> None:
    """Returns once a step in another thread stands before a lock."""

    def look() -> int | None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity"
                " WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            return int(cursor.fetchone()[0]) or None

    wait_for(look, "a step to wait for the lock")


def during(meanwhile: Callable[[], object], step: Callable[[], Any]) -> Any:
    """`meanwhile` happens in a transaction that is committed only once the step waits for it."""
    done, may_commit = Event(), Event()

    def other() -> None:
        try:
            with transaction.atomic():
                meanwhile()
                done.set()
                assert may_commit.wait(timeout=30)
        finally:
            connections.close_all()

    def run() -> Any:
        try:
            return step()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        slow = pool.submit(other)
        assert done.wait(timeout=30)
        outcome = pool.submit(run)
        wait_until_somebody_waits()
        may_commit.set()
        slow.result(timeout=30)
        return outcome.result(timeout=30)


def check_history(provider: Provider) -> None:
    """Every decision at this CCN was made by whoever had it at that moment."""
    psos = RoleAssignment.objects.psos().filter(provider=provider)
    decided = AccessRequest.objects.filter(
        provider=provider, status__in=[Status.APPROVED, Status.REJECTED]
    )
    for each in decided:
        then = psos.filter(granted_at__lt=each.ended_at).filter(
            Q(ended_at=None) | Q(ended_at__gt=each.ended_at)
        )
        if each.decided_as == Authority.CMS:
            others = then.exclude(access_request=each)
            assert not others.exists(), f"CMS decided {each} at a CCN that had a PSO"
        else:
            assert then.filter(user=each.decided_by).exists(), f"{each}: decided by a non-PSO"
    assert not decided.filter(decided_by=F("requester")).exists()
