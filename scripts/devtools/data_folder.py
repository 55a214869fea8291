"""The folder that holds a running portal's state, and who may use it at the moment.

One process at a time owns the folder's services: `run`, or a `manage` that found none running.
It publishes where they are; other commands then use them, and hold a shared lock meanwhile.
"""

import fcntl
import json
import os
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from devtools.console import Problem, say
from devtools.places import write_private

POLL_SECONDS = 0.1
# How long `run` waits for a management command that has the services to itself.
MANAGE_SECONDS = 120.0
KEPT_FOR = {"SECRET_KEY": "secret-key", "AUDIT_KEY": "audit-key"}


class DataFolder:
    def __init__(self, path: Path) -> None:
        self.path = path.absolute()
        self.path.mkdir(parents=True, exist_ok=True)
        self.logs = self.path / "logs"
        self.logs.mkdir(exist_ok=True)
        self._services = self.path / "services.json"
        self._migrated = self.path / "migrated"

    def secret(self, name: str) -> str:
        """Made at the first call, then always the same; only its owner can read the file."""
        file = self.path / name
        if not file.is_file():
            write_private(file, secrets.token_urlsafe(48))
        return file.read_text()

    def environment(self) -> dict[str, str]:
        """What the portal is told, where the caller's environment does not say otherwise."""
        return {
            "DEMO": "1",
            "ENVIRONMENT": "development",
            **{variable: self.secret(name) for variable, name in KEPT_FOR.items()},
            **os.environ,
            "DATA_DIR": str(self.path),
        }

    @property
    def is_migrated(self) -> bool:
        return self._migrated.is_file()

    def note_migrated(self) -> None:
        self._migrated.touch()

    def publish(self, services: dict[str, str]) -> None:
        write_private(self._services, json.dumps(services))

    def unpublish(self) -> None:
        self._services.unlink(missing_ok=True)

    def published(self) -> dict[str, str] | None:
        try:
            services: dict[str, str] = json.loads(self._services.read_text())
        except FileNotFoundError:
            return None
        return services

    @contextmanager
    def owned_by_run(self) -> Iterator[None]:
        """Raises Problem where another `run` owns the folder; waits for a `manage`."""
        deadline = time.monotonic() + MANAGE_SECONDS
        told = False
        while True:
            with self.owned("run") as is_owner:
                if is_owner:
                    yield
                    return
            if self._owner() == "run" or time.monotonic() > deadline:
                raise Problem(
                    f"A portal already runs on {self.path}: "
                    "stop it first, or name another folder with --data."
                )
            if not told:
                say("Waiting for a management command that uses this folder …")
                told = True
            time.sleep(POLL_SECONDS)

    @contextmanager
    def owned(self, owner: str) -> Iterator[bool]:
        """Yields whether nobody else owns the folder's services; until the end nobody else may."""
        with open(self.path / "owner.lock", "a+") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
                return
            self.unpublish()
            lock.truncate(0)
            lock.write(owner)
            lock.flush()
            try:
                yield True
            finally:
                self.unpublish()

    def _owner(self) -> str:
        return (self.path / "owner.lock").read_text()

    @contextmanager
    def used(self) -> Iterator[None]:
        """Meanwhile a `manage` that owns the services leaves them running."""
        with open(self.path / "users.lock", "a") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH)
            yield

    @contextmanager
    def unused(self) -> Iterator[None]:
        """Waits until no other command uses the services, and lets none begin."""
        with open(self.path / "users.lock", "a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
