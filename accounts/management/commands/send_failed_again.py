"""send_failed_again: for the day after the mail server had refused everything."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from accounts.mail.outbox import send_failed_again


class Command(BaseCommand):
    help = "Owe again every email of the last days that failed for good (codes excepted)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--days", type=int, default=1)

    def handle(self, *args: Any, days: int, **options: Any) -> None:
        number = send_failed_again(since=timezone.now() - timedelta(days=days))
        self.stdout.write(f"{number} emails are owed again.")
