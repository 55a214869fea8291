"""reencrypt_secrets: for the day on which an encryption key is replaced."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts import reencryption


class Command(BaseCommand):
    help = (
        "Puts every stored secret under the first of ENCRYPTION_KEYS. Put the new key in front, "
        "restart every process, run this, then take the old key away. People may go on working."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        counts = reencryption.run()
        for name, count in counts.items():
            self.stdout.write(
                f"{name}: {count.renewed} put under the newest key, "
                f"{count.newest_already} were already."
            )
        if unreadable := {
            name: each.unreadable for name, each in counts.items() if each.unreadable
        }:
            said = ", ".join(f"{name}: {number}" for name, number in unreadable.items())
            raise CommandError(
                f"No key in the settings reads these ({said}). Keep the older keys, or find the "
                "one that is missing. What is lost for good: those people need a reset of their "
                "second factor; the rest ends by itself."
            )
