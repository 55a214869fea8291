from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from providers.answers import Answer, answer_for, answers_for


class Command(BaseCommand):
    help = "Say what the portal answers to CCNs: as arguments, and one a line from a file."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("value", nargs="*")
        parser.add_argument("--file", type=Path, help="one CCN a line")
        parser.add_argument("--json", action="store_true", help="one JSON list on stdout")

    def handle(self, *args: Any, **options: Any) -> None:
        # A terminal may pass bytes that are no text; they are shown as question marks.
        typed = [value.encode(errors="replace").decode() for value in options["value"]]
        values = [*typed, *_lines(options["file"])]
        if not values:
            raise CommandError("Give one or more CCNs, or --file.", returncode=2)
        answers = answers_for(values) if len(values) > 1 else [answer_for(values[0])]
        if options["json"]:
            said = [_said(value, answer) for value, answer in zip(values, answers, strict=True)]
            self.stdout.write(json.dumps(said))
            return
        for value, answer in zip(values, answers, strict=True):
            near = ", ".join(provider.ccn for provider in answer.near_matches)
            self.stdout.write(
                f"{value}\t{answer.ccn}\t{answer.state}\t{answer.kind}\t{answer.answer}\t"
                f"{answer.message}" + (f" Near: {near}." if near else "")
            )


def _said(typed: str, answer: Answer) -> dict[str, Any]:
    return {
        "typed": typed,
        "ccn": answer.ccn,
        "state": answer.state,
        "kind": answer.kind,
        "answer": answer.answer.value,
        "message": answer.message,
        "near_matches": [provider.ccn for provider in answer.near_matches],
    }


def _lines(path: Path | None) -> list[str]:
    if path is None:
        return []
    try:
        text = path.read_text(encoding="utf-8-sig", errors="replace")
    except OSError as error:
        raise CommandError(f"{path.name} cannot be read.", returncode=2) from error
    return [line for line in text.splitlines() if line.strip()]
