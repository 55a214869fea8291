"""The form for several CCNs names all that is wanting in one go, and only what is needed."""

from __future__ import annotations

import pytest

from access_requests.models import RequestGroup
from tests import builders as make
from tests.groups.builders import signed_in
from tests.groups.sending import PSO, send

pytestmark = pytest.mark.django_db

NOBODY_NAMED = {"administrator_name": "", "administrator_contact": ""}
NAME, REACH = "Name the provider&#x27;s administrator.", "Say how CMS can reach the administrator"
BAD = "A spreadsheet turned this CCN into the number 4.40E+233"


def test_all_that_is_wanting_is_said_in_one_go() -> None:
    make.provider("015009")
    client = signed_in(make.person())
    said = {"roles": [PSO], "job_title": "", **NOBODY_NAMED}
    page = send(client, "review", "015009 4.40E+233", **said)
    assert page.status_code == 422
    text = page.content.decode()
    for sentence in (NAME, REACH, BAD, "Enter your job title."):
        assert sentence in text
    without_role = send(client, "review", "015009 4.40E+233", roles=[]).content.decode()
    assert "Tick the role you need." in without_role
    assert BAD in without_role
    # Wanting for a reason of its own, and not twice.
    long = {"administrator_name": "x" * 151, "administrator_contact": ""}
    too_long = send(client, "review", "015009", roles=[PSO], **long).content.decode()
    assert "at most 150 characters" in too_long
    assert NAME not in too_long
    assert not RequestGroup.objects.exists()


def test_the_administrator_is_asked_for_only_where_a_ccn_has_no_pso() -> None:
    led, alone = make.provider(), make.provider()
    make.pso(led)
    client = signed_in(make.person())
    assert send(client, "review", led.ccn, roles=[PSO], **NOBODY_NAMED).status_code == 200
    both = send(client, "review", f"{led.ccn} {alone.ccn}", roles=[PSO], **NOBODY_NAMED)
    assert both.status_code == 422
    assert NAME in both.content.decode()
