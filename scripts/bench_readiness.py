"""What the readiness pages cost at 50,000 CCNs and a million requests, in floor pages.

The floor page is a session, a user, one query of 25 rows and a template that lists them, behind
Django's own middleware for session and user and no other. The portal's pages run behind all of
the portal's. Each target is a whole request through Django's test client in this process: no
network and no worker. Only ratios inside one run count: the
targets take turns in random order, the floor twice, and a run in which those two differ by more
than 7 % is void.

    DATABASE_URL=postgres:///an_empty_database python scripts/bench_readiness.py [--blocks 40]

The database is migrated and filled; that takes about a minute.
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
import time
from pathlib import Path

import django

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "iqies_portal.settings")
django.setup()

from allauth.account.internal.userkit import user_id_to_str  # noqa: E402
from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.http import HttpRequest, HttpResponse  # noqa: E402
from django.template import engines  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import include, path  # noqa: E402
from interleaved import Target, is_valid, measured, milliseconds, ratio  # noqa: E402

from access_requests.models import AccessRequest  # noqa: E402
from accounts import terms  # noqa: E402
from accounts.models import User  # noqa: E402
from tests.readiness import a_ready_country as country  # noqa: E402

CCNS, REQUESTS = 50_000, 1_000_000
FLOOR, AGAIN = "floor page", "the same again"
PAGES = {
    "country": "/readiness/",
    "a state": "/readiness/states/TX/",
    "a kind": "/readiness/kinds/snf/",
    "chains": "/readiness/chains/",
    "a chain": "/readiness/chains/7/",
    "list, everything": "/readiness/ccns/",
    "list, no PSO in a state": "/readiness/ccns/?state=TX&level=0",
    "list, people wait": "/readiness/ccns/?waiting=people",
}
RUNS_PER_BLOCK = 4
FLOOR_MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]
FLOOR_PAGE = engines["django"].from_string(
    '<!DOCTYPE html><html lang="en"><head><title>Floor</title></head><body>'
    "<p>{{ user.username }}</p><table>{% for each in rows %}<tr><td>{{ each.pk }}</td>"
    "<td>{{ each.role_id }}</td><td>{{ each.status }}</td><td>{{ each.submitted_at }}</td></tr>"
    "{% endfor %}</table></body></html>"
)


def floor(request: HttpRequest) -> HttpResponse:
    rows = AccessRequest.objects.order_by("-pk")[:25]
    return HttpResponse(FLOOR_PAGE.render({"rows": rows, "user": request.user}))


urlpatterns = [path("floor/", floor), path("", include("iqies_portal.urls"))]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--blocks", type=int, default=40)
    blocks = parser.parse_args().blocks
    settings.ROOT_URLCONF, settings.ALLOWED_HOSTS = __name__, ["*"]
    settings.WHITENOISE_USE_FINDERS, settings.STATIC_ROOT = False, None
    logging.disable(logging.INFO)
    settle()
    at_portal = signed_in(settings.MIDDLEWARE)
    at_floor = signed_in(FLOOR_MIDDLEWARE)
    targets = {FLOOR: page(at_floor, "/floor/"), AGAIN: page(at_floor, "/floor/")}
    targets |= {name: page(at_portal, address) for name, address in PAGES.items()}
    times = measured(targets, blocks=blocks, runs_per_block=RUNS_PER_BLOCK)
    return 0 if report(times, blocks) else 1


def settle() -> None:
    call_command("migrate", verbosity=0)
    if not AccessRequest.objects.exists():
        country.load(CCNS)
    elif AccessRequest.objects.count() < REQUESTS:
        sys.exit("This database holds something else. Name an empty one.")
    with connection.cursor() as cursor:
        cursor.execute("CHECKPOINT")


def signed_in(middleware: list[str]) -> Client:
    """A CMS reviewer with both factors, behind this middleware."""
    client, reviewer = Client(), User.objects.get(pk=country.REVIEWER)
    client.force_login(reviewer)
    session = client.session
    shown = {"method": "mfa", "type": "totp", "at": time.time(), "reauthenticated": True}
    session["account_authentication_methods"] = [shown]
    session["account_authentication_methods_user"] = user_id_to_str(reviewer)
    session[terms.SESSION_KEY] = settings.TERMS_VERSION
    session.save()
    portal, settings.MIDDLEWARE = settings.MIDDLEWARE, middleware
    client.handler.load_middleware()
    settings.MIDDLEWARE = portal
    return client


def page(client: Client, address: str) -> Target:
    if client.get(address).status_code != 200:
        sys.exit(f"{address} does not answer.")
    return lambda: client.get(address)


def report(times: dict[str, list[float]], blocks: int) -> bool:
    print(f"{blocks} blocks of {RUNS_PER_BLOCK}")
    for name, taken in times.items():
        print(f"  {name:26} {milliseconds(taken):8.2f} ms   {ratio(taken, times[FLOOR]):6.2f} x")
    return is_valid(times[FLOOR], times[AGAIN])


if __name__ == "__main__":
    raise SystemExit(main())
