"""A PostgreSQL cluster of our own: kept below the data folder, or thrown away after the tests.

It listens on 127.0.0.1 only and asks for a password, which never shows in a process list.
PostgreSQL refuses root, so root starts it as an unprivileged account, which must be able to
reach the cluster; a data folder below one that only root may enter keeps its cluster elsewhere.
"""

import os
import secrets
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from devtools import processes
from devtools.console import Problem, say
from devtools.places import (
    give_to,
    is_open_to_others,
    is_root,
    server_account,
    shelter,
    write_private,
)
from devtools.postgres_binaries import Binaries, find_binaries
from devtools.sockets import free_port

USER = "iqies"
DATABASE = "iqies_portal"
START_SECONDS = 60.0
# The database of a test run may vanish with the machine; that of `run` may not.
THROWAWAY_SETTINGS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "jit=off")


@dataclass(frozen=True)
class Cluster:
    folder: Path
    password: str
    kept: bool

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def url(self, port: int) -> str:
        return f"postgres://{USER}:{self.password}@127.0.0.1:{port}/{DATABASE}"


def kept_folder(data_folder: Path) -> Path:
    """Where the cluster of a data folder lies: inside it, or in the place it points to."""
    inside, pointer = data_folder / "postgres", data_folder / "postgres-location"
    if pointer.is_file():
        return Path(pointer.read_text().strip())
    if inside.is_dir() or not is_root() or is_open_to_others(data_folder):
        return inside
    drop_forgotten_clusters()
    place = shelter() / f"cluster-{secrets.token_hex(6)}"
    place.mkdir(mode=0o700)
    (shelter() / f"{place.name}.owner").write_text(str(pointer))
    pointer.write_text(str(place))
    return place


def drop_forgotten_clusters() -> None:
    """Removes the sheltered clusters whose data folder somebody has deleted."""
    for owner in shelter().glob("cluster-*.owner"):
        pointer, place = Path(owner.read_text()), owner.with_suffix("")
        if not pointer.is_file() or pointer.read_text() != str(place):
            shutil.rmtree(place, ignore_errors=True)
            owner.unlink()


def start(cluster: Cluster, log: Path, *, connections: int) -> tuple[processes.Child, str]:
    """Starts the server, after making the cluster if need be; returns it and the database's URL."""
    binaries = find_binaries(version_of(cluster))
    if version_of(cluster) is None:
        create(cluster, binaries)
    wait_for_a_dying_server(cluster)
    port = free_port()
    settings = [
        "listen_addresses=127.0.0.1",
        "unix_socket_directories=",
        f"max_connections={connections}",
        *(() if cluster.kept else THROWAWAY_SETTINGS),
    ]
    child = processes.start(
        "PostgreSQL",
        [
            binaries.program("postgres"),
            *("-D", str(cluster.data), "-p", str(port)),
            *(part for setting in settings for part in ("-c", setting)),
        ],
        log=log,
        cwd=cluster.folder,
        account=server_account(),
        # SIGTERM would wait for every client to leave; this rolls back and stops.
        stop_signal=signal.SIGINT,
    )
    wait_until_ready(cluster, child)
    return child, cluster.url(port)


def version_of(cluster: Cluster) -> int | None:
    with suppress(FileNotFoundError):
        return int((cluster.data / "PG_VERSION").read_text())
    return None


def create(cluster: Cluster, binaries: Binaries) -> None:
    account = server_account()
    cluster.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    give_to(cluster.folder, account)
    draft = cluster.folder / "draft"
    shutil.rmtree(draft, ignore_errors=True)
    password_file = cluster.folder / "password"
    write_private(password_file, cluster.password)
    give_to(password_file, account)
    locale = "C.UTF-8" if sys.platform == "linux" else "en_US.UTF-8"
    make = [
        *(binaries.program("initdb"), "-D", str(draft), "--username", USER),
        *("--auth=scram-sha-256", "--pwfile", str(password_file), "--encoding=UTF8"),
        *("--locale", locale, "--no-instructions", *(() if cluster.kept else ("--no-sync",))),
    ]
    run_once(make, cluster)
    password_file.unlink()
    run_once(
        [binaries.program("postgres"), "--single", "-D", str(draft), "postgres"],
        cluster,
        typed=f"CREATE DATABASE {DATABASE}\n",
    )
    # Only now is it a cluster: a start that was cut short begins again.
    draft.rename(cluster.data)


def run_once(command: list[str], cluster: Cluster, typed: str = "") -> None:
    account = server_account()
    done = subprocess.run(
        command,
        input=typed,
        cwd=cluster.folder,
        capture_output=True,
        text=True,
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
    )
    if done.returncode != 0:
        say(done.stdout + done.stderr)
        raise Problem("PostgreSQL could not make its data folder; see above.")


def wait_for_a_dying_server(cluster: Cluster) -> None:
    """A server whose parent was killed is told so by the kernel and needs a moment to stop."""
    deadline = time.monotonic() + processes.PATIENCE_SECONDS
    while server_pid(cluster) is not None and time.monotonic() < deadline:
        time.sleep(0.1)


def server_pid(cluster: Cluster) -> int | None:
    try:
        pid = int((cluster.data / "postmaster.pid").read_text().split()[0])
        os.kill(pid, 0)
    except (OSError, ValueError, IndexError):
        return None
    return pid


def wait_until_ready(cluster: Cluster, child: processes.Child) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and child.process.poll() is None:
        with suppress(OSError, IndexError):
            lines = (cluster.data / "postmaster.pid").read_text().splitlines()
            if lines[0] == str(child.process.pid) and lines[7].strip() == "ready":
                return
        time.sleep(0.05)
    processes.stop_all([child])
    say(processes.tail(child.log))
    raise Problem("PostgreSQL did not start; see above.")
