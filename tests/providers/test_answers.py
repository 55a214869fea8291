"""The answers of rule 1 against a roster, with near matches and few queries."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.conf import settings
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from providers.answers import answer_for, answers_for
from providers.models import Program
from providers.reference import EASTERN
from providers.verdicts import Verdict
from tests import builders

pytestmark = pytest.mark.django_db

# Twenty that are not a provider one can ask for, and the right answer to each.
TWENTY = [
    ("", Verdict.UNREADABLE),
    ("15009", Verdict.UNREADABLE),
    ("4.40E+233", Verdict.UNREADABLE),
    ("01500", Verdict.UNREADABLE),
    ("0150099", Verdict.UNREADABLE),
    ("O15009", Verdict.UNREADABLE),
    ("01N009", Verdict.UNREADABLE),
    ("#N/A", Verdict.UNREADABLE),
    ("sunrise manor", Verdict.UNREADABLE),
    ("1346210291", Verdict.UNREADABLE),
    ("985009", Verdict.UNKNOWN_STATE),
    ("F15009", Verdict.UNKNOWN_STATE),
    ("012515", Verdict.NOT_SERVED),
    ("010001", Verdict.NOT_SERVED),
    ("01D0641234", Verdict.NOT_SERVED),
    ("015008", Verdict.NOT_ON_ROSTER),
    ("01A193", Verdict.NOT_ON_ROSTER),
    ("017009", Verdict.NOT_ONBOARDING),
    ("01T033", Verdict.NOT_ONBOARDING),
    ("015444", Verdict.CLOSED),
]

ODD = ["\0\0abcdef", "\udcffabcdef", "%%%%%%", "\\\\\\"]


@pytest.mark.parametrize(("typed", "verdict"), TWENTY)
def test_twenty_bad_ones(typed: str, verdict: Verdict) -> None:
    builders.provider("015009")
    builders.provider("015444", closed_on=timezone.localdate())
    answer = answer_for(typed)
    assert answer.answer == verdict
    assert len(answer.message) > 20


def test_ok() -> None:
    provider = builders.provider("015009", name="BURNS NURSING HOME, INC.")
    answer = answer_for("01-5009")
    assert answer.is_ok
    assert answer.provider == provider
    assert answer.message == "015009 is Burns Nursing Home, Inc., Mobile, AL."


def test_before_the_general_date_only_psos() -> None:
    builders.provider("015009")
    at = datetime(2022, 11, 1, tzinfo=EASTERN)
    message = answer_for("015009", at=at).message
    assert "Until November 15, 2022, Eastern Time only the Provider Security Official" in message
    assert answer_for("015009", at=at - timedelta(days=60)).answer == Verdict.NOT_ONBOARDING


def test_without_a_general_date() -> None:
    Program.objects.filter(code="mds").update(general_opens_at=None)
    builders.provider("015009")
    assert "has not set the date for other roles" in answer_for("015009").message


def test_not_served_says_which_kind() -> None:
    assert "012515 is a dialysis facility number" in answer_for("012515").message
    assert "is an ambulatory surgical center number" in answer_for("01C0001009").message


def test_missing_on_the_roster_is_for_the_service_center() -> None:
    assert settings.SERVICE_CENTER_PHONE in answer_for("015008").message


def test_not_onboarding_says_when_if_there_is_a_date() -> None:
    opens = datetime(2100, 3, 1, tzinfo=EASTERN)
    Program.objects.filter(code="oasis").update(pso_opens_at=opens)
    builders.provider("017009", kind="hha", name="HOME HEALTH OF MOBILE")
    answer = answer_for("017009")
    assert answer.answer == Verdict.NOT_ONBOARDING
    assert "Home Health of Mobile" in answer.message
    assert "open on March 1, 2100, Eastern Time" in answer.message
    assert answer_for("017009", at=opens).is_ok


def test_a_branch_is_sent_to_its_agency() -> None:
    agency = builders.provider("017009", kind="hha", name="HOME HEALTH OF MOBILE")
    assert answer_for("01Q7009001").answer == Verdict.NOT_ONBOARDING
    Program.objects.filter(code="oasis").update(pso_opens_at=timezone.now())
    answer = answer_for("01Q7009001")
    assert answer.answer == Verdict.NOT_ON_ROSTER
    assert "a branch of Home Health of Mobile" in answer.message
    assert list(answer.near_matches) == [agency]


@pytest.mark.parametrize(
    ("typed", "near"),
    [
        ("015090", ["015009"]),
        ("105009", ["015009"]),
        ("015008", ["015009"]),
        ("05009", ["015009"]),
        ("0150099", ["015009"]),
        ("15009", ["015009"]),
        ("985009", []),
        ("915009", ["015009"]),
        ("017009", ["015009"]),
        ("012515", []),
        ("348800", []),
    ],
)
def test_near_matches(typed: str, near: list[str]) -> None:
    builders.provider("015009")
    builders.provider("015001", closed_on=timezone.localdate())
    assert [provider.ccn for provider in answer_for(typed).near_matches] == near


def test_a_name_instead_of_a_ccn() -> None:
    builders.provider("345500", name="WINDSOR POINT CONTINUING CARE")
    answer = answer_for("Windsr Point")
    assert answer.answer == Verdict.UNREADABLE
    assert [provider.ccn for provider in answer.near_matches] == ["345500"]


@pytest.mark.parametrize("typed", [*dict(TWENTY), "015009", "Windsor", *ODD])
def test_at_most_three_queries(
    typed: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(3):
        answer_for(typed)


def test_many_in_the_order_given(django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    builders.provider("015009")
    values = ["015009", "15009", "985009"] * 100
    with django_assert_max_num_queries(3):
        answers = answers_for(values)
    assert [answer.typed for answer in answers] == values
    assert [provider.ccn for provider in answers[-2].near_matches] == ["015009"]
