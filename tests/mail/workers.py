"""Real workers, with the clock that sweeps, which a test may kill."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from devtools import processes

from accounts.models import OutgoingEmail
from tests.mail.sink import MailSink
from tests.services import database_url, wait_for


@contextmanager
def sweeping_worker(
    sink: MailSink, *, children: int = 1, sweep_seconds: float = 0.5
) -> Iterator[processes.Child]:
    """Sweeps twice a second, so that a test need not wait fifteen for it."""
    with TemporaryDirectory(prefix="iqies-portal-worker-") as folder:
        environment = {
            **os.environ,
            "DATABASE_URL": database_url(),
            "SMTP_HOST": "127.0.0.1",
            "SMTP_PORT": str(sink.port),
            "EMAIL_SWEEP_SECONDS": str(sweep_seconds),
            "CAMPAIGN_SWEEP_SECONDS": str(sweep_seconds),
        }
        worker = processes.start(
            "worker",
            [
                *(sys.executable, "-m", "celery", "-A", "iqies_portal", "worker"),
                *("--concurrency", str(children), "--without-gossip", "--without-mingle"),
                *("--beat", "--schedule", str(Path(folder) / "beat")),
            ],
            env=environment,
            log=Path(folder) / "worker.log",
        )
        try:
            yield worker
        except BaseException:
            print(processes.tail(worker.log, lines=100))  # noqa: T201 - shown with the failure
            raise
        finally:
            processes.stop_all([worker])


def kill(worker: processes.Child) -> None:
    """As the kernel does when memory is short: no signal handler runs, in no process of it."""
    os.killpg(worker.process.pid, signal.SIGKILL)


def wait_until_all_are_sent() -> None:
    waiting = OutgoingEmail.objects.filter(state=OutgoingEmail.State.WAITING)
    wait_for(lambda: not waiting.exists(), "every email to be sent")
