"""A worker that is killed while it writes leaves nothing; the next one writes everything.

The one that is killed was woken by nobody: it found the file by its sweep, as the next one would.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psycopg2
import pytest
from devtools import processes
from django.db import connection

from iqies_portal import celery_app
from providers.models import Enrollment, Provider, RosterImport
from tests.mail.workers import kill
from tests.rosters import builders
from tests.rosters.builders import accepted, compared, known, now, row, rows, work
from tests.services import database_url, wait_for

pytestmark = pytest.mark.django_db(transaction=True)

WAITING = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
    " AND wait_event_type = 'Lock' AND wait_event IN ('transactionid', 'tuple')"
)


@contextmanager
def sweeping_worker() -> Iterator[processes.Child]:
    with TemporaryDirectory(prefix="iqies-portal-worker-") as folder:
        worker = processes.start(
            "worker",
            [
                *(sys.executable, "-m", "celery", "-A", "iqies_portal", "worker"),
                *("--concurrency", "1", "--without-gossip", "--without-mingle"),
                *("--beat", "--schedule", str(Path(folder) / "beat")),
            ],
            env={**os.environ, "DATABASE_URL": database_url(), "ROSTER_SWEEP_SECONDS": "0.5"},
            log=Path(folder) / "worker.log",
        )
        try:
            yield worker
        except BaseException:
            print(processes.tail(worker.log, lines=100))  # noqa: T201 - shown with the failure
            raise
        finally:
            processes.stop_all([worker])


@pytest.fixture
def last_provider_in_hand() -> Iterator[Any]:
    """Somebody decides about the provider that the import writes last, and takes their time."""
    other = psycopg2.connect(database_url())
    yield other
    other.close()


def waiting() -> int:
    with connection.cursor() as cursor:
        cursor.execute(WAITING)
        return int(cursor.fetchone()[0])


def everything() -> list[Any]:
    return [
        builders.roster(),
        list(Enrollment.objects.order_by("enrollment_id").values_list()),
        list(RosterImport.objects.values_list()),
    ]


def test_nothing_or_everything(last_provider_in_hand: Any) -> None:
    known(*rows(30))
    upload = compared(*[row(f"01{ccn}", CITY="DAPHNE") for ccn in range(5000, 5031)])
    before = everything()
    with last_provider_in_hand.cursor() as cursor:
        cursor.execute("SELECT 1 FROM providers_provider WHERE ccn = '015029' FOR UPDATE")
    accepted(upload)
    # What the page told the broker is lost as well: the sweep alone has to find it.
    celery_app.control.purge()

    with sweeping_worker() as worker:
        wait_for(waiting, "the import to come to the provider that somebody has in hand")
        kill(worker)
        worker.process.wait(timeout=10)
    assert everything() == before
    assert now(upload).state == "importing"
    wait_for(lambda: not waiting(), "the database to notice that the worker is gone")
    last_provider_in_hand.rollback()

    work()
    assert now(upload).state == "imported"
    assert set(Provider.objects.values_list("city", flat=True)) == {"DAPHNE"}
    assert Provider.objects.count() == Enrollment.objects.count() == 31
    assert RosterImport.objects.count() == 2
    assert now(upload).attempts == 2
