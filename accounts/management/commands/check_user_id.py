from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.user_id import Verdict, judge


class Command(BaseCommand):
    help = "Says of each User ID whether sign-up would take it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("values", nargs="*", metavar="VALUE")
        parser.add_argument("--file", metavar="FILE", help="one User ID per line")
        parser.add_argument("--json", action="store_true", dest="as_json")

    def handle(self, *args: Any, **options: Any) -> None:
        typed = [*options["values"], *self._lines(options["file"])]
        if not typed:
            raise CommandError("Give at least one User ID, or --file FILE.")
        verdicts = [judge(value) for value in typed]
        if options["as_json"]:
            self.stdout.write(json.dumps([self._as_data(verdict) for verdict in verdicts]))
            return
        for verdict in verdicts:
            self.stdout.write(self._as_line(verdict))

    @staticmethod
    def _lines(file_name: str | None) -> list[str]:
        if file_name is None:
            return []
        try:
            text = Path(file_name).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"{file_name} cannot be read: {error}") from error
        return [line for line in text.splitlines() if line.strip()]

    @staticmethod
    def _as_data(verdict: Verdict) -> dict[str, Any]:
        return {
            "typed": verdict.typed,
            "accepted": verdict.is_accepted,
            "warning": verdict.is_accepted and bool(verdict.warnings),
            "reasons": verdict.reasons or verdict.warnings,
        }

    @staticmethod
    def _as_line(verdict: Verdict) -> str:
        if not verdict.is_accepted:
            return f"{verdict.typed}: refused. {' '.join(verdict.reasons)}"
        if verdict.warnings:
            return f"{verdict.typed}: accepted with a warning. {' '.join(verdict.warnings)}"
        return f"{verdict.typed}: accepted."
