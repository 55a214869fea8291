import threading
from pathlib import Path

import pytest
from devtools.console import Problem
from devtools.data_folder import DataFolder


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    return DataFolder(tmp_path / "data")


def test_a_secret_is_made_once_and_private(folder: DataFolder) -> None:
    first = folder.secret("secret-key")
    assert folder.secret("secret-key") == first
    assert len(first) >= 50
    assert (folder.path / "secret-key").stat().st_mode & 0o777 == 0o600


def test_a_second_run_on_the_same_folder_is_refused_in_one_line(folder: DataFolder) -> None:
    second = DataFolder(folder.path)
    with folder.owned_by_run():
        with pytest.raises(Problem) as refusal, second.owned_by_run():
            pass
        assert "already runs" in str(refusal.value)
        assert "\n" not in str(refusal.value)
    with second.owned_by_run():
        pass


def test_a_run_waits_for_a_management_command(folder: DataFolder) -> None:
    leave = threading.Timer(0.3, lambda: None)
    with folder.owned("manage") as is_owner:
        assert is_owner
        began = threading.Event()

        def run() -> None:
            with DataFolder(folder.path).owned_by_run():
                began.set()

        thread = threading.Thread(target=run)
        thread.start()
        leave.start()
        leave.join()
        assert not began.is_set()
    thread.join(10)
    assert began.is_set()


def test_only_the_owner_publishes_and_a_new_owner_begins_afresh(folder: DataFolder) -> None:
    with folder.owned("run"):
        folder.publish({"DATABASE_URL": "postgres://somewhere"})
        other = DataFolder(folder.path)
        with other.owned("manage") as is_owner:
            assert not is_owner
        assert other.published() == {"DATABASE_URL": "postgres://somewhere"}
    assert folder.published() is None
    # What an owner that was killed left behind.
    folder.publish({"DATABASE_URL": "postgres://gone"})
    with folder.owned("manage"):
        assert folder.published() is None


def test_the_callers_environment_wins(folder: DataFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "the caller's")
    monkeypatch.setenv("DATA_DIR", "/elsewhere")
    environment = folder.environment()
    assert environment["SECRET_KEY"] == "the caller's"
    assert environment["AUDIT_KEY"] == folder.secret("audit-key")
    assert environment["DEMO"] == "1"
    assert environment["DATA_DIR"] == str(folder.path)
