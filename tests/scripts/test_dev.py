import os
import subprocess
import sys
from pathlib import Path

import dev
import pytest
from devtools.places import ROOT


def run_dev(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "scripts/dev.py", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True)


def test_without_a_command_it_explains_itself() -> None:
    done = run_dev()
    assert done.returncode == 2
    assert "run [--port 8000]" in done.stderr


def test_only_what_stands_before_the_command_is_ours() -> None:
    assert dev.manage_options(["--data", "here", "check_ccn", "--data", "x"]) == (
        Path("here"),
        ["check_ccn", "--data", "x"],
    )
    assert dev.manage_options(["--data=here", "migrate"]) == (Path("here"), ["migrate"])
    assert dev.manage_options(["migrate"]) == (dev.DEFAULT_DATA, ["migrate"])


def test_the_environment_wins_over_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / ".env"
    file.write_text("# DEMO=0\nPUBLIC_URL=http://here\nLOG_LEVEL='INFO'\n\n")
    monkeypatch.setenv("PUBLIC_URL", "http://there")
    monkeypatch.setenv("LOG_LEVEL", "")
    monkeypatch.delenv("LOG_LEVEL")
    dev.read_dotenv(file)
    assert os.environ["PUBLIC_URL"] == "http://there"
    assert os.environ["LOG_LEVEL"] == "INFO"
    assert "# DEMO" not in os.environ
