"""python -m tests.stand_in_harp PORT PORTAL_URL, with a folder in STAND_IN_HARP_DATA."""

from __future__ import annotations

import os
import sys

import django
from django.apps import apps
from django.core.management import call_command

from tests.stand_in_harp.people import PASSWORD, PEOPLE

CLIENT_ID, CLIENT_SECRET = "iqies-portal", "known to the portal and to HARP"


def main() -> None:
    port, portal_url = sys.argv[1:]
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.stand_in_harp.settings"
    django.setup()
    call_command("migrate", verbosity=0)
    _make_people()
    _make_client(portal_url)
    call_command("runserver", f"127.0.0.1:{port}", use_reloader=False, skip_checks=True)


def _make_people() -> None:
    user_model = apps.get_model("auth", "User")
    for user_id in PEOPLE:
        user = user_model(username=user_id)
        user.set_password(PASSWORD)
        user.save()


def _make_client(portal_url: str) -> None:
    client = apps.get_model("allauth_idp_oidc", "Client")(
        id=CLIENT_ID,
        name="iQIES Access Portal",
        scopes="openid\nprofile\nemail",
        redirect_uris=f"{portal_url}/accounts/harp/callback/",
    )
    client.set_secret(CLIENT_SECRET)
    client.save()


if __name__ == "__main__":
    main()
