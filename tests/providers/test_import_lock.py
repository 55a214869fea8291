"""Two imports never interleave: shown with the first one's lock still held."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from threading import Thread
from typing import Any

import psycopg2
import pytest
from django.db import OperationalError, connection

from providers.models import Provider
from providers.roster import importing
from providers.roster.importing import import_file
from tests.providers.builders import enrollment, take_in, write
from tests.services import database_url, wait_for

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def first_import() -> Iterator[Any]:
    other = psycopg2.connect(database_url())
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [importing._LOCK])
    yield other
    other.close()


def test_the_second_waits_for_the_first(tmp_path: Path, first_import: Any) -> None:
    path = write(tmp_path, enrollment("015009"))
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '200ms'")
    with pytest.raises(OperationalError, match="lock timeout"):
        import_file(path)
    first_import.rollback()
    assert import_file(path).created == 1


def test_two_at_once_create_each_provider_once(tmp_path: Path) -> None:
    path = write(tmp_path, *[enrollment(f"01{number}") for number in range(5000, 5200)])
    created: list[int] = []

    def run() -> None:
        try:
            created.append(import_file(path).created)
        finally:
            connection.close()

    threads = [Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(created) == [0, 200]
    assert Provider.objects.count() == 200


def test_an_import_that_a_deadlock_ends_is_taken_again(tmp_path: Path) -> None:
    """Somebody holds the second home and then asks for the first; the import asks the other way
    round. Whichever of the two PostgreSQL ends, the import is written in the end."""
    take_in(tmp_path, enrollment("015009"), enrollment("015010"))
    moved = [enrollment(ccn, CITY="DAPHNE") for ccn in ("015009", "015010")]
    path = write(tmp_path, *moved)
    other = psycopg2.connect(database_url())
    with other.cursor() as cursor:
        cursor.execute(_LOCK_ONE, ["015010"])
        outcomes: list[int] = []
        importing_it = Thread(target=lambda: outcomes.append(_imported(path)))
        importing_it.start()
        wait_for(_somebody_waits_for_a_lock, "the import to wait for the second home")
        with suppress(psycopg2.errors.DeadlockDetected):
            cursor.execute(_LOCK_ONE, ["015009"])
        other.rollback()
    importing_it.join()
    other.close()
    assert outcomes == [2]


_LOCK_ONE = "SELECT 1 FROM providers_provider WHERE ccn = %s FOR NO KEY UPDATE"


def _imported(path: Path) -> int:
    try:
        return import_file(path).updated
    finally:
        connection.close()


def _somebody_waits_for_a_lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return bool(cursor.fetchone()[0])
