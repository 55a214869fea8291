from pathlib import Path

import pytest
from devtools import assets, environment, places
from devtools.places import REQUIREMENTS

LOCKS = sorted(REQUIREMENTS.glob("*.lock"))


@pytest.fixture
def lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(environment, "VENV", tmp_path / ".venv")
    (tmp_path / ".venv").mkdir()
    lock = tmp_path / "some.lock"
    lock.write_text("one==1\n")
    return lock


def test_what_was_installed_from_this_lock_is_not_installed_again(lock: Path) -> None:
    assert not environment.is_installed(lock)
    environment.stamp_file(lock).write_text(environment.stamp_for(lock))
    assert environment.is_installed(lock)


def test_a_changed_lock_is_installed_again(lock: Path) -> None:
    environment.stamp_file(lock).write_text(environment.stamp_for(lock))
    lock.write_text("one==2\n")
    assert not environment.is_installed(lock)


def test_another_python_or_another_place_is_another_environment(
    lock: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment.stamp_file(lock).write_text(environment.stamp_for(lock))
    monkeypatch.setattr(environment, "ROOT", Path("/elsewhere"))
    assert not environment.is_installed(lock)


def test_an_environment_that_is_not_there_is_not_usable(lock: Path) -> None:
    assert not environment.is_usable()


def test_without_uv_pip_installs(lock: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environment.shutil, "which", lambda _name: None)
    (environment.site_packages() / "pip").mkdir(parents=True)
    (command,) = environment.installers()
    assert command[1:4] == ["-m", "pip", "install"]
    assert "--require-hashes" in command


def test_with_uv_it_comes_first(lock: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environment.shutil, "which", lambda name: f"/somewhere/{name}")
    assert next(environment.installers())[:3] == ["/somewhere/uv", "pip", "install"]


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.stem)
def test_locks_hold_hashes_and_no_addresses(lock: Path) -> None:
    text = lock.read_text()
    assert "--hash=sha256:" in text
    assert "://" not in text


def test_the_design_systems_lock_holds_no_addresses() -> None:
    text = (places.ROOT / "package-lock.json").read_text()
    assert '"integrity": "sha512-' in text
    assert '"resolved"' not in text


def test_an_npm_too_old_for_the_lock_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    npm = tmp_path / "npm"
    npm.write_text("#!/bin/sh\necho 6.14.4\n")
    npm.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    assert assets.find_npm() is None
    npm.write_text("#!/bin/sh\necho 9.2.0\n")
    assert assets.find_npm() == [str(npm)]
