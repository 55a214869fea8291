"""The lists take at most 8 queries, the same for one row and for a page of them."""

from __future__ import annotations

import pytest

from tests import builders as make
from tests.access_requests.test_queries import LIST_BUDGET, Taken, signed_in, taken

pytestmark = pytest.mark.django_db


def list_of_cms(rows: int) -> Taken:
    for _ in range(rows):
        number = make.provider().ccn
        make.unlisted(make.person(), typed=number.lstrip("0"), name=f"Sunrise {number}")
    return taken(signed_in(make.reviewer()), "/not-listed/")


def provisional(rows: int) -> Taken:
    for number in range(rows):
        identifier = f"PAL{number + rows * 100:05}"
        home = make.provider(identifier, provisional_id=identifier)
        make.submit(make.person(), home)
    return taken(signed_in(make.reviewer()), "/not-listed/provisional/")


def my_requests(rows: int) -> Taken:
    nurse = make.person()
    for number in range(min(rows, 5)):
        make.unlisted(nurse, typed=f"01599{number}")
    return taken(signed_in(nurse), "/requests/")


@pytest.mark.parametrize("page", [list_of_cms, provisional, my_requests])
def test_a_list_takes_at_most_eight(page: object) -> None:
    assert callable(page)
    few, many = page(1), page(14)
    assert few == many
    assert many.queries <= LIST_BUDGET
