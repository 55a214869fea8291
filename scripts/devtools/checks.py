"""`dev.py test`: the static checks, then the tests, on services that are thrown away."""

import os
import signal
import time
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from devtools import processes
from devtools.assets import ensure_assets
from devtools.console import say
from devtools.environment import ensure_environment, module, python
from devtools.places import ROOT
from devtools.services import throwaway_services

# Two processes on two cores; each has a database of its own. Who has none left takes the other's:
# the slowest tests, in browsers, stand together.
EVERYTHING = ("-n", "2", "--dist", "worksteal")


def test(arguments: list[str]) -> int:
    """Without arguments everything; with arguments only pytest, which is given them."""
    ensure_environment()
    ensure_assets()
    say("Starting PostgreSQL and Redis for the tests …")
    with throwaway_services() as services:
        environment = {**os.environ, "ENVIRONMENT": "test", **services.environment}
        failed = [] if arguments else failed_checks(environment)
        # The tests' own summary names them, so that its last line is not all there is to see.
        environment["FAILED_CHECKS"] = ", ".join(failed)
        command = module("pytest", *(arguments or EVERYTHING))
        code = processes.run_here(command, environment, stop_signal=signal.SIGINT)
    return code or int(bool(failed))


def checks() -> dict[str, list[str]]:
    ruff, djlint = module("ruff"), module("djlint", "templates", "--quiet")
    imports = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    return {
        "ruff check": [*ruff, "check", "."],
        "ruff format": [*ruff, "format", "--check", "."],
        "djlint": [*djlint, "--lint"],
        "djlint format": [*djlint, "--check"],
        "lint-imports": [python(), "-c", imports],
        "missing migrations": [
            *(python(), str(ROOT / "manage.py"), "makemigrations", "--check", "--dry-run"),
        ],
        "mypy": module("mypy"),
    }


def failed_checks(environment: Mapping[str, str]) -> list[str]:
    """Runs all of them at once, shows what the failing ones say, returns their names."""
    say("Checking style, types, imports and migrations …")
    began = time.monotonic()
    failed = []
    with TemporaryDirectory(prefix="iqies-portal-checks-") as folder, ExitStack() as stack:
        children: list[processes.Child] = []
        stack.callback(lambda: processes.stop_all(children))
        for name, command in checks().items():
            log = Path(folder) / name
            children.append(processes.start(name, command, env=environment, log=log))
        for child in children:
            if child.process.wait() == 0:
                continue
            failed.append(child.name)
            say(f"\n{child.name} failed:\n{processes.tail(child.log, lines=200)}")
    took = time.monotonic() - began
    say(f"{len(checks()) - len(failed)} of {len(checks())} checks passed in {took:.0f} s.")
    return failed
