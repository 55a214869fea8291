from __future__ import annotations

import json
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand

from access_requests.readiness.counts import by_state


class Command(BaseCommand):
    help = "Per state: open providers, how many have 0, 1 and 2+ active PSOs, open requests."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="a list with an object a state")

    def handle(self, *args: Any, **options: Any) -> None:
        states = [asdict(each) for each in by_state()]
        if options["json"]:
            self.stdout.write(json.dumps(states))
            return
        self.stdout.write("state  providers  0 PSOs  1 PSO  2+ PSOs  open requests")
        for row in states:
            self.stdout.write(
                f"{row['state']:<5}  {row['providers']:>9}  {row['none']:>6}  {row['one']:>5}"
                f"  {row['two_or_more']:>7}  {row['open_requests']:>13}"
            )
