"""Several management commands in one process, since starting Django costs more than they do."""

import os
import sys

import django
from django.conf import settings
from django.core.management import call_command


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "iqies_portal.settings")
    django.setup()
    for name in sys.argv[1:]:
        # Of the migrations only a failure is of interest.
        call_command(name, verbosity=0 if name == "migrate" else 1)
    if "seed_demo" in sys.argv:
        print(f"Demo password: {settings.DEMO_PASSWORD}")


main()
