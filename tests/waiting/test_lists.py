"""Who has a request is said alike on its page, on home and among my requests, without names."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from access_requests import now, policy
from access_requests.models import AccessRequest
from access_requests.waiting import absences
from accounts.models import User
from providers.models import Provider
from tests import builders as make
from tests.pages.browsing import words
from tests.waiting.test_page import FRIDAY, page_of, signed_in

pytestmark = pytest.mark.django_db


def one(home: Provider) -> User:
    make.pso(home)
    return make.person()


def two_of_whom_one_is_away(home: Provider) -> User:
    away = make.pso(home)
    make.pso(home)
    absences.name(away, date(2026, 11, 6), date(2026, 11, 12))
    return make.person()


def one_who_is_away(home: Provider) -> User:
    absences.name(make.pso(home), date(2026, 11, 6), date(2026, 11, 12))
    return make.person()


def two_who_are_away(home: Provider) -> User:
    for day in (12, 10):
        absences.name(make.pso(home), date(2026, 11, 6), date(2026, 11, day))
    return make.person()


def one_beside_the_requester(home: Provider) -> User:
    make.pso(home)
    return make.pso(home)


def two_beside_the_requester(home: Provider) -> User:
    make.pso(home)
    return one_beside_the_requester(home)


def one_whose_account_is_off(home: Provider) -> User:
    off = make.pso(home)
    User.objects.filter(pk=off.pk).update(is_active=False)
    return make.person()


@pytest.mark.parametrize(
    ("scene", "heading", "row"),
    [
        (one, "The PSO of this CCN has it", "The PSO of this CCN"),
        (two_of_whom_one_is_away, "The 2 PSOs of this CCN have it", "The 2 PSOs of this CCN"),
        (
            one_who_is_away,
            "The PSO of this CCN has it, and is away until November 12, 2026",
            "The PSO of this CCN, away until Nov 12",
        ),
        (
            two_who_are_away,
            "The 2 PSOs of this CCN have it, and all are away until November 10, 2026",
            "The 2 PSOs of this CCN, all away until Nov 10",
        ),
        (
            one_beside_the_requester,
            "The other PSO of this CCN has it",
            "The other PSO of this CCN",
        ),
        (
            two_beside_the_requester,
            "The 2 other PSOs of this CCN have it",
            "The 2 other PSOs of this CCN",
        ),
        (
            one_whose_account_is_off,
            "It waits: no PSO of this CCN can act now",
            "Nobody: no PSO of this CCN can act now",
        ),
    ],
)
def test_lists_say_what_the_page_says(
    scene: Callable[[Provider], User], heading: str, row: str
) -> None:
    home = make.provider()
    with time_machine.travel(FRIDAY, tick=False):
        asked = make.submit(scene(home), home)
        assert f"{heading}<" in page_of(asked, asked.requester).replace(" <", "<")
        counted = now.with_psos_counted(
            policy.with_standing(AccessRequest.objects.filter(pk=asked.pk), asked.requester)
        )
        [found] = counted.select_related("provider", "role")
        with CaptureQueriesContext(connection) as taken:
            assert now.in_a_few_words(found, asked.requester) == row
        assert len(taken) == 0
        for path in ("/", "/requests/"):
            said = words(signed_in(asked.requester).get(path))
            assert f"{row} " in said
            assert ("away until" in row) == ("away until" in said)
