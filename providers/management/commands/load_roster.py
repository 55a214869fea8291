from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from django.core.management.base import BaseCommand

from providers.models import Provider
from providers.roster.importing import import_file
from providers.roster.layouts import SNF_ENROLLMENTS

EXTRACT: Final = Path(__file__).resolve().parents[2] / "data" / "roster.csv.xz"


class Command(BaseCommand):
    help = "Load the roster that comes with the portal, unless one has been imported already."

    def handle(self, *args: Any, **options: Any) -> None:
        if Provider.objects.filter(listed_in__contains=[SNF_ENROLLMENTS.code]).exists():
            self.stdout.write("There is a roster already.")
            return
        outcome = import_file(EXTRACT)
        self.stdout.write(f"{outcome.created} providers loaded.")
