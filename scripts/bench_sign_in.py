"""Measures what a sign-in costs in CPU: the hash alone, and the whole request with it.

    DATABASE_URL=postgres:///an_empty_database python scripts/bench_sign_in.py [--times 100]

CPU time of this process, user and system, so that waiting for PostgreSQL and Redis does not
count. The hash and the request take turns, and medians are compared: what else runs on the
machine slows both. The request is a real one through all of the middleware; its log line is
written to nowhere.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "iqies_portal.settings")
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import django

django.setup()

import logging  # noqa: E402

from allauth.account.models import EmailAddress  # noqa: E402
from django.conf import settings  # noqa: E402
from django.contrib.auth.hashers import check_password  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.test import Client  # noqa: E402

from accounts import terms  # noqa: E402
from accounts.models import User  # noqa: E402

USER_ID, PASSWORD = "benchperson1", "four words nobody says"
BOUND_MILLISECONDS = 20.0
WARM_UP = 5


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=100)
    times = parser.parse_args().times
    settle()
    encoded = somebody().password
    hashes, requests = [], []
    for number in range(times + WARM_UP):
        took = (cpu(lambda: check_password(PASSWORD, encoded)), cpu(sign_in))
        if number >= WARM_UP:
            hashes.append(took[0])
            requests.append(took[1])
    hash_alone, whole = statistics.median(hashes), statistics.median(requests)
    print(f"{encoded.rpartition('$')[0].rpartition('$')[0]}, {times} times each")
    print(f"the hash alone:     {hash_alone:6.2f} ms of CPU (best {min(hashes):.2f})")
    print(f"the whole sign-in:  {whole:6.2f} ms of CPU (best {min(requests):.2f})")
    print(f"of it the hash is   {hash_alone / whole:6.0%}")
    is_fast = whole < BOUND_MILLISECONDS
    print("Under" if is_fast else "NOT under", f"{BOUND_MILLISECONDS:.0f} ms.")
    return 0 if is_fast else 1


def settle() -> None:
    logging.getLogger().handlers = [logging.StreamHandler(open(os.devnull, "w"))]
    settings.ALLOWED_HOSTS = ["testserver"]
    # Static files have no part in it; looking for them takes a while for each new client.
    settings.WHITENOISE_USE_FINDERS = False
    call_command("migrate", verbosity=0)


def somebody() -> User:
    person = User.objects.filter(username=USER_ID).first()
    if person is None:
        person = User.objects.create(
            username=USER_ID, email="bench@sunny-hill.example", full_name="B. Ench"
        )
        EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
        terms.accept(person)
    person.set_password(PASSWORD)
    person.save()
    return person


def sign_in() -> None:
    typed = {"login": USER_ID, "password": PASSWORD}
    answer = CLIENT.post("/accounts/login/", typed)
    if answer.status_code != 302 or answer["Location"] != "/":
        sys.exit(f"The sign-in failed: {answer.status_code}")
    CLIENT.cookies.clear()


def cpu(step: Callable[[], object]) -> float:
    """Milliseconds."""
    started = time.process_time()
    step()
    return (time.process_time() - started) * 1000


CLIENT = Client()

if __name__ == "__main__":
    sys.exit(main())
