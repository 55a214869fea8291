#!/usr/bin/env python3
"""Runs, tests and manages the portal on a machine that has only Python. Standard library only."""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - whoever starts this may have an older one
    sys.exit("The portal needs Python 3.11 or newer; this is " + sys.version.split()[0] + ".")

import argparse
import os
from pathlib import Path

from devtools import checks, manage, processes, run
from devtools.console import Problem, say
from devtools.places import ROOT

USAGE = """usage: python3 scripts/dev.py COMMAND

  run [--port 8000] [--data DIR]     the whole portal with demonstration data, until Ctrl-C
  test [pytest arguments]            checks and tests; with arguments, only those tests
  manage [--data DIR] COMMAND ...    a management command against the data of DIR

DIR is var/ unless named. DATABASE_URL and REDIS_URL name servers to use instead of our own."""
DEFAULT_DATA = ROOT / "var"
UNUSABLE = 2


def main(arguments: list[str]) -> int:
    command, rest = (arguments[0], arguments[1:]) if arguments else ("", [])
    if command not in {"run", "test", "manage"}:
        asked_for_help = command in {"-h", "--help", "help"}
        print(USAGE, file=sys.stdout if asked_for_help else sys.stderr)
        return 0 if asked_for_help else UNUSABLE
    read_dotenv(ROOT / ".env")
    processes.listen_for_stop()
    processes.adopt_orphans()
    try:
        return perform(command, rest)
    except Problem as problem:
        say(str(problem))
        return UNUSABLE
    except processes.Stopped as stopped:
        # To be stopped is how `run` ends when all is well.
        return 0 if command == "run" else 128 + stopped.signum
    finally:
        processes.end_orphans()


def perform(command: str, arguments: list[str]) -> int:
    if command == "run":
        asked = run_options(arguments)
        return run.run(asked.port, asked.data)
    if command == "test":
        return checks.test(arguments)
    data, arguments = manage_options(arguments)
    return manage.manage(data, arguments)


def run_options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="dev.py run")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--data", type=Path, default=DEFAULT_DATA, metavar="DIR")
    return parser.parse_args(arguments)


def manage_options(arguments: list[str]) -> tuple[Path, list[str]]:
    """Only what stands before the command is ours; the rest is the command's, untouched."""
    if arguments and arguments[0].startswith("--data="):
        return Path(arguments[0].removeprefix("--data=")), arguments[1:]
    if len(arguments) > 1 and arguments[0] == "--data":
        return Path(arguments[1]), arguments[2:]
    return DEFAULT_DATA, arguments


def read_dotenv(file: Path) -> None:
    """The environment wins over the file, as in the settings, which read the same file."""
    if not file.is_file():
        return
    for line in file.read_text().splitlines():
        name, equals, value = line.partition("=")
        if equals and name.strip() and not name.lstrip().startswith("#"):
            os.environ.setdefault(name.strip(), value.strip().strip("'\""))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
