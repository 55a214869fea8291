from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from django.core.management.base import BaseCommand
from django.db import transaction

from providers.models import Provider
from providers.roster import indexes
from providers.roster.importing import import_file
from providers.roster.layouts import SNF_ENROLLMENTS

_DATA: Final = Path(__file__).resolve().parents[2] / "data"
EXTRACT: Final = _DATA / "roster.csv.xz"
# The phones of record, and chains that the first list does not know.
NURSING_HOMES: Final = _DATA / "nursing_homes.csv.xz"


class Command(BaseCommand):
    help = "Load the roster that comes with the portal, unless one has been imported already."

    def handle(self, *args: Any, **options: Any) -> None:
        if Provider.objects.filter(listed_in__contains=[SNF_ENROLLMENTS.code]).exists():
            self.stdout.write("There is a roster already.")
            return
        with transaction.atomic(), indexes.built_at_once(indexes.FEWEST_ROWS):
            outcome = import_file(EXTRACT)
            import_file(NURSING_HOMES)
        self.stdout.write(f"{outcome.created} providers loaded.")
