"""What the database refuses, by the rule's name."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.db import IntegrityError

from providers.models import Chain, Enrollment, Program
from providers.reference import EASTERN
from tests import builders

pytestmark = pytest.mark.django_db

EARLY, LATE = datetime(2030, 1, 1, tzinfo=EASTERN), datetime(2030, 2, 1, tzinfo=EASTERN)


@pytest.mark.parametrize(
    ("rule", "fields"),
    [
        ("provider_ccn_shape", {"ccn": "15009"}),
        ("provider_ccn_shape", {"ccn": "015009A"}),
        ("provider_ccn_shape", {"ccn": "01a193"}),
        ("provider_ccn_shape", {"ccn": "01500 "}),
        ("provider_ccn_key", {"ccn": "015000"}),
        ("provider_kind_served", {"kind": "dialysis"}),
        ("provider_has_a_name", {"name": ""}),
        ("provider_state_two_letters", {"state": ""}),
        ("provider_state_two_letters", {"state": "al"}),
        ("provider_zip_5_or_9_digits", {"zip_code": "3660"}),
        ("provider_zip_5_or_9_digits", {"zip_code": "3660A"}),
    ],
)
def test_provider(rule: str, fields: dict[str, Any]) -> None:
    builders.provider("015000")
    with pytest.raises(IntegrityError, match=rule):
        builders.provider(**({"ccn": "015001"} | fields))


@pytest.mark.parametrize(
    ("rule", "fields"),
    [
        ("enrollment_npi_10_digits", {"npi": "134621029"}),
        ("enrollment_has_an_id", {"enrollment_id": ""}),
        ("enrollment_once", {"enrollment_id": "O1"}),
    ],
)
def test_enrollment(rule: str, fields: dict[str, Any]) -> None:
    provider = builders.provider()
    Enrollment.objects.create(enrollment_id="O1", provider=provider, ccn=provider.ccn)
    with pytest.raises(IntegrityError, match=rule):
        Enrollment.objects.create(
            **({"enrollment_id": "O2", "provider": provider, "ccn": provider.ccn} | fields)
        )


def test_chain() -> None:
    with pytest.raises(IntegrityError, match="chain_has_a_name"):
        Chain.objects.create(name="")


@pytest.mark.parametrize(
    ("rule", "fields"),
    [
        ("program_psos_before_everyone", {"pso_opens_at": LATE, "general_opens_at": EARLY}),
        ("program_general_date_needs_pso_date", {"general_opens_at": EARLY}),
        ("program_without_accounts_has_no_dates", {"onboarded": False, "pso_opens_at": EARLY}),
    ],
)
def test_program(rule: str, fields: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError, match=rule):
        Program.objects.create(code="new", name="New", **fields)
