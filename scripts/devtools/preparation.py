"""Brings the database of a data folder to where the portal can use it."""

import subprocess
import sys
from typing import TextIO

from devtools.console import Problem
from devtools.data_folder import DataFolder
from devtools.environment import python
from devtools.places import ROOT

EVERYTHING = ("migrate", "load_roster", "seed_demo")
SCRIPT = ROOT / "scripts" / "prepare.py"


def prepare(
    folder: DataFolder, environment: dict[str, str], *steps: str, output: TextIO = sys.stderr
) -> None:
    """Runs the management commands in one process. Raises Problem at the first that fails."""
    told = {**environment, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([python(), str(SCRIPT), *steps], env=told, cwd=ROOT, stdout=output)
    if done.returncode != 0:
        raise Problem("The database could not be prepared; see above.")
    folder.note_migrated()
