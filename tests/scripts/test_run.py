"""The whole portal, started as a person starts it and stopped as an operator stops it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from devtools import postgres_cluster
from devtools.places import ROOT
from devtools.sockets import free_port

from tests.scripts.test_processes import ends, linux_only

OF_THE_TESTS = ("DATABASE_URL", "REDIS_URL", "ENVIRONMENT", "DATA_DIR", "DJANGO_SETTINGS_MODULE")


def dev(*arguments: str) -> list[str]:
    return [sys.executable, "scripts/dev.py", *arguments]


def environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name not in OF_THE_TESTS}


def ask(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        dev(*arguments), cwd=ROOT, env=environment(), capture_output=True, text=True
    )


@dataclass
class Portal:
    process: subprocess.Popen[str]
    data: Path
    port: int
    said: list[str]


@pytest.fixture
def portal(tmp_path: Path) -> Iterator[Portal]:
    data, port = tmp_path / "data", free_port()
    log = (tmp_path / "stderr").open("w")
    process = subprocess.Popen(
        dev("run", "--port", str(port), "--data", str(data)),
        cwd=ROOT,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=log,
        text=True,
    )
    log.close()
    with process:
        assert process.stdout is not None
        portal = Portal(process, data, port, [])
        for line in process.stdout:
            portal.said.append(line.strip())
            if line.startswith("Ready:"):
                break
        yield portal
        process.terminate()
        process.wait(60)
    forget_sheltered_cluster(data)


def forget_sheltered_cluster(data: Path) -> None:
    pointer = data / "postgres-location"
    if pointer.is_file():
        pointer.unlink()
        postgres_cluster.drop_forgotten_clusters()


def descendants(pid: int) -> set[int]:
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
        except (FileNotFoundError, ProcessLookupError):
            continue
    found: set[int] = {pid}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found - {pid}


@linux_only
def test_the_whole_portal_starts_serves_and_leaves_nothing_behind(portal: Portal) -> None:
    assert portal.said[-1] == f"Ready: http://localhost:{portal.port}/"
    assert any(line.startswith("Demo password: ") for line in portal.said)
    with urllib.request.urlopen(f"http://localhost:{portal.port}/accounts/login/") as answer:
        assert "Sign in" in answer.read().decode()

    again = ask("run", "--port", str(free_port()), "--data", str(portal.data))
    assert (again.returncode, again.stdout) == (2, "")
    assert "already runs" in again.stderr.splitlines()[-1]
    elsewhere = ask("run", "--port", str(portal.port), "--data", str(portal.data.parent / "other"))
    assert (elsewhere.returncode, elsewhere.stdout) == (2, "")
    assert elsewhere.stderr == (
        f"Port {portal.port} is in use: stop what uses it, or name another with --port.\n"
    )

    beside = ask("manage", "--data", str(portal.data), "readiness", "--json")
    assert beside.returncode == 0
    assert len(json.loads(beside.stdout)) > 50

    started = descendants(portal.process.pid)
    # PostgreSQL, Redis, the mail catcher, beat; a web server and a worker with two children each.
    assert len(started) >= 10
    portal.process.send_signal(signal.SIGTERM)
    assert portal.process.wait(60) == 0
    assert [pid for pid in started if not ends(pid, seconds=1)] == []


@linux_only
def test_where_a_part_dies_everything_stops_and_it_is_named(portal: Portal) -> None:
    [mail] = [pid for pid in descendants(portal.process.pid) if "catch_mail" in command_of(pid)]
    started = descendants(portal.process.pid)
    os.kill(mail, signal.SIGKILL)
    assert portal.process.wait(60) == 1
    assert "mail ended unexpectedly" in (portal.data.parent / "stderr").read_text()
    assert [pid for pid in started if not ends(pid, seconds=1)] == []


def command_of(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_text()


def test_a_command_without_a_running_portal_brings_its_own_servers(tmp_path: Path) -> None:
    data = tmp_path / "data"
    try:
        code = "import os, sys; sys.stdout.write(os.environ['DATABASE_URL']); sys.exit(7)"
        done = ask("manage", "--data", str(data), "shell", "--no-imports", "-c", code)
        assert done.returncode == 7
        assert done.stdout.startswith("postgres://iqies:")
        assert ask("manage", "--data", str(data), "migrate", "--check").returncode == 0
    finally:
        forget_sheltered_cluster(data)
