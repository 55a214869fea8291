"""PostgreSQL and Redis: those the environment names, else our own."""

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from devtools import postgres_cluster, processes, redis_server
from devtools.data_folder import DataFolder
from devtools.places import throwaway_folder
from devtools.postgres_cluster import Cluster

KEPT_CONNECTIONS = 100
TEST_CONNECTIONS = 200


@dataclass(frozen=True)
class Services:
    """`environment` holds what the portal is told of what was started here."""

    environment: dict[str, str] = field(default_factory=dict)
    children: list[processes.Child] = field(default_factory=list)


@contextmanager
def kept_services(folder: DataFolder) -> Iterator[Services]:
    """The servers of a data folder, stopped at the end. The caller must own the folder."""
    cluster = None
    if is_ours("DATABASE_URL"):
        place = postgres_cluster.kept_folder(folder.path)
        cluster = Cluster(place, folder.secret("postgres-password"), kept=True)
    with started(
        cluster,
        kept=True,
        redis_folder=folder.path / "redis",
        redis_password=folder.secret("redis-password"),
        logs=folder.logs,
    ) as services:
        yield services


@contextmanager
def throwaway_services() -> Iterator[Services]:
    """Servers for a test run, with nothing kept."""
    place = throwaway_folder()
    logs = place / "logs"
    place.chmod(0o711)
    logs.mkdir()
    cluster = Cluster(place / "postgres", secrets.token_urlsafe(24), kept=False)
    try:
        with started(
            cluster if is_ours("DATABASE_URL") else None,
            kept=False,
            redis_folder=place / "redis",
            redis_password=secrets.token_urlsafe(24),
            logs=logs,
        ) as services:
            services.environment["DATA_DIR"] = str(place / "data")
            yield services
    finally:
        shutil.rmtree(place, ignore_errors=True)


def is_ours(variable: str) -> bool:
    return not os.environ.get(variable)


@contextmanager
def started(
    cluster: Cluster | None, *, kept: bool, redis_folder: Path, redis_password: str, logs: Path
) -> Iterator[Services]:
    services = Services()
    with ExitStack() as stack:
        stack.callback(lambda: processes.stop_all(services.children))
        if cluster is not None:
            child, url = postgres_cluster.start(
                cluster,
                logs / "postgres.log",
                connections=KEPT_CONNECTIONS if kept else TEST_CONNECTIONS,
            )
            services.children.append(child)
            services.environment["DATABASE_URL"] = url
        if is_ours("REDIS_URL"):
            child, url = redis_server.start(
                redis_folder,
                redis_password,
                logs / "redis.log",
                kept=kept,
            )
            services.children.append(child)
            services.environment["REDIS_URL"] = url
        yield services
