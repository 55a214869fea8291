"""verify_audit: was the audit trail tampered with?"""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from accounts.audit_check import Report, check


class Command(BaseCommand):
    help = "Check every line and every seal of the audit trail. Exit 1 when one is wrong."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", dest="as_json")
        parser.add_argument(
            "--seal",
            default="",
            metavar="NUMBER:DIGEST",
            help="a seal noted earlier (they are logged), which must still be there",
        )

    def handle(self, *args: Any, as_json: bool, seal: str, **options: Any) -> None:
        report = check(noted_seal=seal)
        self.stdout.write(_as_json(report) if as_json else _as_text(report))
        if report.problems:
            raise SystemExit(1)


def _as_json(report: Report) -> str:
    first = report.first_problem
    return json.dumps(
        {
            "ok": first is None,
            "lines": report.lines,
            "unsealed": report.unsealed,
            "seals": report.seals,
            "newest_seal": report.newest_seal,
            "problems": len(report.problems),
            "first_bad": {"line": first.line, "problem": first.what} if first else None,
        }
    )


def _as_text(report: Report) -> str:
    first = report.first_problem
    if first:
        return f"Line {first.line}: {first.what}. Problems found: {len(report.problems)}."
    newest = f" Newest seal: {report.newest_seal}." if report.newest_seal else ""
    return (
        f"{report.lines} lines and {report.seals} seals are as they were written; "
        f"{report.unsealed} lines are not sealed yet.{newest}"
    )
