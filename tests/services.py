"""Real counterparts for the tests: a mail server, a Celery worker, a browser's program.

PostgreSQL and Redis come from outside, by DATABASE_URL and REDIS_URL; each process of a
parallel run has a database of its own in both.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar
from urllib.parse import quote, urlsplit, urlunsplit

import pytest
from devtools import processes
from django.conf import settings
from django.db import connection
from playwright._impl._driver import compute_driver_executable

from iqies_portal import celery_app

NOT_RUN = "NOT RUN: "
PATIENCE_SECONDS = 30.0
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
BROWSER_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
Found = TypeVar("Found")


def not_run(what: str) -> None:
    """Says what this machine cannot show. Under REQUIRE_REAL=1 the test then fails."""
    pytest.skip(NOT_RUN + what)


def browser_program() -> str:
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        not_run("the tests in a browser, because no chromium is on the path")
    driver = subprocess.run([compute_driver_executable()[0], "--version"], capture_output=True)
    if driver.returncode != 0:
        not_run("the tests in a browser, because its driver does not start: it needs libatomic1")
    return str(found)


def cms_data_folder() -> Path:
    """The folder of complete CMS files, which are too large to be part of the project."""
    beside = Path(settings.BASE_DIR).parent / "shared" / "data"
    folder = Path(os.environ.get("CMS_DATA", beside))
    if not (folder / "cms").is_dir():
        not_run("the tests on complete CMS files, because CMS_DATA names no folder of them")
    return folder


def use_redis_database(offset: int) -> None:
    """Moves cache and broker so many databases on, here and in what is started from here."""
    parts = urlsplit(settings.REDIS_URL)
    number = int(parts.path.strip("/") or 0) + offset
    url = urlunsplit(parts._replace(path=f"/{number}"))
    os.environ["REDIS_URL"] = settings.REDIS_URL = settings.CELERY_BROKER_URL = url
    settings.CACHES["default"]["LOCATION"] = url


def database_url() -> str:
    """The database that was made for these tests, as a process of its own is told of it."""
    database = connection.settings_dict
    password = quote(str(database["PASSWORD"] or ""), safe="")
    server = f"{database['HOST']}:{database['PORT'] or 5432}"
    return f"postgres://{database['USER']}:{password}@{server}/{database['NAME']}"


def wait_for(look: Callable[[], Found | None], what: str) -> Found:
    """What `look` returns as soon as it is something; fails the test if it takes too long."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        found = look()
        if found:
            return found
        time.sleep(0.05)
    pytest.fail(f"waited {PATIENCE_SECONDS:.0f} seconds in vain for {what}")


@contextmanager
def running_worker(**environment: str) -> Iterator[processes.Child]:
    """A Celery worker in a process of its own, on the tests' database and broker."""
    celery_app.control.purge()
    with TemporaryDirectory(prefix="iqies-portal-worker-") as folder:
        worker = processes.start(
            "worker",
            [
                *(sys.executable, "-m", "celery", "-A", "iqies_portal", "worker"),
                *("--concurrency", "2", "--without-gossip", "--without-mingle"),
            ],
            env={**os.environ, "DATABASE_URL": database_url(), **environment},
            log=Path(folder) / "worker.log",
        )
        try:
            wait_for(lambda: celery_app.control.ping(timeout=0.5), "the worker to answer")
            yield worker
        except BaseException:
            print(processes.tail(worker.log, lines=100))  # noqa: T201 - shown with the failure
            raise
        finally:
            processes.stop_all([worker])
