from __future__ import annotations

import sys
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts import cms_people
from accounts.models import CmsRole


class Command(BaseCommand):
    help = "Makes a CMS reviewer or a Service Center agent, of a new account or an existing one."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("user_id", metavar="USER_ID")
        parser.add_argument("email", metavar="EMAIL")
        parser.add_argument("--role", choices=CmsRole.values, required=True)
        parser.add_argument(
            "--password-stdin",
            action="store_true",
            help="read the new account's password from standard input; "
            "without it, the person chooses one by email",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        password = sys.stdin.readline().rstrip("\n") if options["password_stdin"] else None
        try:
            outcome = cms_people.make(
                options["user_id"],
                options["email"],
                role=CmsRole(options["role"]),
                password=password,
                actor=None,
            )
        except ValidationError as refusal:
            raise CommandError(" ".join(refusal.messages)) from refusal
        self.stdout.write(self._said(outcome))

    @staticmethod
    def _said(outcome: cms_people.Outcome) -> str:
        who = f"{outcome.user.username}: {outcome.user.get_cms_role_display()}"
        if not outcome.is_changed:
            return f"{who} already; nothing changed."
        return f"{who}, a new account." if outcome.is_new else f"{who}, from now on."
