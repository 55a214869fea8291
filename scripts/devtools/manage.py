"""`dev.py manage`: a management command against the services of a data folder.

stdout and the exit code are the command's own; whatever else there is to say goes to stderr.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from devtools import processes
from devtools.assets import ensure_assets
from devtools.data_folder import POLL_SECONDS, DataFolder
from devtools.environment import ensure_environment, python
from devtools.places import ROOT
from devtools.preparation import prepare
from devtools.services import is_ours, kept_services


def manage(data: Path, arguments: list[str]) -> int:
    folder = DataFolder(data)
    ensure_environment()
    ensure_assets()
    with services_of(folder) as running:
        environment = {**running, **folder.environment()}
        return processes.run_here([python(), str(ROOT / "manage.py"), *arguments], environment)


@contextmanager
def services_of(folder: DataFolder) -> Iterator[dict[str, str]]:
    """The services that run on the folder; where none do, our own for the time being."""
    if not is_ours("DATABASE_URL") and not is_ours("REDIS_URL"):
        yield {}
        return
    while True:
        with folder.owned("manage") as is_owner:
            if is_owner:
                with own_services(folder) as own:
                    yield own
                return
        with folder.used():
            running = folder.published()
            if running is not None:
                yield running
                return
        time.sleep(POLL_SECONDS)


@contextmanager
def own_services(folder: DataFolder) -> Iterator[dict[str, str]]:
    with kept_services(folder) as services:
        if not folder.is_migrated:
            prepare(folder, {**services.environment, **folder.environment()}, "migrate")
        folder.publish(services.environment)
        yield services.environment
        # Another command may have begun to use them meanwhile.
        with folder.unused():
            folder.unpublish()
