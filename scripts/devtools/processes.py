"""Child processes that never outlive this one."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import NoReturn

from devtools.places import ROOT, Account

PATIENCE_SECONDS = 10.0
PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


class Stopped(BaseException):
    """Somebody asked us to stop, by Ctrl-C or by a signal."""

    def __init__(self, signum: int) -> None:
        super().__init__(signum)
        self.signum = signum


@dataclass(frozen=True)
class Child:
    name: str
    process: subprocess.Popen[bytes]
    log: Path | None
    stop_signal: int = signal.SIGTERM


def listen_for_stop() -> None:
    """Turns the first request to stop into Stopped; the clean-up after it is not interrupted."""

    def stop(signum: int, _frame: FrameType | None) -> NoReturn:
        for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(each, signal.SIG_IGN)
        raise Stopped(signum)

    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, stop)


def adopt_orphans() -> None:
    """What our children leave behind becomes ours, to be found by `end_orphans` (Linux only)."""
    if LIBC is not None:
        LIBC.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def before_start(death_signal: int) -> Callable[[], None] | None:
    """A child whose parent is killed outright gets this signal from the kernel (Linux only)."""
    if LIBC is None:
        return None
    prctl = LIBC.prctl

    def ask_the_kernel() -> None:
        prctl(PR_SET_PDEATHSIG, death_signal, 0, 0, 0)

    return ask_the_kernel


def start(
    name: str,
    command: Sequence[str],
    *,
    env: Mapping[str, str] | None = None,
    log: Path | None = None,
    cwd: Path = ROOT,
    account: Account | None = None,
    stop_signal: int = signal.SIGTERM,
) -> Child:
    """Starts a server in a session of its own, so that Ctrl-C reaches only us."""
    with open(log or os.devnull, "ab") as output:
        process = subprocess.Popen(
            command,
            env=env,
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=before_start(stop_signal),
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
        )
    return Child(name, process, log, stop_signal)


def run_here(
    command: Sequence[str], env: Mapping[str, str], *, stop_signal: int = signal.SIGTERM
) -> int:
    """Runs a command on our own terminal and returns its exit code, however it ends."""
    process = subprocess.Popen(command, env=env, preexec_fn=before_start(stop_signal))
    try:
        code = process.wait()
    except Stopped as stopped:
        # Ctrl-C has reached it already: it shares our terminal.
        if stopped.signum != signal.SIGINT or not os.isatty(0):
            process.send_signal(stop_signal)
        with suppress(subprocess.TimeoutExpired):
            process.wait(PATIENCE_SECONDS)
        raise
    finally:
        process.kill()
        process.wait()
    return 128 - code if code < 0 else code


def first_to_end(children: Sequence[Child]) -> Child:
    while True:
        for child in children:
            if child.process.poll() is not None:
                return child
        time.sleep(0.2)


def stop_all(children: Iterable[Child], patience: float = PATIENCE_SECONDS) -> None:
    """Asks every child to stop, waits, then ends what is left of each one's process group."""
    children = list(children)
    for child in children:
        if child.process.poll() is None:
            # Its leader only: Celery's pool would drop its task if it were told as well.
            child.process.send_signal(child.stop_signal)
    deadline = time.monotonic() + patience
    for child in children:
        with suppress(subprocess.TimeoutExpired):
            child.process.wait(max(0.0, deadline - time.monotonic()))
    for child in children:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(child.process.pid, signal.SIGKILL)
        child.process.wait()


def end_orphans() -> None:
    """Ends whatever our children started and left behind."""
    if LIBC is None:
        return
    for _ in range(20):
        orphans = own_children()
        if not orphans:
            return
        for pid in orphans:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
            with suppress(ChildProcessError):
                os.waitpid(pid, 0)


def own_children() -> list[int]:
    own = str(os.getpid())
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            # The name may hold spaces and brackets; the parent is the second field after it.
            after_name = (entry / "stat").read_text().rpartition(")")[2].split()
            if after_name[1] == own:
                found.append(int(entry.name))
    return found


def tail(log: Path | None, lines: int = 20) -> str:
    if log is None or not log.is_file():
        return ""
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])
