"""The Python environment: `.venv/`, made from a lock with hashes, by uv or by pip.

A stamp beside what was installed says what it was made from, so a second start does nothing.
"""

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from devtools.console import Problem, say
from devtools.places import REQUIREMENTS, ROOT, VENV, digest, is_root

APT_LINE = "apt-get install -y --no-install-recommends python3-venv"


def python() -> str:
    return str(VENV / "bin" / "python")


def module(name: str, *arguments: str) -> list[str]:
    """A tool of the environment, started so that its script's first line does not matter."""
    return [python(), "-m", name, *arguments]


def site_packages() -> Path:
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    return VENV / "lib" / version / "site-packages"


def stamp_for(lock: Path) -> str:
    version = ".".join(str(part) for part in sys.version_info[:3])
    return f"python {version}\nroot {ROOT}\nlock {digest(lock)}\n"


def stamp_file(lock: Path) -> Path:
    return VENV / f".installed-{lock.stem}"


def is_installed(lock: Path) -> bool:
    stamp = stamp_file(lock)
    return stamp.is_file() and stamp.read_text() == stamp_for(lock)


@contextmanager
def one_installer_at_a_time() -> Iterator[None]:
    with open(REQUIREMENTS / "dev.lock", "rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def ensure_environment() -> None:
    ensure_installed(REQUIREMENTS / "dev.lock", "Installing the Python environment into .venv …")


def ensure_programs(name: str, progress: str) -> Path:
    """Brings the programs of requirements/NAME.lock and returns the folder they are in.

    Each has a folder of its own, out of Python's sight: these packages bring modules and pytest
    plugins that are of no use here.
    """
    folder = VENV / "programs" / name
    ensure_installed(REQUIREMENTS / f"{name}.lock", progress, folder)
    return folder


def ensure_installed(lock: Path, progress: str, target: Path | None = None) -> None:
    """Installs what the lock names, unless it already was. Raises Problem if that fails."""
    if is_installed(lock):
        return
    with one_installer_at_a_time():
        if is_installed(lock):
            return
        say(progress)
        if not is_usable():
            make_empty_environment()
        install(lock, target)
        stamp_file(lock).write_text(stamp_for(lock))


def is_usable() -> bool:
    """Whether `.venv` is there, belongs to this folder and to the Python that runs this."""
    asked = "import sys; print(sys.version_info[:3], sys.prefix)"
    expected = f"{sys.version_info[:3]} {VENV}"
    try:
        answer = subprocess.run([python(), "-c", asked], capture_output=True, text=True)
    except OSError:
        return False
    return answer.stdout.strip() == expected


def make_empty_environment() -> None:
    # The interpreter behind an active environment, so that an environment never rests on itself.
    base = getattr(sys, "_base_executable", None) or sys.executable
    shutil.rmtree(VENV, ignore_errors=True)
    uv = shutil.which("uv")
    if uv and subprocess.run([uv, "venv", "--quiet", "--python", base, str(VENV)]).returncode == 0:
        return
    ensure_venv_module(base)
    subprocess.run([base, "-m", "venv", str(VENV)], check=True, stdout=sys.stderr)


def ensure_venv_module(base: str) -> None:
    if has_venv_module(base):
        return
    if is_root() and shutil.which("apt-get"):
        say("Installing Debian's python3-venv …")
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for arguments in (["apt-get", "update", "-q"], [*APT_LINE.split(), "-q"]):
            subprocess.run(
                arguments, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL
            )
    if not has_venv_module(base):
        raise Problem(f"This Python has no venv module. On Debian or Ubuntu: sudo {APT_LINE}")


def has_venv_module(base: str) -> bool:
    asked = [base, "-c", "import ensurepip, venv"]
    return subprocess.run(asked, capture_output=True).returncode == 0


def install(lock: Path, target: Path | None) -> None:
    where = ["--target", str(target)] if target else []
    if target:
        shutil.rmtree(target, ignore_errors=True)
    for command in installers():
        done = subprocess.run([*command, *where, "-r", str(lock)], stdout=sys.stderr)
        if done.returncode == 0:
            return
        say(f"{Path(command[0]).name} could not install {lock.name}.")
    raise Problem(f"The packages of requirements/{lock.name} could not be installed; see above.")


def installers() -> Iterator[list[str]]:
    """uv first, for its speed; then pip, which may be set up for an index that uv is not."""
    # A lock names all that is wanted, so neither looks for more.
    exactly = ["--no-deps", "--require-hashes"]
    uv = shutil.which("uv")
    if uv:
        yield [uv, "pip", "install", "--quiet", "--python", python(), *exactly]
    if not (site_packages() / "pip").is_dir():
        ensure_venv_module(python())
        subprocess.run(module("ensurepip"), stdout=sys.stderr, check=True)
    quiet = ["--quiet", "--disable-pip-version-check", "--no-input"]
    yield module("pip", "install", *quiet, *exactly)
