from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from iqies_portal.demo import story


class Command(BaseCommand):
    help = "Demo people and requests on the real roster, made by walking the workflow. Idempotent."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("Demo people exist only in the demonstration: set DEMO=1.")
        told = story.tell()
        self.stdout.write("Demo people created." if told else "Demo people are there already.")
