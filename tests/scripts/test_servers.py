import os
import socket
from pathlib import Path

import psycopg2
import pytest
import redis
from devtools import places, postgres_binaries, postgres_cluster, services, sockets
from devtools.console import Problem
from devtools.data_folder import DataFolder

OURS = ("DATABASE_URL", "REDIS_URL")


@pytest.fixture
def nothing_given(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in OURS:
        monkeypatch.delenv(variable, raising=False)


def make_postgres(folder: Path, version: str, *, trigrams: bool) -> Path:
    programs = folder / "bin"
    programs.mkdir(parents=True)
    for name in ("postgres", "initdb"):
        (programs / name).write_text(f"#!/bin/sh\necho 'postgres (PostgreSQL) {version}'\n")
        (programs / name).chmod(0o755)
    if trigrams:
        extensions = folder / "share" / "extension"
        extensions.mkdir(parents=True)
        (extensions / "pg_trgm.control").touch()
    return programs


@pytest.fixture
def open_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where only the programs are looked at, not who may reach them."""
    monkeypatch.setattr(postgres_binaries, "is_root", lambda: False)
    return tmp_path


def test_a_postgresql_with_trigrams_will_do(open_folder: Path) -> None:
    found = postgres_binaries.inspect(make_postgres(open_folder, "16.4", trigrams=True))
    assert found is not None
    assert found.version == 16


@pytest.mark.parametrize(("version", "trigrams"), [("16.4", False), ("14.9", True)])
def test_one_without_trigrams_or_too_old_is_passed_over(
    open_folder: Path, version: str, trigrams: bool
) -> None:
    programs = make_postgres(open_folder, version, trigrams=trigrams)
    assert postgres_binaries.inspect(programs) is None


def test_the_newest_is_used_except_for_data_of_an_older(
    open_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folders = [
        make_postgres(open_folder / version, version, trigrams=True)
        for version in ("15.1", "17.2", "16.4")
    ]
    monkeypatch.setattr(postgres_binaries, "candidate_folders", lambda: iter(folders))
    assert postgres_binaries.find_binaries().version == 17
    assert postgres_binaries.find_binaries(15).version == 15


def test_data_of_a_version_that_is_gone_is_said_so(
    open_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    newer = postgres_binaries.inspect(make_postgres(open_folder, "17.2", trigrams=True))
    monkeypatch.setattr(postgres_binaries, "candidate_folders", lambda: iter([]))
    monkeypatch.setattr(postgres_binaries, "wheel_binaries", lambda: newer)
    with pytest.raises(Problem, match="PostgreSQL 12"):
        postgres_binaries.find_binaries(12)


def test_a_folder_below_a_closed_one_is_not_open(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    (closed / "inner").mkdir(parents=True)
    closed.chmod(0o700)
    (closed / "inner").chmod(0o755)
    assert not places.is_open_to_others(closed / "inner")


def test_servers_for_a_test_run_work_and_leave_nothing(nothing_given: None) -> None:
    with services.throwaway_services() as running:
        url = running.environment["DATABASE_URL"]
        folder = Path(running.environment["DATA_DIR"]).parent
        connection = psycopg2.connect(url)
        with connection, connection.cursor() as cursor:
            cursor.execute("CREATE EXTENSION pg_trgm")
            cursor.execute("SELECT similarity('Oak Manor', 'Oak Manr') > 0.5, lower('É')")
            assert cursor.fetchone() == (True, "é")
        connection.close()
        with redis.Redis.from_url(running.environment["REDIS_URL"]) as client:
            assert client.ping()
        with redis.Redis.from_url(without_password(running.environment["REDIS_URL"])) as stranger:
            with pytest.raises(redis.AuthenticationError):
                stranger.ping()
        with pytest.raises(psycopg2.OperationalError):
            psycopg2.connect(without_password(url), connect_timeout=5)
    assert not folder.exists()
    assert all(child.process.returncode is not None for child in running.children)


def without_password(url: str) -> str:
    scheme, _, rest = url.partition("://")
    credentials, _, address = rest.partition("@")
    user = credentials.partition(":")[0]
    return f"{scheme}://{user}:wrong@{address}"


def test_kept_servers_keep_what_they_were_given(nothing_given: None, tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "data")
    try:
        with services.kept_services(folder) as running:
            execute(running, "CREATE TABLE kept (word text)")
        with services.kept_services(folder) as running:
            execute(running, "INSERT INTO kept VALUES ('still here')")
    finally:
        place = postgres_cluster.kept_folder(folder.path)
        (folder.path / "postgres-location").unlink(missing_ok=True)
        if places.SHELTER in place.parents:
            postgres_cluster.drop_forgotten_clusters()
            assert not place.exists()


def execute(running: services.Services, statement: str) -> None:
    connection = psycopg2.connect(running.environment["DATABASE_URL"])
    with connection, connection.cursor() as cursor:
        cursor.execute(statement)
    connection.close()


def test_servers_that_were_named_are_used(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for variable in OURS:
        monkeypatch.setenv(variable, "somewhere")
    with services.kept_services(DataFolder(tmp_path)) as running:
        assert running.environment == {}
        assert running.children == []
    assert not (tmp_path / "postgres").exists()


def test_a_port_in_use_is_seen() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        assert sockets.is_busy(taken.getsockname()[1])
    assert not sockets.is_busy(sockets.free_port())


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to hand the server to another account")
def test_root_hands_the_server_to_somebody_else() -> None:
    account = places.server_account()
    assert account is not None
    assert account.uid != 0
