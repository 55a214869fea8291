import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from devtools import processes
from devtools.places import ROOT

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="Linux does this, macOS cannot")


def is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


def ends(pid: int, seconds: float = 5.0) -> bool:
    deadline = time.monotonic() + seconds
    while is_alive(pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    return not is_alive(pid)


def python(code: str, log: Path) -> processes.Child:
    return processes.start("child", [sys.executable, "-c", code], log=log)


def said(log: Path) -> str:
    deadline = time.monotonic() + 10
    while not log.read_text().endswith("\n") and time.monotonic() < deadline:
        time.sleep(0.02)
    return log.read_text()


def test_a_child_that_listens_is_asked_and_not_forced(tmp_path: Path) -> None:
    log = tmp_path / "log"
    child = python(
        "import signal, sys, time\n"
        "signal.signal(signal.SIGTERM, lambda *_: sys.exit(7))\n"
        "print('up', flush=True); time.sleep(60)",
        log,
    )
    said(log)
    processes.stop_all([child])
    assert child.process.returncode == 7


def test_a_child_that_does_not_listen_is_ended(tmp_path: Path) -> None:
    log = tmp_path / "log"
    child = python(
        "import signal, time\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "print('up', flush=True); time.sleep(60)",
        log,
    )
    said(log)
    processes.stop_all([child], patience=0.2)
    assert child.process.returncode == -signal.SIGKILL


def test_what_a_child_started_ends_with_it(tmp_path: Path) -> None:
    log = tmp_path / "log"
    child = python(
        "import subprocess, time\n"
        "print(subprocess.Popen(['sleep', '60']).pid, flush=True); time.sleep(60)",
        log,
    )
    grandchild = int(said(log))
    processes.stop_all([child])
    assert ends(grandchild)


def test_the_first_to_end_is_named(tmp_path: Path) -> None:
    lasting = python("import time; time.sleep(60)", tmp_path / "lasting")
    brief = python("print('broken'); raise SystemExit(3)", tmp_path / "brief")
    assert processes.first_to_end([lasting, brief]) is brief
    assert processes.tail(brief.log) == "broken"
    processes.stop_all([lasting])


PARENT = """
import os, subprocess, sys, time
sys.path.insert(0, "scripts")
from pathlib import Path
from devtools import processes
processes.listen_for_stop()
processes.adopt_orphans()
log = Path(sys.argv[1])
children = [processes.start("child", [sys.executable, "-c", sys.argv[2]], log=log)]
try:
    while not log.read_text().endswith("\\n"):
        time.sleep(0.02)
    print(children[0].process.pid, log.read_text().strip(), flush=True)
    time.sleep(60)
except processes.Stopped as stopped:
    processes.stop_all(children)
    processes.end_orphans()
    sys.exit(stopped.signum)
"""
# Leaves a grandchild in a session of its own, where no signal to the group finds it.
ESCAPING_CHILD = (
    "import subprocess, time\n"
    "print(subprocess.Popen(['sleep', '60'], start_new_session=True).pid, flush=True)\n"
    "time.sleep(60)"
)


def start_parent(tmp_path: Path) -> tuple[subprocess.Popen[str], int, int]:
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(tmp_path / "log"), ESCAPING_CHILD],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert parent.stdout is not None
    child, grandchild = map(int, parent.stdout.readline().split())
    return parent, child, grandchild


@linux_only
@pytest.mark.parametrize("signum", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_request_to_stop_leaves_no_process_behind(tmp_path: Path, signum: signal.Signals) -> None:
    parent, child, grandchild = start_parent(tmp_path)
    with parent:
        parent.send_signal(signum)
        assert parent.wait(20) == signum
    assert ends(child)
    assert ends(grandchild)


@linux_only
def test_children_stop_even_when_their_parent_is_killed(tmp_path: Path) -> None:
    parent, child, grandchild = start_parent(tmp_path)
    with parent:
        parent.kill()
        parent.wait(20)
    assert ends(child)
    os.kill(grandchild, signal.SIGKILL)


def test_a_command_run_here_hands_its_exit_code_through() -> None:
    command = [sys.executable, "-c", "raise SystemExit(5)"]
    assert processes.run_here(command, dict(os.environ)) == 5
