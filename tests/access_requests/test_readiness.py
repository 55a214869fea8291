from __future__ import annotations

import json
from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command

from access_requests.models import RoleAssignment
from access_requests.workflow import give_up
from tests import builders as make

pytestmark = pytest.mark.django_db


def counted(state: str) -> dict[str, object]:
    out = StringIO()
    call_command("readiness", "--json", stdout=out)
    [row] = [row for row in json.loads(out.getvalue()) if row["state"] == state]
    return row


def test_counts_follow_the_psos() -> None:
    none, one, two = make.provider(), make.provider(), make.provider()
    make.provider(closed_on=date(2026, 1, 2))
    make.pso(one)
    make.pso(two)
    leaver = make.pso(two)
    make.submit(make.person(), none)
    expected = {"state": "AL", "providers": 3, "none": 1, "one": 1, "two_or_more": 1}
    assert counted("AL") == expected | {"open_requests": 1}

    give_up(RoleAssignment.objects.get(user=leaver).pk, by=leaver)

    expected = {"state": "AL", "providers": 3, "none": 1, "one": 2, "two_or_more": 0}
    assert counted("AL") == expected | {"open_requests": 1}
