"""The floor page that other pages are measured in, and clients that are signed in.

The floor page is a session, a user, one query of 25 rows and a template that lists them, behind
Django's own middleware for session and user and no other. The portal's pages run behind all of
the portal's. Each target is a whole request through Django's test client in this process: no
network and no worker. Only ratios inside one run count: the targets take turns in random order,
the floor twice, and a run in which those two differ by more than 7 % is void.

Import it after django.setup(), and call start() before anything else.
"""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Mapping

from allauth.account.internal.userkit import user_id_to_str
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.test import Client
from django.urls import include, path
from interleaved import Target, is_valid, measured, milliseconds, ratio

from access_requests.models import AccessRequest
from accounts import terms
from accounts.models import User

FLOOR, AGAIN = "floor page", "the same again"
ADDRESS = "/floor/"
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


urlpatterns = [path(ADDRESS[1:], floor), path("", include("iqies_portal.urls"))]


def start() -> None:
    """Settings as in production as far as they cost time; the floor page beside the portal's."""
    settings.ROOT_URLCONF, settings.ALLOWED_HOSTS = __name__, ["*"]
    settings.WHITENOISE_USE_FINDERS, settings.STATIC_ROOT = False, None
    logging.disable(logging.INFO)


def signed_in(person: User, middleware: list[str] | None = None) -> Client:
    """This person with both factors, just shown, behind the portal's middleware or this one."""
    client = Client()
    client.force_login(person)
    session = client.session
    shown = {"method": "mfa", "type": "totp", "at": time.time(), "reauthenticated": True}
    session["account_authentication_methods"] = [shown]
    session["account_authentication_methods_user"] = user_id_to_str(person)
    session[terms.SESSION_KEY] = settings.TERMS_VERSION
    session.save()
    portal = settings.MIDDLEWARE
    settings.MIDDLEWARE = portal if middleware is None else middleware
    client.handler.load_middleware()
    settings.MIDDLEWARE = portal
    return client


def page(client: Client, address: str) -> Target:
    if (status := client.get(address).status_code) != 200:
        sys.exit(f"{address} answers {status}.")
    return lambda: client.get(address)


def floor_targets(person: User) -> dict[str, Target]:
    """The floor page twice, as this person; to stand first among the targets."""
    client = signed_in(person, FLOOR_MIDDLEWARE)
    return {FLOOR: page(client, ADDRESS), AGAIN: page(client, ADDRESS)}


def compared(
    targets: Mapping[str, Target], person: User, *, blocks: int, runs_per_block: int = 4
) -> tuple[dict[str, list[float]], bool]:
    """Times each target among the floor page's, prints each in floor pages, and says whether the
    run is valid. The times, by name, are for ratios of the caller's own."""
    everything = floor_targets(person) | dict(targets)
    times = measured(everything, blocks=blocks, runs_per_block=runs_per_block)
    print(f"{blocks} blocks of {runs_per_block}")
    for name, taken in times.items():
        print(f"  {name:34} {milliseconds(taken):8.2f} ms   {ratio(taken, times[FLOOR]):6.2f} x")
    return times, is_valid(times[FLOOR], times[AGAIN])
