"""A User ID that holds a whole provider name is refused; ordinary names are not."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from pytest_django import DjangoAssertNumQueries

from providers.user_id import refuse_provider_name
from tests import builders

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def homes() -> None:
    for name in (
        "BURNS NURSING HOME, INC.",
        "THE LAURELS OF ATHENS",
        "ST. MARY'S MANOR",
        "ROSEWOOD",
        "OAK PARK",
    ):
        builders.provider(name=name)


@pytest.mark.parametrize(
    "value",
    [
        "burnsnursinghome",
        "burnsnursinghomeinc",
        "jsmithburnsnursinghome2",
        "laurelsofathens",
        "thelaurelsofathens",
        "stmarysmanor",
    ],
)
def test_refused(value: str) -> None:
    with pytest.raises(ValidationError, match="Leave the names of facilities out") as refused:
        refuse_provider_name(value)
    assert refused.value.code == "provider_name"


@pytest.mark.parametrize(
    "value", ["", "jsmith", "rosewood", "rosewood22", "oakpark", "burnsnursing", "marysmith", "é"]
)
def test_not_refused(value: str) -> None:
    refuse_provider_name(value)


def test_one_query(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(1):
        refuse_provider_name("a" * 500)
