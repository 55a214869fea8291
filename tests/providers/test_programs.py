"""Dates (rule 3): the earliest open program counts; PBJ is not onboarded."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from providers import reference
from providers.kinds import SERVED, Kind
from providers.models import Program
from providers.programs import onboarding_of, onboarding_of_kind
from providers.reference import EASTERN
from tests import builders

pytestmark = pytest.mark.django_db

GENERAL = datetime(2022, 11, 15, tzinfo=EASTERN)


def test_mds_dates_of_the_notice(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    provider = builders.provider()
    with django_assert_num_queries(1):
        before = onboarding_of(provider, GENERAL - timedelta(seconds=1))
    after = onboarding_of(provider, GENERAL)
    assert before.program is not None
    assert before.program.code == "mds"
    assert (before.pso_open, before.general_open) == (True, False)
    assert (after.pso_open, after.general_open) == (True, True)
    assert after.general_opens_at == GENERAL
    live = Program.objects.get(code="mds").goes_live_at
    assert live == datetime(2023, 4, 17, tzinfo=EASTERN)


@pytest.mark.parametrize("kind", [Kind.HHA, Kind.HOSPICE, Kind.IRF, Kind.IRF_UNIT, Kind.LTCH])
def test_the_others_have_no_dates(kind: Kind) -> None:
    onboarding = onboarding_of_kind(kind, Program.objects.all(), GENERAL)
    assert onboarding.program is not None
    assert (onboarding.pso_open, onboarding.pso_opens_at) == (False, None)


def test_every_served_kind_has_a_program() -> None:
    programs = list(Program.objects.filter(onboarded=True))
    assert [kind for kind in SERVED if not any(kind in each.kinds for each in programs)] == []


def test_pbj_opens_nothing() -> None:
    Program.objects.exclude(code="pbj").delete()
    onboarding = onboarding_of_kind(Kind.SNF, Program.objects.all(), GENERAL)
    assert (onboarding.program, onboarding.pso_open) == (None, False)


def test_the_earliest_open_program_counts() -> None:
    kind = Kind.LTCH
    Program.objects.create(
        code="first", name="First", kinds=[kind], pso_opens_at=GENERAL - timedelta(days=9)
    )
    Program.objects.create(
        code="second",
        name="Second",
        kinds=[kind],
        pso_opens_at=GENERAL - timedelta(days=5),
        general_opens_at=GENERAL,
    )
    before = onboarding_of_kind(kind, Program.objects.all(), GENERAL - timedelta(days=1))
    after = onboarding_of_kind(kind, Program.objects.all(), GENERAL)
    assert before.program is not None
    assert after.program is not None
    assert (before.program.code, before.general_open) == ("first", False)
    assert (after.program.code, after.general_open) == ("second", True)


def test_loading_again_keeps_what_cms_changed() -> None:
    Program.objects.filter(code="hope").update(pso_opens_at=GENERAL)
    Program.objects.filter(code="oasis").delete()
    reference.load()
    assert Program.objects.get(code="hope").pso_opens_at == GENERAL
    assert Program.objects.filter(code="oasis").exists()
