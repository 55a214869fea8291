"""Where things are, and who may go there."""

import hashlib
import os
import pwd
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
REQUIREMENTS = ROOT / "requirements"
NODE_MODULES = ROOT / "node_modules"
# Holds what an unprivileged account must reach when the project lies where only root may go.
SHELTER = Path("/var/lib/iqies-portal-dev")


@dataclass(frozen=True)
class Account:
    uid: int
    gid: int


def is_root() -> bool:
    return os.geteuid() == 0


def server_account() -> Account | None:
    """Whom PostgreSQL runs as, since it refuses root; None means whoever runs this."""
    if not is_root():
        return None
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid)
    return Account(65534, 65534)


def is_open_to_others(path: Path) -> bool:
    """Whether every folder from the root down to `path` lets any account pass through."""
    return all(folder.stat().st_mode & 0o001 for folder in (path, *path.parents))


def shelter() -> Path:
    SHELTER.mkdir(mode=0o711, exist_ok=True)
    SHELTER.chmod(0o711)
    return SHELTER


def throwaway_folder() -> Path:
    """A new private folder that the server's account can be given."""
    temporary = Path(tempfile.gettempdir())
    reachable = not is_root() or is_open_to_others(temporary)
    return Path(tempfile.mkdtemp(prefix="iqies-portal-", dir=temporary if reachable else shelter()))


def give_to(path: Path, account: Account | None) -> None:
    if account is not None:
        os.chown(path, account.uid, account.gid)


def write_private(path: Path, text: str) -> None:
    """Writes the file whole or not at all, readable by nobody else."""
    draft = path.with_name(path.name + ".new")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    draft.replace(path)


def digest(*paths: Path) -> str:
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in paths)).hexdigest()
