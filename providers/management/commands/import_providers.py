from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from providers.roster.importing import Older, Outcome, import_file
from providers.roster.layouts import Unusable

_REJECTIONS_SHOWN = 20
_TOO_MANY = (
    "More than 5 percent of the providers that lists of this kind name would close. Without "
    "--allow-mass-close the file will not be imported."
)


class Command(BaseCommand):
    help = (
        "Take in a CMS list of providers, recognised by its header. What changed since the last "
        "file of its kind is written; nothing is forgotten. Rows are numbered as a spreadsheet "
        "numbers them: the header is row 1."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="say what would change")
        parser.add_argument("--json", action="store_true", help="one JSON object on stdout")
        parser.add_argument(
            "--allow-mass-close",
            action="store_true",
            help="let the file close more than 5 percent of the providers its kind lists",
        )
        parser.add_argument(
            "--allow-older",
            action="store_true",
            help="take the file though a newer one of its kind was imported",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            outcome = self._outcome(options)
        except Unusable as unusable:
            message = f"{options['file'].name} was not imported. {unusable}"
            raise CommandError(message, returncode=2) from unusable
        if outcome.would_close_too_many and options["dry_run"]:
            self.stderr.write(_TOO_MANY)
        if options["json"]:
            self.stdout.write(json.dumps(_as_json(outcome)))
        else:
            self._tell(outcome, dry_run=options["dry_run"])

    def _outcome(self, options: dict[str, Any]) -> Outcome:
        """A dry run shows what an older file would do, and says that it is one."""
        import_with = partial(
            import_file,
            options["file"],
            dry_run=options["dry_run"],
            allow_mass_close=options["allow_mass_close"],
        )
        try:
            return import_with(allow_older=options["allow_older"])
        except Older as older:
            if not options["dry_run"]:
                raise
            self.stderr.write(str(older))
            return import_with(allow_older=True)

    def _tell(self, outcome: Outcome, *, dry_run: bool) -> None:
        counts = ", ".join(f"{count} {name}" for name, count in outcome.counts().items())
        intro = "Would be (dry run): " if dry_run else ""
        self.stdout.write(f"{intro}{outcome.layout}: {counts}.")
        for rejection in outcome.rejections[:_REJECTIONS_SHOWN]:
            self.stdout.write(f"Row {rejection.row}, CCN {rejection.ccn}: {rejection.reason}")
        hidden = len(outcome.rejections) - _REJECTIONS_SHOWN
        if hidden > 0:
            self.stdout.write(f"And {hidden} more rejected rows: see --json.")


def _as_json(outcome: Outcome) -> dict[str, Any]:
    rejections = [
        {"row": each.row, "ccn": each.ccn, "reason": each.reason} for each in outcome.rejections
    ]
    return {"layout": outcome.layout, **outcome.counts(), "rejections": rejections}
