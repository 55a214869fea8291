"""`dev.py run`: the whole portal, until somebody stops it or a part of it dies."""

import http.client
import sys
import time
from contextlib import ExitStack
from pathlib import Path

from devtools import processes
from devtools.assets import ensure_assets
from devtools.console import Problem, say
from devtools.data_folder import DataFolder
from devtools.environment import ensure_environment, module, python
from devtools.places import ROOT
from devtools.preparation import EVERYTHING, prepare
from devtools.services import kept_services
from devtools.sockets import addresses, free_port, is_busy

READY_SECONDS = 90.0


def run(port: int, data: Path) -> int:
    """Returns only where a part died; Stopped and Problem pass through, with all stopped."""
    folder = DataFolder(data)
    with ExitStack() as stack:
        stack.enter_context(folder.owned_by_run())
        if is_busy(port):
            raise Problem(f"Port {port} is in use: stop what uses it, or name another with --port.")
        ensure_environment()
        ensure_assets()
        clear_logs(folder)
        say("Starting PostgreSQL and Redis …")
        services = stack.enter_context(kept_services(folder))
        told = {**services.environment, **addresses_told(port)}
        environment = {**folder.environment(), **told}
        say("Preparing the database …")
        prepare(folder, environment, *EVERYTHING, output=sys.stdout)
        folder.publish(told)
        say("Starting the web server, the worker, its clock and the mail catcher …")
        children: list[processes.Child] = []
        stack.callback(lambda: processes.stop_all(children))
        for name, command in commands(port, int(told["SMTP_PORT"]), folder).items():
            log = folder.logs / f"{name}.log"
            children.append(processes.start(name, command, env=environment, log=log))
        everything = [*services.children, *children]
        wait_until_ready(port, everything)
        print(f"Ready: http://localhost:{port}/", flush=True)
        say(f"Logs are in {folder.logs}. Ctrl-C stops everything.")
        report_end(processes.first_to_end(everything))
    return 1


def clear_logs(folder: DataFolder) -> None:
    for log in folder.logs.glob("*.log"):
        log.unlink()


def addresses_told(port: int) -> dict[str, str]:
    return {
        "PUBLIC_URL": f"http://localhost:{port}",
        "SMTP_HOST": "127.0.0.1",
        "SMTP_PORT": str(free_port()),
    }


def commands(port: int, smtp_port: int, folder: DataFolder) -> dict[str, list[str]]:
    binds = [part for address in addresses(port) for part in ("--bind", address)]
    schedule = str(folder.path / "beat-schedule")
    celery = module("celery", "-A", "iqies_portal")
    worker = ["worker", "--concurrency", "2", "--loglevel", "INFO"]
    alone = ["--without-gossip", "--without-mingle"]
    return {
        "mail": [python(), str(ROOT / "manage.py"), "catch_mail", "--port", str(smtp_port)],
        "web": module(
            "gunicorn",
            "iqies_portal.wsgi",
            *binds,
            *("--workers", "2", "--threads", "4", "--preload", "--no-control-socket"),
            # No access log: its lines hold addresses with what people typed. The portal writes
            # one line per page by itself.
            *("--graceful-timeout", "5"),
        ),
        "worker": [*celery, *worker, *alone],
        "beat": [*celery, "beat", "--schedule", schedule, "--pidfile", "", "--loglevel", "INFO"],
    }


def wait_until_ready(port: int, children: list[processes.Child]) -> None:
    """Raises Problem where a child ends first, or nothing answers in good time."""
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        for child in children:
            if child.process.poll() is not None:
                report_end(child)
                raise Problem("The portal did not start; see above.")
        if answers(port):
            return
        time.sleep(0.1)
    raise Problem(f"The portal did not answer within {READY_SECONDS:.0f} seconds.")


def answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/healthz", headers={"Host": f"localhost:{port}"})
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def report_end(child: processes.Child) -> None:
    say(processes.tail(child.log))
    code = child.process.returncode
    say(f"{child.name} ended unexpectedly with code {code}; stopping everything else.")
