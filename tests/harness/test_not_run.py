"""What a machine cannot show is said aloud, and is a failure where everything must be shown."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Browser

LINE = "NOT RUN: the tests in a browser, because no chromium is on the path"


def test_a_browser_starts(browser: Browser) -> None:
    assert browser.is_connected()


def run_without_browser(folder: Path, *arguments: str, **environment: str) -> tuple[int, list[str]]:
    test = f"{Path(__file__).relative_to(settings.BASE_DIR)}::test_a_browser_starts"
    outside = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", test, *arguments],
        cwd=settings.BASE_DIR,
        env={**outside, "REQUIRE_REAL": "", **environment, "PATH": str(folder)},
        capture_output=True,
        text=True,
    )
    return done.returncode, done.stdout.splitlines()


@pytest.mark.parametrize("arguments", [(), ("-n", "1")])
def test_what_was_not_run_is_named_in_a_line_of_its_own(
    tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    code, lines = run_without_browser(tmp_path, *arguments)
    assert code == 0
    assert LINE in lines
    assert "1 skipped" in lines[-1]


def test_it_fails_where_everything_must_be_real(tmp_path: Path) -> None:
    code, lines = run_without_browser(tmp_path, REQUIRE_REAL="1")
    assert code == 1
    assert LINE in lines
    assert "1 passed" not in lines[-1]


def test_failed_checks_are_named_beside_the_tests_result(tmp_path: Path) -> None:
    _, lines = run_without_browser(tmp_path, FAILED_CHECKS="mypy")
    assert "FAILED CHECKS: mypy" in lines
